import { failedPrecondition, unavailable } from '#lib/errors.ts';
import { UNTIL_DONE } from '#lib/workflow/change.ts';
import type { WorkflowDefinition } from '#lib/workflow/definition.ts';
import type { Revocations } from '../sessions/revocations.ts';
import type { SessionEnding } from '../sessions/session-ending.ts';
import type { IdentityStore } from '../store.ts';
import { type Holder, holderOf } from './credential.ts';

export const PASSWORD_CHANGE = 'PASSWORD_CHANGE';

export type PasswordChangeInput = {
  /** The id of a user or an administrator. */
  readonly subject: string;
  /** The session that goes on; null: none does. */
  readonly keep: string | null;
};

export interface PasswordChangeInit {
  readonly store: IdentityStore;
  readonly revocations: Revocations;
  readonly endings: SessionEnding;
}

/**
 * Lets a new password count, and then ends the sessions of before. The password was written before the workflow began, beside
 * the old one and with the workflow's id: so it is in no workflow's document, of two changes at once one comes first, and one
 * that dies before its workflow has changed nothing.
 */
export function passwordChange({
  store,
  revocations,
  endings,
}: PasswordChangeInit): WorkflowDefinition<PasswordChangeInput> {
  return {
    kind: PASSWORD_CHANGE,
    version: 1,
    steps: [
      {
        name: 'SET_PASSWORD',
        ...UNTIL_DONE,
        async run({ input: { subject }, workflowId }) {
          const holder = await holderOf(store, subject);
          if (holder === undefined || !isTo(workflowId, holder)) throw overtaken();
          const { pending, passwordSetBy } = holder.credential;
          if (passwordSetBy === workflowId || pending == null) return undefined;
          const { passwordHash } = pending;
          const passwordSince = revocations.instant();
          const set = { passwordHash, passwordSince, passwordSetBy: workflowId, pending: null, reset: null };
          if (!(await holder.update(set))) throw unavailable('Somebody else changed it at once.');
          return undefined;
        },
      },
      {
        name: 'END_SESSIONS',
        ...UNTIL_DONE,
        async run({ input: { subject, keep }, workflowId }) {
          const holder = await holderOf(store, subject);
          const { passwordSetBy, passwordSince } = holder?.credential ?? {};
          // Who is gone has no sessions, and whoever set yet another password ends those of before.
          if (passwordSetBy !== workflowId || passwordSince == null) return undefined;
          await endings.endAll(subject, { upTo: new Date(passwordSince).toISOString(), keep });
          return undefined;
        },
      },
    ],
  };
}

function isTo(changeId: string, { credential }: Holder): boolean {
  return credential.pending?.changeId === changeId || credential.passwordSetBy === changeId;
}

function overtaken(): Error {
  return failedPrecondition('The password was changed by somebody else at once.');
}
