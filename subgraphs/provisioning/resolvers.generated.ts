// Generated from the SDL by scripts/generate.ts: do not edit.
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { Placement } from './placement.ts';
import type { ResourceRecord } from './driver.ts';
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
  /** A JSON object. */
  JSONObject: { input: Record<string, unknown>; output: Record<string, unknown>; }
};

/** What a customer has bought: it decides the price, the quotas and how the customer's infrastructure is kept apart. */
export type Tier =
  /** No base fee, no charge for usage, infrastructure shared with other tenants. */
  | 'FREE'
  /** A database of its own on shared compute. */
  | 'STANDARD'
  /** Everything of its own. */
  | 'PREMIUM';

export type Tenant = {
  readonly tenantId: Scalars['ID']['output'];
  /** Where the tenant's part of the product runs; null when it has none. */
  readonly infrastructure?: Maybe<Infrastructure>;
};

/** How far a tenant's infrastructure is kept apart from other tenants'. */
export type Isolation =
  /** Shared: a slot in the pool (`FREE`). */
  | 'POOL'
  /** A database of its own on shared compute (`STANDARD`). */
  | 'BRIDGE'
  /** Everything of its own (`PREMIUM`). */
  | 'SILO';

/** What a tier change makes of how far a tenant's infrastructure is kept apart. */
export type IsolationChange = {
  /** How far it is kept apart now; null when the tenant has no infrastructure. */
  readonly before?: Maybe<Isolation>;
  /** How far it is kept apart on the new tier. */
  readonly after: Isolation;
};

/** Where infrastructure stands. */
export type InfrastructureStatus =
  /** Asked for, and not begun. */
  | 'PENDING'
  /** Being made. */
  | 'PROVISIONING'
  /** In use. */
  | 'READY'
  /** Being taken away. */
  | 'DEPROVISIONING'
  /** Taken away. */
  | 'DEPROVISIONED'
  /** Could not be made; sending the command again tries again. */
  | 'FAILED';

/** What a tenant's part of the product runs on. */
export type Infrastructure = {
  /** How far it is kept apart. */
  readonly isolation: Isolation;
  /** Where it stands. */
  readonly status: InfrastructureStatus;
  /** What made it. */
  readonly driver: Scalars['String']['output'];
  /** What it consists of. */
  readonly resources: ReadonlyArray<Resource>;
  /** When it last changed. */
  readonly updatedAt: Scalars['DateTime']['output'];
};

/** One thing that was made for a tenant. */
export type Resource = {
  /** The resource's id (`res_…`). */
  readonly resourceId: Scalars['ID']['output'];
  /** What it is, for example `database`. */
  readonly kind: Scalars['String']['output'];
  /** What it is called where it is. */
  readonly name: Scalars['String']['output'];
  /** Whether other tenants use it too. */
  readonly shared: Scalars['Boolean']['output'];
  /** What the driver says of it; never a secret. */
  readonly attributes?: Maybe<Scalars['JSONObject']['output']>;
};

export type Query = {
  /** What a change to the tier would make of how far the tenant's infrastructure is kept apart. */
  readonly isolationChange: IsolationChange;
};


export type QueryIsolationChangeArgs = {
  tenantId: Scalars['ID']['input'];
  tier: Tier;
};

export type Mutation = {
  /** Makes what the tier asks for, beside what is in use; the first is in use at once. Repeated: what there is. `FAILED_PRECONDITION` once its workflow was undone or another one came after it, and for a tenant whose infrastructure was taken away. */
  readonly provision: Infrastructure;
  /** Undoes `provision`: what this workflow made for the tier is gone; everything else stays. */
  readonly discardInfrastructure: Scalars['Boolean']['output'];
  /** Puts what was made for the tier in use and takes everything else of the tenant away. `FAILED_PRECONDITION` where `provision` would be. */
  readonly releaseInfrastructure: Infrastructure;
  /** Takes everything of the tenant away, for good. */
  readonly deprovision: Scalars['Boolean']['output'];
};


export type MutationProvisionArgs = {
  commandId: Scalars['ID']['input'];
  tenantId: Scalars['ID']['input'];
  tier: Tier;
};


export type MutationDiscardInfrastructureArgs = {
  commandId: Scalars['ID']['input'];
  tenantId: Scalars['ID']['input'];
  tier: Tier;
};


export type MutationReleaseInfrastructureArgs = {
  commandId: Scalars['ID']['input'];
  tenantId: Scalars['ID']['input'];
  tier: Tier;
};


export type MutationDeprovisionArgs = {
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
  JSONObject: ResolverTypeWrapper<Scalars['JSONObject']['output']>;
  Tier: Tier;
  Tenant: ResolverTypeWrapper<Omit<Tenant, 'infrastructure'> & { infrastructure?: Maybe<ResolversTypes['Infrastructure']> }>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Isolation: Isolation;
  IsolationChange: ResolverTypeWrapper<IsolationChange>;
  InfrastructureStatus: InfrastructureStatus;
  Infrastructure: ResolverTypeWrapper<Placement>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Resource: ResolverTypeWrapper<ResourceRecord>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  DateTime: Scalars['DateTime']['output'];
  JSONObject: Scalars['JSONObject']['output'];
  Tenant: Omit<Tenant, 'infrastructure'> & { infrastructure?: Maybe<ResolversParentTypes['Infrastructure']> } | FederationReferenceTypes['Tenant'];
  ID: Scalars['ID']['output'];
  IsolationChange: IsolationChange;
  Infrastructure: Placement;
  String: Scalars['String']['output'];
  Resource: ResourceRecord;
  Boolean: Scalars['Boolean']['output'];
  Query: Record<PropertyKey, never>;
  Mutation: Record<PropertyKey, never>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface JsonObjectScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSONObject'], any> {
  name: 'JSONObject';
}

export type TenantResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Tenant'] = ResolversParentTypes['Tenant'], FederationReferenceType extends FederationReferenceTypes['Tenant'] = FederationReferenceTypes['Tenant']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Tenant']> | FederationReferenceType, FederationReferenceType, ContextType>;
  tenantId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  infrastructure?: Resolver<Maybe<ResolversTypes['Infrastructure']>, ParentType, ContextType>;
};

export type IsolationChangeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['IsolationChange'] = ResolversParentTypes['IsolationChange']> = {
  before?: Resolver<Maybe<ResolversTypes['Isolation']>, ParentType, ContextType>;
  after?: Resolver<ResolversTypes['Isolation'], ParentType, ContextType>;
};

export type InfrastructureResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Infrastructure'] = ResolversParentTypes['Infrastructure']> = {
  isolation?: Resolver<ResolversTypes['Isolation'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['InfrastructureStatus'], ParentType, ContextType>;
  driver?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  resources?: Resolver<ReadonlyArray<ResolversTypes['Resource']>, ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type ResourceResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Resource'] = ResolversParentTypes['Resource']> = {
  resourceId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  shared?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  attributes?: Resolver<Maybe<ResolversTypes['JSONObject']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  isolationChange?: Resolver<ResolversTypes['IsolationChange'], ParentType, ContextType, RequireFields<QueryIsolationChangeArgs, 'tenantId' | 'tier'>>;
};

export type MutationResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  provision?: Resolver<ResolversTypes['Infrastructure'], ParentType, ContextType, RequireFields<MutationProvisionArgs, 'commandId' | 'tenantId' | 'tier'>>;
  discardInfrastructure?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationDiscardInfrastructureArgs, 'commandId' | 'tenantId' | 'tier'>>;
  releaseInfrastructure?: Resolver<ResolversTypes['Infrastructure'], ParentType, ContextType, RequireFields<MutationReleaseInfrastructureArgs, 'commandId' | 'tenantId' | 'tier'>>;
  deprovision?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationDeprovisionArgs, 'commandId' | 'tenantId'>>;
};

export type Resolvers<ContextType = RequestContext> = {
  DateTime?: GraphQLScalarType;
  JSONObject?: GraphQLScalarType;
  Tenant?: TenantResolvers<ContextType>;
  IsolationChange?: IsolationChangeResolvers<ContextType>;
  Infrastructure?: InfrastructureResolvers<ContextType>;
  Resource?: ResourceResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
};


