import { type Clock, timestamp } from '#lib/clock.ts';
import { emailKey } from '#lib/email.ts';
import { notFound } from '#lib/errors.ts';
import { onward, UNTIL_DONE, WHILE_AWAITED } from '#lib/workflow/change.ts';
import type { StepDefinition, WorkflowDefinition } from '#lib/workflow/definition.ts';
import type { JsonObject } from '#lib/workflow/workflow.ts';
import { changeUser, removeUser } from './change-user.ts';
import { addressTaken, makeUser, releaseEmails, unmakeUser } from './make-user.ts';
import type { Neighbours } from './neighbours.ts';
import type { Role } from './resolvers.generated.ts';
import { type UserStore, userById } from './store.ts';
import { lastChange, setDisabled } from './user.ts';

export interface ChangesInit {
  readonly store: UserStore;
  readonly clock: Clock;
  readonly neighbours: Neighbours;
}

export type InvitingInput = { readonly userId: string; readonly email: string; readonly role: Role };
export type UserInput = { readonly userId: string };

const DISABLE_USER = 'DISABLE_USER';

/** Makes a user and its invitation, which goes to whoever waits as the step's secret. */
export function inviting({ store, clock, neighbours }: ChangesInit): WorkflowDefinition<InvitingInput> {
  return change('INVITING', {
    name: 'INVITE_USER',
    ...WHILE_AWAITED,
    async run({ workflowId, commandId, tenantId, timeoutMilliseconds, input: { userId, email, role } }) {
      if (await neighbours.isAdministratorEmail(email, { commandId, timeoutMilliseconds })) throw addressTaken();
      const claimedAt = timestamp(clock);
      const claim = { emailKey: emailKey(email), userId, tenantId, initialRole: role, workflowId, claimedAt };
      const user = await makeUser(store, clock, claim, email);
      if (user.userId !== userId) throw addressTaken();
      // Whoever takes an address looks for the other kind afterwards: of two who do so at once one sees the other.
      if (await neighbours.isAdministratorEmail(email, { commandId, timeoutMilliseconds })) throw addressTaken();
      return { secret: await neighbours.createIdentity(user, { commandId, timeoutMilliseconds }) };
    },
    async compensate({ commandId, tenantId, timeoutMilliseconds, input: { userId } }) {
      // The user first: it is not to be seen while identity cannot be reached.
      await unmakeUser(store, clock, { tenantId, userId });
      await neighbours.deleteIdentity(userId, { commandId, timeoutMilliseconds });
    },
  });
}

/** From when the user is disabled on identity lets it in no more; what it let in before is ended after. */
export function disabling({ store, neighbours }: ChangesInit): WorkflowDefinition<UserInput> {
  return change('DISABLING', {
    name: DISABLE_USER,
    ...UNTIL_DONE,
    async run({ workflowId, commandId, tenantId, timeoutMilliseconds, input: { userId } }) {
      const user = await changeUser(store, { tenantId, userId }, (current) => setDisabled(current, workflowId, true));
      if (user === undefined) throw notFound('user');
      // Whoever enabled the user since has ended the sessions of before.
      if (lastChange(user) !== workflowId) return undefined;
      await onward(neighbours.endSessions(userId, { commandId, timeoutMilliseconds }));
      return undefined;
    },
  });
}

/** Ends the sessions of before the user was disabled, should that not have been done; then the user can sign in again. */
export function enabling({ store, neighbours }: ChangesInit): WorkflowDefinition<UserInput> {
  return change('ENABLING', {
    name: 'ENABLE_USER',
    ...UNTIL_DONE,
    async run({ workflowId, tenantId, timeoutMilliseconds, input: { userId } }) {
      for (let overtaken = true; overtaken; ) {
        const user = await userById(store, userId);
        if (user === undefined) throw notFound('user');
        const before = lastChange(user);
        if (user.disabled && before !== undefined) {
          // Under the very id by which the disabling does so: whichever comes second does nothing.
          await neighbours.endSessions(userId, { commandId: `${before}/${DISABLE_USER}`, timeoutMilliseconds });
        }
        await changeUser(store, { tenantId, userId }, (current) => {
          overtaken = lastChange(current) !== before;
          return overtaken ? undefined : setDisabled(current, workflowId, false);
        });
      }
      return undefined;
    },
  });
}

/** The user is gone at once; its sign-in and its hold on the address after. */
export function removing({ store, clock, neighbours }: ChangesInit): WorkflowDefinition<UserInput> {
  return change('REMOVING', {
    name: 'REMOVE_USER',
    ...UNTIL_DONE,
    async run({ workflowId, commandId, tenantId, timeoutMilliseconds, input: { userId } }) {
      const gone = await removeUser(store, clock, { tenantId, userId }, { rule: true, by: workflowId });
      if (lastChange(gone) !== workflowId) throw notFound('user');
      await releaseEmails(store, userId);
      await onward(neighbours.deleteIdentity(userId, { commandId, timeoutMilliseconds }));
      return undefined;
    },
  });
}

function change<Input extends JsonObject>(kind: string, step: StepDefinition<Input>): WorkflowDefinition<Input> {
  return { kind, version: 1, steps: [step] };
}
