import { failedPrecondition } from '#lib/errors.ts';
import { KeyTaken, StoreUnavailable } from '#lib/store/errors.ts';
import { modify } from '#lib/store/modify.ts';
import { UNTIL_DONE } from '#lib/workflow/change.ts';
import type { WorkflowDefinition } from '#lib/workflow/definition.ts';
import type { Revocations } from '../sessions/revocations.ts';
import type { SessionEnding } from '../sessions/session-ending.ts';
import { administratorById, allAdministrators, type IdentityStore } from '../store.ts';
import { ADMINISTRATOR_ROSTER, type AdministratorRoster } from './administrator.ts';
import { hasPassword } from './credential.ts';

export const ADMINISTRATOR_REMOVAL = 'ADMINISTRATOR_REMOVAL';

const ATTEMPTS = 64;
const NOBODY_LEAVES: AdministratorRoster = { name: ADMINISTRATOR_ROSTER, leaving: [] };

export type AdministratorInput = { readonly administratorId: string };

interface RemovalInit {
  readonly store: IdentityStore;
  readonly revocations: Revocations;
  readonly endings: SessionEnding;
}

/**
 * Removes an administrator. First it is said to be leaving, by compare-and-set on the roster: from then on it is none of
 * those of whom there must be one. Then it is taken away, so that it signs in no more, and last what it had is ended.
 */
export function administratorRemoval({
  store,
  revocations,
  endings,
}: RemovalInit): WorkflowDefinition<AdministratorInput> {
  return {
    kind: ADMINISTRATOR_REMOVAL,
    version: 1,
    steps: [
      {
        name: 'LEAVE_ROSTER',
        ...UNTIL_DONE,
        async run({ input: { administratorId } }) {
          await leave(store, administratorId);
          return undefined;
        },
      },
      {
        name: 'REMOVE_ADMINISTRATOR',
        ...UNTIL_DONE,
        async run({ input: { administratorId }, commandId }) {
          const administrator = await administratorById(store, administratorId);
          if (administrator !== undefined)
            await store.administrators.delete(administrator.emailKey, { administratorId });
          const at = await revocations.revoke({ kind: 'user', subject: administratorId }, commandId);
          await endings.endAll(administratorId, { upTo: at, keep: null });
          await modify(store.administratorRosters, ADMINISTRATOR_ROSTER, ({ leaving }) => ({
            leaving: leaving.filter((id) => id !== administratorId),
          }));
          return undefined;
        },
      },
    ],
  };
}

/** Whether somebody acts who is on the way out. */
export async function isLeaving({ administratorRosters }: IdentityStore, administratorId: string): Promise<boolean> {
  return (await administratorRosters.get(ADMINISTRATOR_ROSTER))?.leaving.includes(administratorId) ?? false;
}

/**
 * The roster is read before the administrators, and written only as it was read: whoever is taken away in between was
 * leaving already when the roster was read, and is not counted.
 *
 * @throws {AppError} `FAILED_PRECONDITION` for the last one who can sign in
 */
async function leave(store: IdentityStore, administratorId: string): Promise<void> {
  const { administratorRosters: rosters } = store;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const roster = (await rosters.get(ADMINISTRATOR_ROSTER)) ?? (await insertRoster(store));
    if (roster === undefined) continue;
    if (roster.leaving.includes(administratorId)) return;
    const others = (await allAdministrators(store)).filter(
      (one) =>
        hasPassword(one) && one.administratorId !== administratorId && !roster.leaving.includes(one.administratorId),
    );
    if (others.length === 0) throw failedPrecondition('This is the last administrator who can sign in.');
    const set = { leaving: [...roster.leaving, administratorId] };
    const written = await rosters.update(ADMINISTRATOR_ROSTER, { version: roster.version }, set);
    if (written.outcome === 'updated') return;
  }
  throw new StoreUnavailable('administrator_rosters: too much contention');
}

async function insertRoster({ administratorRosters }: IdentityStore) {
  try {
    return await administratorRosters.insert(NOBODY_LEAVES);
  } catch (error) {
    if (error instanceof KeyTaken) return undefined;
    throw error;
  }
}
