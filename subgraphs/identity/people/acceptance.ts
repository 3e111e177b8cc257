import { AppError } from '#lib/errors.ts';
import { modify } from '#lib/store/modify.ts';
import { UNTIL_DONE } from '#lib/workflow/change.ts';
import type { WorkflowDefinition } from '#lib/workflow/definition.ts';
import type { Directory } from '../directory.ts';
import type { IdentityStore } from '../store.ts';

export const ACTIVATE_USER = 'ACTIVATE_USER';

export type AcceptanceInput = { readonly userId: string };

/**
 * Brings an acceptance to its end. The password was written before the workflow began, with the workflow's id beside it:
 * it counts only when the user is active, so that an acceptance which dies before its workflow has left nothing. The
 * invitation is used up last: from then on nothing is undone. The step's secret is the user as it was activated.
 */
export function acceptance(store: IdentityStore, directory: Directory): WorkflowDefinition<AcceptanceInput> {
  const { identities } = store;
  return {
    kind: 'ACCEPTANCE',
    version: 1,
    steps: [
      {
        name: ACTIVATE_USER,
        ...UNTIL_DONE,
        async run({ input: { userId }, workflowId, commandId }) {
          const identity = await identities.get(userId);
          if (identity?.acceptedBy !== workflowId) throw invitationRefused();
          if (identity.invitation === null) return undefined;
          const secret = await directory.activateUser(userId, commandId).catch(refuseWhoIsGone);
          const done = await identities.update(userId, { acceptedBy: workflowId }, { invitation: null });
          if (done.outcome !== 'updated') throw invitationRefused();
          return { secret };
        },
        async compensate({ input: { userId }, workflowId, commandId }) {
          const identity = await identities.get(userId);
          if (identity?.acceptedBy === workflowId && identity.invitation === null) return;
          // The user first: it is not to be ACTIVE without a password.
          await directory.deactivateUser(userId, commandId);
          await modify(identities, userId, ({ acceptedBy, invitation }) =>
            acceptedBy === workflowId && invitation !== null ? { passwordHash: null, acceptedBy: null } : undefined,
          );
        },
      },
    ],
  };
}

export function invitationRefused(): AppError {
  return new AppError('UNAUTHENTICATED', 'The invitation is not valid any more.');
}

/** The user was removed or disabled in the meantime. */
function refuseWhoIsGone(error: unknown): never {
  const gone = error instanceof AppError && (error.code === 'NOT_FOUND' || error.code === 'FAILED_PRECONDITION');
  throw gone ? invitationRefused() : error;
}
