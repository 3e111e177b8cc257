// Generated from the SDL by scripts/generate.ts: do not edit.
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { TenantDocument, TenantPage } from './tenant.ts';
import type { RequestContext } from '../../lib/graphql/context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** An instant: RFC 3339, always answered in UTC with milliseconds, for example `2026-03-01T00:00:00.000Z`. */
  DateTime: { input: string; output: string; }
};

/** What a customer has bought: it decides the price, the quotas and how the customer's infrastructure is kept apart. */
export type Tier =
  /** No base fee, no charge for usage, infrastructure shared with other tenants. */
  | 'FREE'
  /** A database of its own on shared compute. */
  | 'STANDARD'
  /** Everything of its own. */
  | 'PREMIUM';

/** Where a tenant stands in its life. */
export type TenantStatus =
  /** Being brought in: it is registered, but not everything of it exists yet. */
  | 'ONBOARDING'
  /** In use. */
  | 'ACTIVE'
  /** Held: its users cannot sign in; its data and infrastructure are kept. */
  | 'SUSPENDED'
  /** Being taken out: nobody signs in and no usage is taken any more. */
  | 'OFFBOARDING'
  /** Gone. Its record and its invoices can still be read by a platform administrator; its name is free. */
  | 'OFFBOARDED';

/**
 * A customer of the product. Every service adds the slice that it alone knows; this one owns the registry: name, tier and status.
 * A tenant that the caller may not see does not exist for it.
 */
export type Tenant = {
  /** The one identifier that all services share (`ten_…`). Sortable by creation, never reused. */
  readonly tenantId: Scalars['ID']['output'];
  /** The customer's name as it was given, trimmed. Unique, whatever its case, among tenants that are not `OFFBOARDED`. */
  readonly name: Scalars['String']['output'];
  /** The tier in force now. */
  readonly tier: Tier;
  /** Every tier the tenant ever had, oldest first; the first is the one it was onboarded with. */
  readonly tierChanges: ReadonlyArray<TierChange>;
  /** Where the tenant stands in its life. */
  readonly status: TenantStatus;
  /** When the tenant was registered. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** When the registry's record last changed. */
  readonly updatedAt: Scalars['DateTime']['output'];
  /** When the tenant was gone; null while it is not. */
  readonly offboardedAt?: Maybe<Scalars['DateTime']['output']>;
  /** Why and since when the tenant is held; null while it is not. */
  readonly suspension?: Maybe<Suspension>;
};

/** Why a tenant is held. */
export type Suspension = {
  /** What was given as the reason last. */
  readonly reason: Scalars['String']['output'];
  /** Since when. */
  readonly at: Scalars['DateTime']['output'];
};

/** A tier and the instant from which it is in force. */
export type TierChange = {
  /** The tier. */
  readonly tier: Tier;
  /** From when on, including. */
  readonly at: Scalars['DateTime']['output'];
};

/** A page of tenants. */
export type TenantConnection = {
  /** The tenants of this page with their cursors. */
  readonly edges: ReadonlyArray<TenantEdge>;
  /** Where this page stands in the list. */
  readonly pageInfo: PageInfo;
  /** How many tenants the whole list has; counted only where it is asked for. */
  readonly totalCount: Scalars['Int']['output'];
};

/** A tenant in a page. */
export type TenantEdge = {
  /** Stands for this tenant's place in the list; opaque. */
  readonly cursor: Scalars['String']['output'];
  /** The tenant. */
  readonly node: Tenant;
};

/** Where a page stands in its list (Relay cursor connections). */
export type PageInfo = {
  /** Whether more follow. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** Whether some came before. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  /** The first item's cursor; null in an empty page. */
  readonly startCursor?: Maybe<Scalars['String']['output']>;
  /** The last item's cursor: give it as `after` to go on. Null in an empty page. */
  readonly endCursor?: Maybe<Scalars['String']['output']>;
};

/** Which tenant to hold, and why. */
export type SuspendTenantInput = {
  /** An `ACTIVE` tenant; for one that is `SUSPENDED` only the reason changes. */
  readonly tenantId: Scalars['ID']['input'];
  /** For whoever looks the tenant up later: 1 to 500 characters. */
  readonly reason: Scalars['String']['input'];
};

/** Which tenant is to be in use again. */
export type ResumeTenantInput = {
  /** A `SUSPENDED` tenant; one that is `ACTIVE` stays so. */
  readonly tenantId: Scalars['ID']['input'];
};

/** What a tenant is to be called. */
export type RenameTenantInput = {
  /** A tenant that is `ACTIVE` or `SUSPENDED`. */
  readonly tenantId: Scalars['ID']['input'];
  /** The new name: 1 to 200 characters. `CONFLICT` when another live tenant has it, whatever its case. */
  readonly name: Scalars['String']['input'];
};

/** A tenant after a change. */
export type TenantPayload = {
  /** The tenant. */
  readonly tenant: Tenant;
};

export type Query = {
  /** One tenant by its id; null when there is none that the caller may see. */
  readonly tenant?: Maybe<Tenant>;
  /** The live tenant of this name (trimmed, case-insensitive); null when there is none that the caller may see. */
  readonly tenantByName?: Maybe<Tenant>;
  /** The tenants that the caller may see: all of them for a platform administrator, its own for a tenant's user. Oldest first; by name where `search` is given. */
  readonly tenants: TenantConnection;
};


export type QueryTenantArgs = {
  tenantId: Scalars['ID']['input'];
};


export type QueryTenantByNameArgs = {
  name: Scalars['String']['input'];
};


export type QueryTenantsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  tier?: InputMaybe<Tier>;
  status?: InputMaybe<TenantStatus>;
  search?: InputMaybe<Scalars['String']['input']>;
};

export type Mutation = {
  /**
   * `ACTIVE` → `SUSPENDED`: the tenant's users are shut out within seconds (sessions end, access tokens are refused), and its
   * service clients can record usage and nothing else; data and infrastructure are kept. `FAILED_PRECONDITION` from any other
   * status; `FORBIDDEN` for a caller that is bound to a tenant. After `UNAVAILABLE` it goes on by itself until it is done.
   */
  readonly suspendTenant: TenantPayload;
  /**
   * `SUSPENDED` → `ACTIVE`: its users can sign in again, and within seconds its service clients' tokens are worth what they
   * were. Tokens from before the suspension stay refused. `FAILED_PRECONDITION` from any other status; `FORBIDDEN` for a caller
   * that is bound to a tenant. After `UNAVAILABLE` it goes on by itself until it is done.
   */
  readonly resumeTenant: TenantPayload;
  /**
   * Gives a tenant another name; the old one is free afterwards. `FAILED_PRECONDITION` unless the tenant is `ACTIVE` or
   * `SUSPENDED`; `FORBIDDEN` for a caller that is bound to a tenant.
   */
  readonly renameTenant: TenantPayload;
  /** Registers a tenant as `ONBOARDING` and takes its name. `CONFLICT` when a live tenant has the name. */
  readonly createTenant: Tenant;
  /** Undoes `createTenant`: the tenant and its hold on the name are gone. Undoing what was never done succeeds, and a `createTenant` that comes after it is `FAILED_PRECONDITION`. */
  readonly discardTenant: Scalars['Boolean']['output'];
  /** `ONBOARDING` → `ACTIVE`; a tenant that is past that already is left as it is. */
  readonly activateTenant: Tenant;
  /** Sets the tier of a tenant that is `ACTIVE` or `SUSPENDED` and adds it to the history, once for one `commandId`. */
  readonly setTier: Tenant;
  /** `ACTIVE` or `SUSPENDED` → `OFFBOARDING`. `FAILED_PRECONDITION` where the same workflow restored the tenant before. */
  readonly markOffboarding: Tenant;
  /** Undoes the `markOffboarding` of the same workflow: the tenant has the status again that it had before. */
  readonly restoreTenant: Tenant;
  /** `OFFBOARDING` → `OFFBOARDED`; the name is free again. */
  readonly closeTenant: Tenant;
};


export type MutationSuspendTenantArgs = {
  input: SuspendTenantInput;
};


export type MutationResumeTenantArgs = {
  input: ResumeTenantInput;
};


export type MutationRenameTenantArgs = {
  input: RenameTenantInput;
};


export type MutationCreateTenantArgs = {
  commandId: Scalars['ID']['input'];
  tenantId: Scalars['ID']['input'];
  name: Scalars['String']['input'];
  tier: Tier;
};


export type MutationDiscardTenantArgs = {
  commandId: Scalars['ID']['input'];
  tenantId: Scalars['ID']['input'];
};


export type MutationActivateTenantArgs = {
  commandId: Scalars['ID']['input'];
  tenantId: Scalars['ID']['input'];
};


export type MutationSetTierArgs = {
  commandId: Scalars['ID']['input'];
  tenantId: Scalars['ID']['input'];
  tier: Tier;
};


export type MutationMarkOffboardingArgs = {
  commandId: Scalars['ID']['input'];
  tenantId: Scalars['ID']['input'];
};


export type MutationRestoreTenantArgs = {
  commandId: Scalars['ID']['input'];
  tenantId: Scalars['ID']['input'];
};


export type MutationCloseTenantArgs = {
  commandId: Scalars['ID']['input'];
  tenantId: Scalars['ID']['input'];
};



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
      reference: TReference,
      context: TContext,
      info: GraphQLResolveInfo
    ) => Promise<TResult> | TResult;

      type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
      type NullableCheck<T, S> = Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
      type ListCheck<T, S> = T extends (infer U)[] ? NullableCheck<U, S>[] : GraphQLRecursivePick<T, S>;
      export type GraphQLRecursivePick<T, S> = { [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]> };
    
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

/** Mapping of federation types */
export type FederationTypes = {
  Tenant: Tenant;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Tenant:
    ( { __typename: 'Tenant' }
    & GraphQLRecursivePick<FederationTypes['Tenant'], {"tenantId":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Tier: Tier;
  TenantStatus: TenantStatus;
  Tenant: ResolverTypeWrapper<TenantDocument>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Suspension: ResolverTypeWrapper<Suspension>;
  TierChange: ResolverTypeWrapper<TierChange>;
  TenantConnection: ResolverTypeWrapper<TenantPage>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  TenantEdge: ResolverTypeWrapper<Omit<TenantEdge, 'node'> & { node: ResolversTypes['Tenant'] }>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  SuspendTenantInput: SuspendTenantInput;
  ResumeTenantInput: ResumeTenantInput;
  RenameTenantInput: RenameTenantInput;
  TenantPayload: ResolverTypeWrapper<Omit<TenantPayload, 'tenant'> & { tenant: ResolversTypes['Tenant'] }>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  DateTime: Scalars['DateTime']['output'];
  Tenant: TenantDocument;
  ID: Scalars['ID']['output'];
  String: Scalars['String']['output'];
  Suspension: Suspension;
  TierChange: TierChange;
  TenantConnection: TenantPage;
  Int: Scalars['Int']['output'];
  TenantEdge: Omit<TenantEdge, 'node'> & { node: ResolversParentTypes['Tenant'] };
  PageInfo: PageInfo;
  Boolean: Scalars['Boolean']['output'];
  SuspendTenantInput: SuspendTenantInput;
  ResumeTenantInput: ResumeTenantInput;
  RenameTenantInput: RenameTenantInput;
  TenantPayload: Omit<TenantPayload, 'tenant'> & { tenant: ResolversParentTypes['Tenant'] };
  Query: Record<PropertyKey, never>;
  Mutation: Record<PropertyKey, never>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type TenantResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Tenant'] = ResolversParentTypes['Tenant'], FederationReferenceType extends FederationReferenceTypes['Tenant'] = FederationReferenceTypes['Tenant']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Tenant']> | FederationReferenceType, FederationReferenceType, ContextType>;
  tenantId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  tier?: Resolver<ResolversTypes['Tier'], ParentType, ContextType>;
  tierChanges?: Resolver<ReadonlyArray<ResolversTypes['TierChange']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['TenantStatus'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  offboardedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  suspension?: Resolver<Maybe<ResolversTypes['Suspension']>, ParentType, ContextType>;
};

export type SuspensionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Suspension'] = ResolversParentTypes['Suspension']> = {
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type TierChangeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TierChange'] = ResolversParentTypes['TierChange']> = {
  tier?: Resolver<ResolversTypes['Tier'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type TenantConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TenantConnection'] = ResolversParentTypes['TenantConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['TenantEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type TenantEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TenantEdge'] = ResolversParentTypes['TenantEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Tenant'], ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type TenantPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TenantPayload'] = ResolversParentTypes['TenantPayload']> = {
  tenant?: Resolver<ResolversTypes['Tenant'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  tenant?: Resolver<Maybe<ResolversTypes['Tenant']>, ParentType, ContextType, RequireFields<QueryTenantArgs, 'tenantId'>>;
  tenantByName?: Resolver<Maybe<ResolversTypes['Tenant']>, ParentType, ContextType, RequireFields<QueryTenantByNameArgs, 'name'>>;
  tenants?: Resolver<ResolversTypes['TenantConnection'], ParentType, ContextType, RequireFields<QueryTenantsArgs, 'first'>>;
};

export type MutationResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  suspendTenant?: Resolver<ResolversTypes['TenantPayload'], ParentType, ContextType, RequireFields<MutationSuspendTenantArgs, 'input'>>;
  resumeTenant?: Resolver<ResolversTypes['TenantPayload'], ParentType, ContextType, RequireFields<MutationResumeTenantArgs, 'input'>>;
  renameTenant?: Resolver<ResolversTypes['TenantPayload'], ParentType, ContextType, RequireFields<MutationRenameTenantArgs, 'input'>>;
  createTenant?: Resolver<ResolversTypes['Tenant'], ParentType, ContextType, RequireFields<MutationCreateTenantArgs, 'commandId' | 'tenantId' | 'name' | 'tier'>>;
  discardTenant?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationDiscardTenantArgs, 'commandId' | 'tenantId'>>;
  activateTenant?: Resolver<ResolversTypes['Tenant'], ParentType, ContextType, RequireFields<MutationActivateTenantArgs, 'commandId' | 'tenantId'>>;
  setTier?: Resolver<ResolversTypes['Tenant'], ParentType, ContextType, RequireFields<MutationSetTierArgs, 'commandId' | 'tenantId' | 'tier'>>;
  markOffboarding?: Resolver<ResolversTypes['Tenant'], ParentType, ContextType, RequireFields<MutationMarkOffboardingArgs, 'commandId' | 'tenantId'>>;
  restoreTenant?: Resolver<ResolversTypes['Tenant'], ParentType, ContextType, RequireFields<MutationRestoreTenantArgs, 'commandId' | 'tenantId'>>;
  closeTenant?: Resolver<ResolversTypes['Tenant'], ParentType, ContextType, RequireFields<MutationCloseTenantArgs, 'commandId' | 'tenantId'>>;
};

export type Resolvers<ContextType = RequestContext> = {
  DateTime?: GraphQLScalarType;
  Tenant?: TenantResolvers<ContextType>;
  Suspension?: SuspensionResolvers<ContextType>;
  TierChange?: TierChangeResolvers<ContextType>;
  TenantConnection?: TenantConnectionResolvers<ContextType>;
  TenantEdge?: TenantEdgeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  TenantPayload?: TenantPayloadResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
};


