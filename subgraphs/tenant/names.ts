import { type Clock, timestamp } from '#lib/clock.ts';
import { conflict } from '#lib/errors.ts';
import { KeyTaken } from '#lib/store/errors.ts';
import type { Collection, Stored } from '#lib/store/port.ts';
import { isGone } from '#lib/store/tombstone.ts';
import { holdsName, type TenantDocument } from './tenant.ts';

/**
 * A claim whose tenant is not there, or has another name, stands for one who is about to make or rename it. Whoever takes
 * longer than this has died, and finds the name taken when it comes again.
 */
const RESERVED_MILLISECONDS = 60 * 60 * 1000;

/** Who holds a name: what makes names unique without an index that spans tenants. */
export interface NameClaim {
  readonly nameKey: string;
  readonly tenantId: string;
  /** The workflow that took it last, and when. */
  readonly by?: string;
  readonly claimedAt?: string;
}

export type Names = ReturnType<typeof createNames>;

/** Names are taken before a tenant has them, and given back after it has them no more. */
export function createNames(init: { names: Collection<NameClaim>; tenants: Collection<TenantDocument>; clock: Clock }) {
  const { names, tenants, clock } = init;

  async function isFree(claim: Stored<NameClaim>): Promise<boolean> {
    const holder = await tenants.get(claim.tenantId);
    if (holder !== undefined && (isGone(holder) || holder.status === 'OFFBOARDED')) return true;
    if (holder !== undefined && holdsName(holder, claim.nameKey)) return false;
    if (holder?.changes?.some(({ leftName }) => isThat(claim, leftName))) return true;
    return Date.parse(claim.claimedAt ?? '1970-01-01') + RESERVED_MILLISECONDS < clock.now().getTime();
  }

  return {
    /**
     * Takes a name for a tenant, in a workflow's name; taken anew where the tenant has it.
     *
     * @throws {AppError} `CONFLICT` when another tenant holds it
     */
    async take(nameKey: string, tenantId: string, by: string): Promise<void> {
      for (;;) {
        const mine = { nameKey, tenantId, by, claimedAt: timestamp(clock) };
        try {
          await names.insert(mine);
          return;
        } catch (error) {
          if (!(error instanceof KeyTaken)) throw error;
        }
        const claim = await names.get(nameKey);
        if (claim === undefined) continue;
        if (claim.tenantId !== tenantId && !(await isFree(claim))) throw conflict('A live tenant has this name.');
        // Written also where it is the tenant's: who gives back what it held before finds another version.
        const taken = await names.update(nameKey, { version: claim.version }, mine);
        if (taken.outcome === 'updated') return;
      }
    },

    /** Whose a name is: the claim as it stands. */
    claim: (nameKey: string): Promise<Stored<NameClaim> | undefined> => names.get(nameKey),

    /** Gives back a name as it was held then: not where it was taken anew meanwhile. */
    async giveBack(nameKey: string, held: { readonly version: number } | Partial<NameClaim>): Promise<void> {
      await names.delete(nameKey, held);
    },

    /** Gives back every name that a tenant holds which is gone. */
    async giveBackAll(tenantId: string): Promise<void> {
      const { items } = await names.page({ index: 'tenant', prefix: [tenantId], limit: 100 });
      for (const { nameKey } of items) await names.delete(nameKey, { tenantId });
    },
  };
}

function isThat(claim: Stored<NameClaim>, left: { readonly nameKey: string; readonly version: number } | null) {
  return left !== null && left.nameKey === claim.nameKey && left.version === claim.version;
}
