/**
 * What the seeder does with each collection of each service.
 *
 * - `tenant`: every tenant has documents in it, made of those of the template
 * - `platform`: belongs to the installation, made by its first start
 * - `passing`: what stands in it is gone again within a second (locks), a quarter of an hour (revocations), two days
 *   (idempotency keys) or a week (changes): a tenant that does nothing has none
 * - `apart`: grows with what people do, and nothing that is measured reads it
 */
export const COLLECTIONS = {
  'tenant.tenants': 'tenant',
  'tenant.names': 'tenant',
  'tenant.workflows': 'passing',
  'user.users': 'tenant',
  'user.emails': 'tenant',
  'user.rosters': 'tenant',
  'user.workflows': 'passing',
  'user.idempotency_claims': 'passing',
  'identity.administrators': 'platform',
  'identity.administrator_rosters': 'platform',
  'identity.identities': 'tenant',
  'identity.sessions': 'tenant',
  'identity.service_clients': 'tenant',
  'identity.applications': 'apart',
  'identity.oauth_artifacts': 'passing',
  'identity.revocations': 'passing',
  'identity.keyrings': 'platform',
  'identity.bootstrap': 'platform',
  'identity.tenant_access': 'tenant',
  'identity.workflows': 'passing',
  'identity.idempotency_claims': 'passing',
  'identity.outbox': 'passing',
  'identity.throttles': 'passing',
  'identity.known_networks': 'apart',
  'identity.audit_entries': 'apart',
  'onboarding.workflows': 'tenant',
  'onboarding.locks': 'passing',
  'onboarding.idempotency_claims': 'passing',
  'billing.accounts': 'tenant',
  'billing.invoices': 'tenant',
  'billing.numbers': 'platform',
  'provisioning.infrastructures': 'tenant',
  'metrics.events': 'tenant',
  'metrics.windows': 'tenant',
  'metrics.gates': 'tenant',
} as const satisfies Record<string, 'tenant' | 'platform' | 'passing' | 'apart'>;

export type CollectionName = keyof typeof COLLECTIONS;

export const TENANT_COLLECTIONS = (Object.keys(COLLECTIONS) as CollectionName[]).filter(
  (name) => COLLECTIONS[name] === 'tenant',
);

/** @throws {Error} when the services have a collection that the seeder does not know, or no longer one that it does */
export function requireKnown(opened: Iterable<string>): void {
  const names = new Set(opened);
  const unknown = [...names].filter((name) => !Object.hasOwn(COLLECTIONS, name));
  if (unknown.length > 0) throw new Error(`the seeder does not know: ${unknown.join(', ')}`);
  const gone = Object.keys(COLLECTIONS).filter((name) => !names.has(name));
  if (gone.length > 0) throw new Error(`the seeder knows what is no more: ${gone.join(', ')}`);
}
