import { KeyTaken } from '#lib/store/errors.ts';
import { modify } from '#lib/store/modify.ts';
import type { Directory } from './directory.ts';
import type { Revocations } from './revocations.ts';
import { deleteSessionsOfTenant, type IdentityStore } from './store.ts';

/** What a tenant's people and programs may still do, where that is not decided at sign-in alone. */
export interface TenantAccessDocument {
  readonly tenantId: string;
  /** `RESTRICTED`: its clients have `usage:write` and nothing else. `CLOSED`: for good; nobody is let in any more. */
  readonly state: 'OPEN' | 'RESTRICTED' | 'CLOSED';
  /** Of the command that counts: the tenant service counts up how often it suspended and resumed the tenant. */
  readonly revision: number;
}

export interface AccessCommand {
  readonly commandId: string;
  readonly tenantId: string;
  readonly revision: number;
}

export type TenantAccess = ReturnType<typeof createTenantAccess>;

export function createTenantAccess({
  store,
  revocations,
  directory,
}: {
  store: IdentityStore;
  revocations: Revocations;
  directory: Directory;
}) {
  const { access } = store;

  /**
   * Writes what `next` makes of what stands; `undefined` leaves it.
   *
   * @returns what stood before
   */
  async function turn(
    tenantId: string,
    next: (before: TenantAccessDocument) => TenantAccessDocument | undefined,
  ): Promise<TenantAccessDocument> {
    const none: TenantAccessDocument = { tenantId, state: 'OPEN', revision: 0 };
    for (;;) {
      if ((await access.get(tenantId)) === undefined) {
        const first = next(none);
        if (first === undefined) return none;
        try {
          await access.insert(first);
          return none;
        } catch (error) {
          if (!(error instanceof KeyTaken)) throw error;
        }
      }
      let before = none;
      const after = await modify(access, tenantId, (current) => {
        before = current;
        return next(current);
      });
      if (after !== undefined) return before;
    }
  }

  const shutUsersOut = (tenantId: string, commandId: string) =>
    revocations.revoke({ kind: 'tenant-users', subject: tenantId }, commandId);

  return {
    /** Does nothing where a later command was first. */
    async restrict({ commandId, tenantId, revision }: AccessCommand): Promise<void> {
      const before = await turn(tenantId, (current) =>
        isOlder(current, revision) ? { tenantId, state: 'RESTRICTED', revision } : undefined,
      );
      if (before.state === 'CLOSED' || before.revision > revision) return;
      await shutUsersOut(tenantId, commandId);
      await deleteSessionsOfTenant(store, tenantId);
    },

    /** The same. Where the restriction before never came, its revocation is made up for. */
    async lift({ commandId, tenantId, revision }: AccessCommand): Promise<void> {
      const before = await access.get(tenantId);
      const missed = (before?.revision ?? 0) < revision - 1 && before?.state !== 'CLOSED';
      if (missed) await shutUsersOut(tenantId, commandId);
      await turn(tenantId, (current) =>
        isOlder(current, revision) ? { tenantId, state: 'OPEN', revision } : undefined,
      );
    },

    /** Nobody of the tenant is let in any more, and nothing is made for it. */
    async close(tenantId: string): Promise<void> {
      await turn(tenantId, ({ state, revision }) =>
        state === 'CLOSED' ? undefined : { tenantId, state: 'CLOSED', revision },
      );
    },

    /** What this service was commanded comes first: it is known here before the tenant's status says so, or as long. */
    async admitsPeople(tenantId: string, requestId: string): Promise<boolean> {
      const state = (await access.get(tenantId))?.state ?? 'OPEN';
      return state === 'OPEN' && (await directory.tenantStatus(tenantId, requestId)) === 'ACTIVE';
    },

    async isClosed(tenantId: string): Promise<boolean> {
      return (await access.get(tenantId))?.state === 'CLOSED';
    },
  };
}

function isOlder({ state, revision }: TenantAccessDocument, than: number): boolean {
  return state !== 'CLOSED' && revision < than;
}
