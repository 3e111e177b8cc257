import type { JsonValue } from '#lib/store/port.ts';
import type { Isolation } from './resolvers.generated.ts';

/** One thing that was made for a tenant, as the driver that made it describes it. */
export interface ResourceRecord {
  /** `res_…`; the same for every tenant where the resource is shared. */
  readonly resourceId: string;
  readonly kind: 'database' | 'compute' | 'storage' | 'key';
  readonly name: string;
  readonly shared: boolean;
  /** Never a secret. */
  readonly attributes: { readonly [name: string]: JsonValue };
}

/**
 * Makes and takes away what tenants run on. Every operation can be repeated, also after the process died in the middle of
 * it: `create` then completes or begins anew, `destroy` goes on, and both succeed where there is nothing left to do. Every
 * method throws {@link DriverUnavailable} when it may succeed later.
 */
export interface Driver {
  /** As it is shown in `Infrastructure.driver`. */
  readonly name: string;
  /**
   * Makes what the isolation asks for. What is there already and whole is left alone, with the data in it. Once it is
   * answered it is durable.
   *
   * @throws {TypeError} when `isTenantId` does not hold
   */
  create(tenantId: string, isolation: Isolation): Promise<readonly ResourceRecord[]>;
  /** Takes away what the isolation made, whole or not, and leaves what others share. @throws {TypeError} as `create` does */
  destroy(tenantId: string, isolation: Isolation): Promise<void>;
  /** Sorted: the ids of the tenants of which anything is there, be it half made or half taken away. */
  list(): Promise<readonly string[]>;
  /** The resource's attributes with what changes by use, such as its size. */
  inspect(resource: ResourceRecord): Promise<Readonly<Record<string, unknown>>>;
  /** Waits for what is under way and lets go of what the driver itself holds. What was made stays. */
  close(): Promise<void>;
}

/** The driver could not do it now: no space, no permission, a fault of the medium. Its cause is for the log only. */
export class DriverUnavailable extends Error {
  override readonly name = 'DriverUnavailable';
}

/** Whether a tenant id can become a path or a name in a driver's hands: nothing in it leads elsewhere. */
export function isTenantId(tenantId: string): boolean {
  return /^ten_[0-9a-z]{1,64}$/.test(tenantId);
}
