// Generated from the SDL by scripts/generate.ts: do not edit.
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { TenantRepresentation } from './representation.ts';
import type { AccountDocument } from './account.ts';
import type { InvoiceDocument, InvoicePage } from './store.ts';
import type { PricedPeriod } from './pricing.ts';
import type { UpcomingChange } from './tier-change.ts';
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
  /** An exact decimal number: a string in answers (`"0.00005"`), a string or a finite number in inputs. */
  Decimal: { input: string; output: string; }
  /** A whole number that every client can hold: within ±(2^53 − 1). */
  SafeInt: { input: number; output: number; }
  /** An ISO 4217 currency code. */
  Currency: { input: string; output: string; }
};

/** What a customer has bought: it decides the price, the quotas and how the customer's infrastructure is kept apart. */
export type Tier =
  /** No base fee, no charge for usage, infrastructure shared with other tenants. */
  | 'FREE'
  /** A database of its own on shared compute. */
  | 'STANDARD'
  /** Everything of its own. */
  | 'PREMIUM';

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

/** An amount of money in whole minor units (cents). */
export type Money = {
  /** How many minor units. */
  readonly amountMinor: Scalars['SafeInt']['output'];
  /** Of which currency. */
  readonly currency: Scalars['Currency']['output'];
};

export type Tenant = {
  readonly tenantId: Scalars['ID']['output'];
  readonly tier: Tier;
  readonly tierChanges: ReadonlyArray<TierChange>;
  readonly usageToDate?: Maybe<ReadonlyArray<UsageToDate>>;
  /** Where the tenant's bills go and what is open on them. */
  readonly billingAccount?: Maybe<BillingAccount>;
  /** The tenant's invoices, newest first. */
  readonly invoices?: Maybe<InvoiceConnection>;
  /** What the plan of the tenant's tier gives, per meter. */
  readonly allowances?: Maybe<ReadonlyArray<Allowance>>;
  /** The current month's bill, as if the tenant stayed on its tier to the month's end and used nothing more. Computed now from the tier history and the usage; nothing is stored. `UNAVAILABLE` when either is missing. */
  readonly upcomingInvoice?: Maybe<UpcomingInvoice>;
};


export type TenantInvoicesArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  status?: InputMaybe<InvoiceStatus>;
};

export type TierChange = {
  readonly tier: Tier;
  readonly at: Scalars['DateTime']['output'];
};

export type UsageToDate = {
  readonly meter: Scalars['String']['output'];
  readonly aggregation: Aggregation;
  readonly total: Scalars['Decimal']['output'];
  readonly days: ReadonlyArray<UsagePoint>;
};

export type UsagePoint = {
  readonly start: Scalars['DateTime']['output'];
  readonly value: Scalars['Decimal']['output'];
};

/** Where a tenant's bills go. */
export type BillingAccount = {
  /** The billing address. */
  readonly address: Scalars['String']['output'];
  /** The currency of the bills. */
  readonly currency: Scalars['Currency']['output'];
  /** The tax rate, 0.2 for 20 %. */
  readonly taxRate: Scalars['Decimal']['output'];
  /** What is open: the totals of the invoices that are `OPEN`. */
  readonly balance: Money;
  /** When the account was made. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** When the account was closed; null while it is not. */
  readonly closedAt?: Maybe<Scalars['DateTime']['output']>;
};

/** What a plan gives on one meter, for a whole calendar month. */
export type Allowance = {
  /** The meter's name. */
  readonly meter: Scalars['String']['output'];
  /** How many units are included in the base fee. */
  readonly included: Scalars['Decimal']['output'];
  /** The number of units that the product should let through; null where there is no such limit. */
  readonly quota?: Maybe<Scalars['Decimal']['output']>;
};

/** Where an invoice stands. */
export type InvoiceStatus =
  /** Not numbered yet; replaced when it is generated again. */
  | 'DRAFT'
  /** Finalized and to be paid. */
  | 'OPEN'
  /** Paid, or nothing was to be paid. */
  | 'PAID'
  /** Withdrawn; its period can be invoiced again. */
  | 'VOID'
  /** Given up. */
  | 'UNCOLLECTIBLE';

/** A bill for one period within one calendar month. */
export type Invoice = {
  /** The invoice's id (`inv_…`). */
  readonly invoiceId: Scalars['ID']['output'];
  /** The number, gapless per year (`2026-000001`); null while it is a draft. */
  readonly number?: Maybe<Scalars['String']['output']>;
  /** Where it stands. */
  readonly status: InvoiceStatus;
  /** The period's first instant. */
  readonly periodStart: Scalars['DateTime']['output'];
  /** The instant after the period's last. */
  readonly periodEnd: Scalars['DateTime']['output'];
  /** What is charged. */
  readonly lines: ReadonlyArray<InvoiceLine>;
  /** The sum of the lines. */
  readonly subtotal: Money;
  /** The tax on the subtotal. */
  readonly tax: Money;
  /** Subtotal and tax. */
  readonly total: Money;
  /** When it was finalized. */
  readonly issuedAt?: Maybe<Scalars['DateTime']['output']>;
  /** When it was paid. */
  readonly paidAt?: Maybe<Scalars['DateTime']['output']>;
};

/** One thing that is charged. */
export type InvoiceLine = {
  /** What it is, for a person. */
  readonly description: Scalars['String']['output'];
  /** The meter; null for a base fee. */
  readonly meter?: Maybe<Scalars['String']['output']>;
  /** How many units, with 6 decimals at most. */
  readonly quantity: Scalars['Decimal']['output'];
  /** The price of a unit in the currency's major unit; null where there is no single one. */
  readonly unitPrice?: Maybe<Scalars['Decimal']['output']>;
  /** The exact quantity times the unit price, rounded half-even once. */
  readonly amount: Money;
};

/** The bill of the month that is not over. */
export type UpcomingInvoice = {
  /** The period's first instant. */
  readonly periodStart: Scalars['DateTime']['output'];
  /** The instant after the period's last. */
  readonly periodEnd: Scalars['DateTime']['output'];
  /** What would be charged. */
  readonly lines: ReadonlyArray<InvoiceLine>;
  /** The sum of the lines. */
  readonly subtotal: Money;
  /** The tax on the subtotal. */
  readonly tax: Money;
  /** Subtotal and tax. */
  readonly total: Money;
};

/** What a tier change now would make of the bill of the month that is not over. Both null where none will come. */
export type UpcomingInvoiceChange = {
  /** The bill when nothing changes. */
  readonly before?: Maybe<UpcomingInvoice>;
  /** The bill when the tier changes now. */
  readonly after?: Maybe<UpcomingInvoice>;
};

/** A page of invoices. */
export type InvoiceConnection = {
  /** The invoices of this page with their cursors. */
  readonly edges: ReadonlyArray<InvoiceEdge>;
  /** Where this page stands in the list. */
  readonly pageInfo: PageInfo;
  /** How many invoices the whole list has; counted only where it is asked for. */
  readonly totalCount: Scalars['Int']['output'];
};

/** An invoice in a page. */
export type InvoiceEdge = {
  /** Stands for this invoice's place in the list; opaque. */
  readonly cursor: Scalars['String']['output'];
  /** The invoice. */
  readonly node: Invoice;
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

/** What a tier costs in a calendar month (UTC). */
export type Plan = {
  /** The tier. */
  readonly tier: Tier;
  /** What customers call it. */
  readonly name: Scalars['String']['output'];
  /** The price of the month itself. */
  readonly baseFee: Money;
  /** What is included and what more costs, per meter. */
  readonly meters: ReadonlyArray<PlanMeter>;
};

/** What a plan says of one meter. */
export type PlanMeter = {
  /** The meter's name. */
  readonly meter: Scalars['String']['output'];
  /** How many units are included in the base fee. */
  readonly included: Scalars['Decimal']['output'];
  /** The number of units that the product should let through; null where there is no such limit. */
  readonly quota?: Maybe<Scalars['Decimal']['output']>;
  /** The prices beyond what is included; none: never charged. */
  readonly bands: ReadonlyArray<PriceBand>;
};

/** The price of the units up to a limit. */
export type PriceBand = {
  /** Counts all units of the month; null: no limit. */
  readonly upTo?: Maybe<Scalars['Decimal']['output']>;
  /** The price of one unit in the currency's major unit. */
  readonly unitPrice: Scalars['Decimal']['output'];
};

export type Query = {
  /** The price list. */
  readonly plans: ReadonlyArray<Plan>;
  /** One invoice by its id; null when there is none that the caller may see. */
  readonly invoice?: Maybe<Invoice>;
  /** What a change to the tier now would make of the current month's bill. `UNAVAILABLE` without the tier history or the usage. */
  readonly upcomingInvoiceChange: UpcomingInvoiceChange;
};


export type QueryInvoiceArgs = {
  invoiceId: Scalars['ID']['input'];
};


export type QueryUpcomingInvoiceChangeArgs = {
  tenantId: Scalars['ID']['input'];
  tier: Tier;
};

export type Mutation = {
  /** Opens a tenant's billing account. Repeated: the account as it is. `FAILED_PRECONDITION` once it was discarded. */
  readonly createBillingAccount: Scalars['Boolean']['output'];
  /** Undoes `createBillingAccount`: the account is gone, and cannot be opened any more. */
  readonly discardBillingAccount: Scalars['Boolean']['output'];
  /** Generates and finalizes an invoice per month not yet invoiced, the last up to and including today. */
  readonly issueFinalInvoices: ReadonlyArray<Invoice>;
  /** Undoes `issueFinalInvoices`: those invoices are `VOID`. */
  readonly voidFinalInvoices: Scalars['Boolean']['output'];
  /** Closes the account: no further invoice. `FAILED_PRECONDITION` once this very command was undone. */
  readonly closeBillingAccount: Scalars['Boolean']['output'];
  /** Undoes the `closeBillingAccount` of this id; an account that another command closed stays closed. */
  readonly reopenBillingAccount: Scalars['Boolean']['output'];
};


export type MutationCreateBillingAccountArgs = {
  commandId: Scalars['ID']['input'];
  tenantId: Scalars['ID']['input'];
  address: Scalars['String']['input'];
};


export type MutationDiscardBillingAccountArgs = {
  commandId: Scalars['ID']['input'];
  tenantId: Scalars['ID']['input'];
};


export type MutationIssueFinalInvoicesArgs = {
  commandId: Scalars['ID']['input'];
  tenantId: Scalars['ID']['input'];
};


export type MutationVoidFinalInvoicesArgs = {
  commandId: Scalars['ID']['input'];
  tenantId: Scalars['ID']['input'];
};


export type MutationCloseBillingAccountArgs = {
  commandId: Scalars['ID']['input'];
  tenantId: Scalars['ID']['input'];
};


export type MutationReopenBillingAccountArgs = {
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
        | GraphQLRecursivePick<FederationTypes['Tenant'], {"tier":true}>
        | GraphQLRecursivePick<FederationTypes['Tenant'], {"tier":true,"tierChanges":{"tier":true,"at":true},"usageToDate":{"meter":true,"aggregation":true,"total":true,"days":{"start":true,"value":true}}}>
        | GraphQLRecursivePick<FederationTypes['Tenant'], {"tierChanges":{"tier":true,"at":true},"usageToDate":{"meter":true,"aggregation":true,"total":true,"days":{"start":true,"value":true}}}> ) );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Decimal: ResolverTypeWrapper<Scalars['Decimal']['output']>;
  SafeInt: ResolverTypeWrapper<Scalars['SafeInt']['output']>;
  Currency: ResolverTypeWrapper<Scalars['Currency']['output']>;
  Tier: Tier;
  Aggregation: Aggregation;
  Money: ResolverTypeWrapper<Money>;
  Tenant: ResolverTypeWrapper<TenantRepresentation>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  TierChange: ResolverTypeWrapper<TierChange>;
  UsageToDate: ResolverTypeWrapper<UsageToDate>;
  UsagePoint: ResolverTypeWrapper<UsagePoint>;
  BillingAccount: ResolverTypeWrapper<AccountDocument>;
  Allowance: ResolverTypeWrapper<Allowance>;
  InvoiceStatus: InvoiceStatus;
  Invoice: ResolverTypeWrapper<InvoiceDocument>;
  InvoiceLine: ResolverTypeWrapper<InvoiceLine>;
  UpcomingInvoice: ResolverTypeWrapper<PricedPeriod>;
  UpcomingInvoiceChange: ResolverTypeWrapper<UpcomingChange>;
  InvoiceConnection: ResolverTypeWrapper<InvoicePage>;
  InvoiceEdge: ResolverTypeWrapper<Omit<InvoiceEdge, 'node'> & { node: ResolversTypes['Invoice'] }>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Plan: ResolverTypeWrapper<Plan>;
  PlanMeter: ResolverTypeWrapper<PlanMeter>;
  PriceBand: ResolverTypeWrapper<PriceBand>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  DateTime: Scalars['DateTime']['output'];
  Decimal: Scalars['Decimal']['output'];
  SafeInt: Scalars['SafeInt']['output'];
  Currency: Scalars['Currency']['output'];
  Money: Money;
  Tenant: TenantRepresentation;
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  String: Scalars['String']['output'];
  TierChange: TierChange;
  UsageToDate: UsageToDate;
  UsagePoint: UsagePoint;
  BillingAccount: AccountDocument;
  Allowance: Allowance;
  Invoice: InvoiceDocument;
  InvoiceLine: InvoiceLine;
  UpcomingInvoice: PricedPeriod;
  UpcomingInvoiceChange: UpcomingChange;
  InvoiceConnection: InvoicePage;
  InvoiceEdge: Omit<InvoiceEdge, 'node'> & { node: ResolversParentTypes['Invoice'] };
  PageInfo: PageInfo;
  Boolean: Scalars['Boolean']['output'];
  Plan: Plan;
  PlanMeter: PlanMeter;
  PriceBand: PriceBand;
  Query: Record<PropertyKey, never>;
  Mutation: Record<PropertyKey, never>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface DecimalScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Decimal'], any> {
  name: 'Decimal';
}

export interface SafeIntScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['SafeInt'], any> {
  name: 'SafeInt';
}

export interface CurrencyScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Currency'], any> {
  name: 'Currency';
}

export type MoneyResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Money'] = ResolversParentTypes['Money']> = {
  amountMinor?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  currency?: Resolver<ResolversTypes['Currency'], ParentType, ContextType>;
};

export type TenantResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Tenant'] = ResolversParentTypes['Tenant'], FederationReferenceType extends FederationReferenceTypes['Tenant'] = FederationReferenceTypes['Tenant']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Tenant']> | FederationReferenceType, FederationReferenceType, ContextType>;
  tenantId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  billingAccount?: Resolver<Maybe<ResolversTypes['BillingAccount']>, ParentType, ContextType>;
  invoices?: Resolver<Maybe<ResolversTypes['InvoiceConnection']>, ParentType, ContextType, RequireFields<TenantInvoicesArgs, 'first'>>;
  allowances?: Resolver<Maybe<ReadonlyArray<ResolversTypes['Allowance']>>, ParentType, ContextType>;
  upcomingInvoice?: Resolver<Maybe<ResolversTypes['UpcomingInvoice']>, ParentType, ContextType>;
};

export type BillingAccountResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['BillingAccount'] = ResolversParentTypes['BillingAccount']> = {
  address?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  currency?: Resolver<ResolversTypes['Currency'], ParentType, ContextType>;
  taxRate?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  balance?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  closedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type AllowanceResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Allowance'] = ResolversParentTypes['Allowance']> = {
  meter?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  included?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  quota?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
};

export type InvoiceResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Invoice'] = ResolversParentTypes['Invoice']> = {
  invoiceId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  number?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['InvoiceStatus'], ParentType, ContextType>;
  periodStart?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  periodEnd?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  lines?: Resolver<ReadonlyArray<ResolversTypes['InvoiceLine']>, ParentType, ContextType>;
  subtotal?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  tax?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  issuedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  paidAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type InvoiceLineResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['InvoiceLine'] = ResolversParentTypes['InvoiceLine']> = {
  description?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  meter?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  quantity?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  unitPrice?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  amount?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
};

export type UpcomingInvoiceResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['UpcomingInvoice'] = ResolversParentTypes['UpcomingInvoice']> = {
  periodStart?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  periodEnd?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  lines?: Resolver<ReadonlyArray<ResolversTypes['InvoiceLine']>, ParentType, ContextType>;
  subtotal?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  tax?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
};

export type UpcomingInvoiceChangeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['UpcomingInvoiceChange'] = ResolversParentTypes['UpcomingInvoiceChange']> = {
  before?: Resolver<Maybe<ResolversTypes['UpcomingInvoice']>, ParentType, ContextType>;
  after?: Resolver<Maybe<ResolversTypes['UpcomingInvoice']>, ParentType, ContextType>;
};

export type InvoiceConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['InvoiceConnection'] = ResolversParentTypes['InvoiceConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['InvoiceEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type InvoiceEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['InvoiceEdge'] = ResolversParentTypes['InvoiceEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Invoice'], ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PlanResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Plan'] = ResolversParentTypes['Plan']> = {
  tier?: Resolver<ResolversTypes['Tier'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  baseFee?: Resolver<ResolversTypes['Money'], ParentType, ContextType>;
  meters?: Resolver<ReadonlyArray<ResolversTypes['PlanMeter']>, ParentType, ContextType>;
};

export type PlanMeterResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PlanMeter'] = ResolversParentTypes['PlanMeter']> = {
  meter?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  included?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
  quota?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  bands?: Resolver<ReadonlyArray<ResolversTypes['PriceBand']>, ParentType, ContextType>;
};

export type PriceBandResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PriceBand'] = ResolversParentTypes['PriceBand']> = {
  upTo?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  unitPrice?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  plans?: Resolver<ReadonlyArray<ResolversTypes['Plan']>, ParentType, ContextType>;
  invoice?: Resolver<Maybe<ResolversTypes['Invoice']>, ParentType, ContextType, RequireFields<QueryInvoiceArgs, 'invoiceId'>>;
  upcomingInvoiceChange?: Resolver<ResolversTypes['UpcomingInvoiceChange'], ParentType, ContextType, RequireFields<QueryUpcomingInvoiceChangeArgs, 'tenantId' | 'tier'>>;
};

export type MutationResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  createBillingAccount?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationCreateBillingAccountArgs, 'commandId' | 'tenantId' | 'address'>>;
  discardBillingAccount?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationDiscardBillingAccountArgs, 'commandId' | 'tenantId'>>;
  issueFinalInvoices?: Resolver<ReadonlyArray<ResolversTypes['Invoice']>, ParentType, ContextType, RequireFields<MutationIssueFinalInvoicesArgs, 'commandId' | 'tenantId'>>;
  voidFinalInvoices?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationVoidFinalInvoicesArgs, 'commandId' | 'tenantId'>>;
  closeBillingAccount?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationCloseBillingAccountArgs, 'commandId' | 'tenantId'>>;
  reopenBillingAccount?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationReopenBillingAccountArgs, 'commandId' | 'tenantId'>>;
};

export type Resolvers<ContextType = RequestContext> = {
  DateTime?: GraphQLScalarType;
  Decimal?: GraphQLScalarType;
  SafeInt?: GraphQLScalarType;
  Currency?: GraphQLScalarType;
  Money?: MoneyResolvers<ContextType>;
  Tenant?: TenantResolvers<ContextType>;
  BillingAccount?: BillingAccountResolvers<ContextType>;
  Allowance?: AllowanceResolvers<ContextType>;
  Invoice?: InvoiceResolvers<ContextType>;
  InvoiceLine?: InvoiceLineResolvers<ContextType>;
  UpcomingInvoice?: UpcomingInvoiceResolvers<ContextType>;
  UpcomingInvoiceChange?: UpcomingInvoiceChangeResolvers<ContextType>;
  InvoiceConnection?: InvoiceConnectionResolvers<ContextType>;
  InvoiceEdge?: InvoiceEdgeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Plan?: PlanResolvers<ContextType>;
  PlanMeter?: PlanMeterResolvers<ContextType>;
  PriceBand?: PriceBandResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
};


