// Generated from the SDL by scripts/generate.ts: do not edit.
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { TenantSlice, MeterFigures } from './usage.ts';
import type { RequestContext } from '../../lib/graphql/context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
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
  /** An exact decimal number: a string in answers (`"0.00005"`), a string or a finite number in inputs. */
  Decimal: { input: string; output: string; }
};

/** How the events of a meter make one figure. */
export type Aggregation =
  /** The sum of the values. */
  | 'SUM'
  /** The number of events; a value stands for so many. */
  | 'COUNT'
  /** The highest value. */
  | 'MAX'
  /** The number of different subjects. */
  | 'UNIQUE';

/** The length of a window of usage, in UTC. */
export type UsageWindow =
  /** From the full hour on. */
  | 'HOUR'
  /** From midnight on. */
  | 'DAY'
  /** From the first of the month on. */
  | 'MONTH';

export type Tenant = {
  readonly tenantId: Scalars['ID']['output'];
  readonly allowances?: Maybe<ReadonlyArray<Allowance>>;
  /** What the tenant used between two instants; the current calendar month (UTC) where nothing is said. Every meter, with 0 where nothing was used. */
  readonly usage?: Maybe<ReadonlyArray<MeterUsage>>;
  /** What the tenant used in the current calendar month (UTC), by day: what the upcoming bill is computed from. Every meter, with 0 where nothing was used. */
  readonly usageToDate?: Maybe<ReadonlyArray<UsageToDate>>;
  /** What the plan lets through in the current calendar month, and how much of it is used. Quotas inform: usage beyond one is recorded all the same. */
  readonly quotas?: Maybe<ReadonlyArray<Quota>>;
};


export type TenantUsageArgs = {
  from?: InputMaybe<Scalars['DateTime']['input']>;
  to?: InputMaybe<Scalars['DateTime']['input']>;
  meters?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
};

export type Allowance = {
  readonly meter: Scalars['String']['output'];
  readonly quota?: Maybe<Scalars['Decimal']['output']>;
};

/** What is counted. */
export type Meter = {
  /** The meter's name, for example `compute`. */
  readonly name: Scalars['String']['output'];
  /** What one of it is, for example `cpu-seconds`. */
  readonly unit: Scalars['String']['output'];
  /** How events make one figure. */
  readonly aggregation: Aggregation;
};

/** The usage of one meter between two instants. */
export type MeterUsage = {
  /** The meter's name. */
  readonly meter: Scalars['String']['output'];
  /** What one of it is. */
  readonly unit: Scalars['String']['output'];
  /** How events made one figure. */
  readonly aggregation: Aggregation;
  /** The figure for the whole time. */
  readonly total: Scalars['Decimal']['output'];
  /** The figure per window, oldest first; empty windows are left out. */
  readonly series: ReadonlyArray<UsagePoint>;
};


/** The usage of one meter between two instants. */
export type MeterUsageSeriesArgs = {
  window?: InputMaybe<UsageWindow>;
};

/** The figure of one window. */
export type UsagePoint = {
  /** The window's first instant, also where the range begins within the window. */
  readonly start: Scalars['DateTime']['output'];
  /** The figure. */
  readonly value: Scalars['Decimal']['output'];
};

/** The usage of one meter in the current month. */
export type UsageToDate = {
  /** The meter's name. */
  readonly meter: Scalars['String']['output'];
  /** What one of it is. */
  readonly unit: Scalars['String']['output'];
  /** How events made one figure. */
  readonly aggregation: Aggregation;
  /** The figure for the month so far. */
  readonly total: Scalars['Decimal']['output'];
  /** The figure per day, oldest first; empty days are left out. */
  readonly days: ReadonlyArray<UsagePoint>;
};

/** How much of a plan's limit is used this month. */
export type Quota = {
  /** The meter's name. */
  readonly meter: Scalars['String']['output'];
  /** The limit; null where there is none. */
  readonly limit?: Maybe<Scalars['Decimal']['output']>;
  /** What was used this month. */
  readonly used: Scalars['Decimal']['output'];
  /** What is left, 0 at least; null where there is no limit. */
  readonly remaining?: Maybe<Scalars['Decimal']['output']>;
};

/** Something that a tenant used. */
export type UsageEventInput = {
  /** The sender's id of the event: with the tenant, its identity. 1 to 200 characters. */
  readonly id: Scalars['ID']['input'];
  /** Who used it. */
  readonly tenantId: Scalars['ID']['input'];
  /** On which meter. */
  readonly meter: Scalars['String']['input'];
  /** How much: not negative. For `COUNT` it may be left out (1). */
  readonly value?: InputMaybe<Scalars['Decimal']['input']>;
  /** When: up to 5 minutes ahead and 35 days back, not before the day on which the tenant was onboarded. Without one: now. */
  readonly time?: InputMaybe<Scalars['DateTime']['input']>;
  /** What used it, 1 to 200 characters; needed for `UNIQUE`, which counts the different ones. */
  readonly subject?: InputMaybe<Scalars['String']['input']>;
};

/** A batch of usage. */
export type RecordUsageInput = {
  /** 1 to 1,000 events. */
  readonly events: ReadonlyArray<UsageEventInput>;
};

/** What became of a batch. `accepted`, `duplicates` and the rejected ones together are the whole batch. */
export type RecordUsagePayload = {
  /** How many were taken: they are on disk and in the next reading. */
  readonly accepted: Scalars['Int']['output'];
  /** How many were there already. */
  readonly duplicates: Scalars['Int']['output'];
  /** Those that were not taken. */
  readonly rejected: ReadonlyArray<RejectedEvent>;
};

/** An event that was not taken, and why. */
export type RejectedEvent = {
  /** Its place in the batch, from 0. */
  readonly index: Scalars['Int']['output'];
  /** Its id. */
  readonly id: Scalars['ID']['output'];
  /** One of the error codes of the API. */
  readonly code: Scalars['String']['output'];
  /** What to change. */
  readonly message: Scalars['String']['output'];
};

export type Query = {
  /** Everything that is counted. */
  readonly meters: ReadonlyArray<Meter>;
};

export type Mutation = {
  /** Records usage. An event counts once, whatever its deliveries; a bad one rejects itself only. */
  readonly recordUsage: RecordUsagePayload;
  /** No event of the tenant is accepted from now on, and every reading from now on has all that were. `FAILED_PRECONDITION` once this very command was undone. */
  readonly closeUsage: Scalars['Boolean']['output'];
  /** Undoes the `closeUsage` of this id; usage that another command closed stays closed. */
  readonly reopenUsage: Scalars['Boolean']['output'];
  /** Closes a tenant's usage for good and deletes its events once its windows count them all; the windows, which invoices rest on, stay. `UNAVAILABLE` while there are more: send it again. A part of an hour can no longer be read then: `FAILED_PRECONDITION`. */
  readonly deleteUsage: Scalars['Boolean']['output'];
};


export type MutationRecordUsageArgs = {
  input: RecordUsageInput;
};


export type MutationCloseUsageArgs = {
  commandId: Scalars['ID']['input'];
  tenantId: Scalars['ID']['input'];
};


export type MutationReopenUsageArgs = {
  commandId: Scalars['ID']['input'];
  tenantId: Scalars['ID']['input'];
};


export type MutationDeleteUsageArgs = {
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
    & GraphQLRecursivePick<FederationTypes['Tenant'], {"tenantId":true}>
    & ( Record<PropertyKey, never>
        | GraphQLRecursivePick<FederationTypes['Tenant'], {"allowances":{"meter":true,"quota":true}}> ) );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Decimal: ResolverTypeWrapper<Scalars['Decimal']['output']>;
  Aggregation: Aggregation;
  UsageWindow: UsageWindow;
  Tenant: ResolverTypeWrapper<TenantSlice>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Allowance: ResolverTypeWrapper<Allowance>;
  Meter: ResolverTypeWrapper<Meter>;
  MeterUsage: ResolverTypeWrapper<MeterFigures>;
  UsagePoint: ResolverTypeWrapper<UsagePoint>;
  UsageToDate: ResolverTypeWrapper<UsageToDate>;
  Quota: ResolverTypeWrapper<Quota>;
  UsageEventInput: UsageEventInput;
  RecordUsageInput: RecordUsageInput;
  RecordUsagePayload: ResolverTypeWrapper<RecordUsagePayload>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  RejectedEvent: ResolverTypeWrapper<RejectedEvent>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  DateTime: Scalars['DateTime']['output'];
  Decimal: Scalars['Decimal']['output'];
  Tenant: TenantSlice;
  ID: Scalars['ID']['output'];
  String: Scalars['String']['output'];
  Allowance: Allowance;
  Meter: Meter;
  MeterUsage: MeterFigures;
  UsagePoint: UsagePoint;
  UsageToDate: UsageToDate;
  Quota: Quota;
  UsageEventInput: UsageEventInput;
  RecordUsageInput: RecordUsageInput;
  RecordUsagePayload: RecordUsagePayload;
  Int: Scalars['Int']['output'];
  RejectedEvent: RejectedEvent;
  Query: Record<PropertyKey, never>;
  Mutation: Record<PropertyKey, never>;
  Boolean: Scalars['Boolean']['output'];
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface DecimalScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Decimal'], any> {
  name: 'Decimal';
}

export type TenantResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Tenant'] = ResolversParentTypes['Tenant'], FederationReferenceType extends FederationReferenceTypes['Tenant'] = FederationReferenceTypes['Tenant']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Tenant']> | FederationReferenceType, FederationReferenceType, ContextType>;
  tenantId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  usage?: Resolver<Maybe<ReadonlyArray<ResolversTypes['MeterUsage']>>, ParentType, ContextType, Partial<TenantUsageArgs>>;
  usageToDate?: Resolver<Maybe<ReadonlyArray<ResolversTypes['UsageToDate']>>, ParentType, ContextType>;
  quotas?: Resolver<Maybe<ReadonlyArray<ResolversTypes['Quota']>>, ParentType, ContextType>;
};

export type MeterResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Meter'] = ResolversParentTypes['Meter']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  unit?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  aggregation?: Resolver<ResolversTypes['Aggregation'], ParentType, ContextType>;
};

export type MeterUsageResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['MeterUsage'] = ResolversParentTypes['MeterUsage']> = {
  meter?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  unit?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  aggregation?: Resolver<ResolversTypes['Aggregation'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  series?: Resolver<ReadonlyArray<ResolversTypes['UsagePoint']>, ParentType, ContextType, RequireFields<MeterUsageSeriesArgs, 'window'>>;
};

export type UsagePointResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['UsagePoint'] = ResolversParentTypes['UsagePoint']> = {
  start?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  value?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
};

export type UsageToDateResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['UsageToDate'] = ResolversParentTypes['UsageToDate']> = {
  meter?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  unit?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  aggregation?: Resolver<ResolversTypes['Aggregation'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  days?: Resolver<ReadonlyArray<ResolversTypes['UsagePoint']>, ParentType, ContextType>;
};

export type QuotaResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Quota'] = ResolversParentTypes['Quota']> = {
  meter?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  limit?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  used?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  remaining?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
};

export type RecordUsagePayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RecordUsagePayload'] = ResolversParentTypes['RecordUsagePayload']> = {
  accepted?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  duplicates?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  rejected?: Resolver<ReadonlyArray<ResolversTypes['RejectedEvent']>, ParentType, ContextType>;
};

export type RejectedEventResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RejectedEvent'] = ResolversParentTypes['RejectedEvent']> = {
  index?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  meters?: Resolver<ReadonlyArray<ResolversTypes['Meter']>, ParentType, ContextType>;
};

export type MutationResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  recordUsage?: Resolver<ResolversTypes['RecordUsagePayload'], ParentType, ContextType, RequireFields<MutationRecordUsageArgs, 'input'>>;
  closeUsage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationCloseUsageArgs, 'commandId' | 'tenantId'>>;
  reopenUsage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationReopenUsageArgs, 'commandId' | 'tenantId'>>;
  deleteUsage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationDeleteUsageArgs, 'commandId' | 'tenantId'>>;
};

export type Resolvers<ContextType = RequestContext> = {
  DateTime?: GraphQLScalarType;
  Decimal?: GraphQLScalarType;
  Tenant?: TenantResolvers<ContextType>;
  Meter?: MeterResolvers<ContextType>;
  MeterUsage?: MeterUsageResolvers<ContextType>;
  UsagePoint?: UsagePointResolvers<ContextType>;
  UsageToDate?: UsageToDateResolvers<ContextType>;
  Quota?: QuotaResolvers<ContextType>;
  RecordUsagePayload?: RecordUsagePayloadResolvers<ContextType>;
  RejectedEvent?: RejectedEventResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
};


