import type { SubgraphName } from '#lib/graphql/subgraph.ts';
import type { CollectionSpec } from '#lib/store/port.ts';
import { BILLING_COLLECTIONS } from '#subgraphs/billing/store.ts';
import { IDENTITY_COLLECTIONS } from '#subgraphs/identity/store.ts';
import { METRICS_COLLECTIONS } from '#subgraphs/metrics/store.ts';
import { ONBOARDING_COLLECTIONS } from '#subgraphs/onboarding/store.ts';
import { PROVISIONING_COLLECTIONS } from '#subgraphs/provisioning/store.ts';
import { TENANT_COLLECTIONS } from '#subgraphs/tenant/store.ts';
import { USER_COLLECTIONS } from '#subgraphs/user/store.ts';

/** A collection, whatever its documents are. */
// biome-ignore lint/suspicious/noExplicitAny: specs of different documents stand in one list
export type AnyCollection = CollectionSpec<any>;

/** Collections by the service that owns them. */
export type Collections = Readonly<Record<string, readonly AnyCollection[]>>;

/** Everything that is stored: what moves when an installation moves. */
export const COLLECTIONS: Collections & Readonly<Record<SubgraphName, readonly AnyCollection[]>> = {
  tenant: TENANT_COLLECTIONS,
  user: USER_COLLECTIONS,
  identity: IDENTITY_COLLECTIONS,
  onboarding: ONBOARDING_COLLECTIONS,
  billing: BILLING_COLLECTIONS,
  provisioning: PROVISIONING_COLLECTIONS,
  metrics: METRICS_COLLECTIONS,
};
