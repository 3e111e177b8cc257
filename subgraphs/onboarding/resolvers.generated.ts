// Generated from the SDL by scripts/generate.ts: do not edit.
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { WorkflowDocument } from '../../lib/workflow/workflow.ts';
import type { ShownStep, WorkflowPage } from './workflow.ts';
import type { PreviewedTierChange } from './tier-change-preview.ts';
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
  /** An e-mail address; compared whatever its case. */
  EmailAddress: { input: string; output: string; }
};

/** What a customer has bought: it decides the price, the quotas and how the customer's infrastructure is kept apart. */
export type Tier =
  /** No base fee, no charge for usage, infrastructure shared with other tenants. */
  | 'FREE'
  /** A database of its own on shared compute. */
  | 'STANDARD'
  /** Everything of its own. */
  | 'PREMIUM';

/** What a workflow does to a tenant. */
export type WorkflowKind =
  /** Brings a customer in, or a further user of one. */
  | 'ONBOARDING'
  /** Takes a customer out. */
  | 'OFFBOARDING'
  /** Moves a customer to another tier. */
  | 'TIER_CHANGE';

/** Where a workflow stands. */
export type WorkflowStatus =
  /** Under way: a step runs, or waits for its next attempt. */
  | 'RUNNING'
  /** Every step is done or was not needed. */
  | 'SUCCEEDED'
  /** It cannot go on by itself: the step that failed says why, and `retryWorkflow` lets it try again. */
  | 'FAILED'
  /** A step failed for good, or the workflow was cancelled; what was done is being undone, newest first. */
  | 'COMPENSATING'
  /** Everything that was done is undone; nothing is left behind. */
  | 'COMPENSATED';

/** Where a step stands. */
export type WorkflowStepStatus =
  /** Not begun. */
  | 'PENDING'
  /** Under way, or waiting for its next attempt. */
  | 'RUNNING'
  /** Done. */
  | 'DONE'
  /** Failed for good. */
  | 'FAILED'
  /** Was done, and is undone. */
  | 'UNDONE'
  /** Not needed. */
  | 'SKIPPED';

/**
 * A durable change that several services carry out: every step is on disk before and after it runs, is tried again when it
 * fails, and is undone when a later one fails for good.
 */
export type Workflow = {
  /** The workflow's id (`wf_…`). */
  readonly workflowId: Scalars['ID']['output'];
  /** What it does. */
  readonly kind: WorkflowKind;
  /** Where it stands. */
  readonly status: WorkflowStatus;
  /** The tenant that it works on; null when that tenant does not exist (any more). */
  readonly tenant?: Maybe<Tenant>;
  /** Its steps, in order. */
  readonly steps: ReadonlyArray<WorkflowStep>;
  /** When it was asked for. */
  readonly startedAt: Scalars['DateTime']['output'];
  /** When it ended; null while it has not. */
  readonly finishedAt?: Maybe<Scalars['DateTime']['output']>;
};

/** One step of a workflow: one command to one service. */
export type WorkflowStep = {
  /** The step's name, for example `CREATE_TENANT`. */
  readonly name: Scalars['String']['output'];
  /** Where it stands. */
  readonly status: WorkflowStepStatus;
  /** How often it was tried. */
  readonly attempts: Scalars['Int']['output'];
  /** When it, or its undoing, is tried again; null unless it failed and waits for that. */
  readonly nextAttemptAt?: Maybe<Scalars['DateTime']['output']>;
  /** When it was first tried. */
  readonly startedAt?: Maybe<Scalars['DateTime']['output']>;
  /** When it ended. */
  readonly finishedAt?: Maybe<Scalars['DateTime']['output']>;
  /** What went wrong last; null when nothing did. */
  readonly error?: Maybe<WorkflowStepError>;
};

/** Why a step failed. */
export type WorkflowStepError = {
  /** One of the error codes of the API. */
  readonly code: Scalars['String']['output'];
  /** What a person should know. */
  readonly message: Scalars['String']['output'];
};

/** A page of workflows. */
export type WorkflowConnection = {
  /** The workflows of this page with their cursors. */
  readonly edges: ReadonlyArray<WorkflowEdge>;
  /** Where this page stands in the list. */
  readonly pageInfo: PageInfo;
  /** How many workflows the whole list has; counted only where it is asked for. */
  readonly totalCount: Scalars['Int']['output'];
};

/** A workflow in a page. */
export type WorkflowEdge = {
  /** Stands for this workflow's place in the list; opaque. */
  readonly cursor: Scalars['String']['output'];
  /** The workflow. */
  readonly node: Workflow;
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

/** What a new user needs to set a password with `acceptInvitation`. Shown once. */
export type Invitation = {
  /** The secret that the user presents. Single use. */
  readonly token: Scalars['String']['output'];
  /** From when on it is worth nothing; `resendInvitation` makes a new one. */
  readonly expiresAt: Scalars['DateTime']['output'];
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

/** An amount of money in whole minor units (cents). */
export type Money = {
  /** How many minor units. */
  readonly amountMinor: Scalars['SafeInt']['output'];
  /** Of which currency. */
  readonly currency: Scalars['Currency']['output'];
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

/** What a tier change makes of a meter's quota. */
export type QuotaChange = {
  /** The meter's name. */
  readonly meter: Scalars['String']['output'];
  /** The limit now; null where there is none. */
  readonly before?: Maybe<Scalars['Decimal']['output']>;
  /** The limit on the new tier; null where there is none. */
  readonly after?: Maybe<Scalars['Decimal']['output']>;
  /** What was used this month. */
  readonly used: Scalars['Decimal']['output'];
};

/** What forbids a tier change. */
export type TierChangeObstacleCode =
  /** A workflow has the tenant to itself. */
  | 'WORKFLOW_IN_THE_WAY'
  /** The tenant is not `ACTIVE`. */
  | 'TENANT_NOT_ACTIVE'
  /** The tenant is on this tier already. */
  | 'SAME_TIER';

/** Something that forbids a tier change: `changeTier` would be answered with `FAILED_PRECONDITION`. */
export type TierChangeObstacle = {
  /** What it is. */
  readonly code: TierChangeObstacleCode;
  /** What a person should know. */
  readonly message: Scalars['String']['output'];
  /** The workflow that is in the way, where one is. */
  readonly workflowId?: Maybe<Scalars['ID']['output']>;
};

/** What should be thought of before a tier is changed. */
export type TierChangeWarningCode =
  /** More was used this month than the new tier's quota lets through. */
  | 'USAGE_ABOVE_QUOTA';

/** Something that forbids no tier change but should be thought of. */
export type TierChangeWarning = {
  /** What it is. */
  readonly code: TierChangeWarningCode;
  /** What a person should know. */
  readonly message: Scalars['String']['output'];
  /** The meter that it is about, where it is about one. */
  readonly meter?: Maybe<Scalars['String']['output']>;
};

/**
 * What a tier change would do if it were made now. Each part is computed by the service that knows it; one that is out of
 * reach is null with an error (`UNAVAILABLE`), never a smaller answer.
 */
export type TierChangePreview = {
  /** The tenant. */
  readonly tenant?: Maybe<Tenant>;
  /** The tier that it would be on. */
  readonly tier: Tier;
  /** What becomes of its infrastructure. */
  readonly infrastructure?: Maybe<IsolationChange>;
  /** What becomes of its quotas: every meter. */
  readonly quotas?: Maybe<ReadonlyArray<QuotaChange>>;
  /** What becomes of the current month's bill, by the prices of the tiers and the days on each. */
  readonly upcomingInvoice?: Maybe<UpcomingInvoiceChange>;
  /** What forbids the change; empty when nothing does. */
  readonly obstacles: ReadonlyArray<TierChangeObstacle>;
  /** What should be thought of; empty when nothing should. */
  readonly warnings?: Maybe<ReadonlyArray<TierChangeWarning>>;
};

export type Tenant = {
  readonly tenantId: Scalars['ID']['output'];
  /** What was done to the tenant, newest first. */
  readonly workflows?: Maybe<WorkflowConnection>;
};


export type TenantWorkflowsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** A customer and its first user, or a further user of a customer. */
export type OnboardInput = {
  /** The customer's name: 1 to 200 characters when trimmed. A live tenant of this name (whatever its case) gets the user as a `TENANT_MEMBER`; nothing is made twice. */
  readonly customerName: Scalars['String']['input'];
  /** The user's address. It belongs to one user, in one tenant. */
  readonly email: Scalars['EmailAddress']['input'];
  /** Where the bills go. Kept as it is for a live tenant. */
  readonly billingAddress: Scalars['String']['input'];
  /** The tier. For a live tenant it must be the tenant's own (`FAILED_PRECONDITION`); `changeTier` changes it. */
  readonly tier: Tier;
  /** The same key with the same input returns the first result, without the invitation; with another input: `IDEMPOTENCY_CONFLICT`. Scoped to the caller, kept 24 hours at least. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** The customer that leaves: exactly one of `tenantId` and `customerName`. */
export type OffboardInput = {
  /** The tenant's id. */
  readonly tenantId?: InputMaybe<Scalars['ID']['input']>;
  /** The live tenant's name, trimmed and whatever its case. */
  readonly customerName?: InputMaybe<Scalars['String']['input']>;
  /** The same key with the same input returns the first result; with another input: `IDEMPOTENCY_CONFLICT`. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** The tier that a tenant is to have. */
export type ChangeTierInput = {
  /** The tenant, which must be `ACTIVE`. */
  readonly tenantId: Scalars['ID']['input'];
  /** The new tier; `FAILED_PRECONDITION` when the tenant has it already. */
  readonly tier: Tier;
  /** The same key with the same input returns the first result; with another input: `IDEMPOTENCY_CONFLICT`. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** The workflow that is to try again. */
export type RetryWorkflowInput = {
  /** A workflow that is `FAILED`. */
  readonly workflowId: Scalars['ID']['input'];
};

/** The workflow that brings the customer in, as far as it came within 5 seconds. */
export type OnboardPayload = {
  /** The workflow: finished, or `RUNNING` when it takes longer; poll `workflow` then. */
  readonly workflow: Workflow;
  /** The tenant; null when it does not exist (yet, or because the workflow was undone). */
  readonly tenant?: Maybe<Tenant>;
  /** What the new user sets a password with. Null when the user has one already, in a repeated answer, and when the workflow takes longer (`resendInvitation` makes a new one). */
  readonly invitation?: Maybe<Invitation>;
};

/** The workflow that takes the customer out, as far as it came within 5 seconds. */
export type OffboardPayload = {
  /** The workflow: finished, or `RUNNING` when it takes longer; poll `workflow` then. */
  readonly workflow: Workflow;
  /** The tenant. */
  readonly tenant?: Maybe<Tenant>;
};

/** The workflow that changes the tier, as far as it came within 5 seconds. */
export type ChangeTierPayload = {
  /** The workflow: finished, or `RUNNING` when it takes longer; poll `workflow` then. */
  readonly workflow: Workflow;
  /** The tenant. */
  readonly tenant?: Maybe<Tenant>;
};

/** A workflow that tries again, as far as it came within 5 seconds. */
export type RetryWorkflowPayload = {
  /** The workflow. */
  readonly workflow: Workflow;
};

/** The workflow that is to be undone. */
export type CancelWorkflowInput = {
  /** An onboarding that has not ended. */
  readonly workflowId: Scalars['ID']['input'];
};

/** A workflow that is being undone, as far as it came within 5 seconds. */
export type CancelWorkflowPayload = {
  /** The workflow: `COMPENSATED`; `RUNNING` while a step under way is waited for, `COMPENSATING` while the undoing takes longer. */
  readonly workflow: Workflow;
};

export type Query = {
  /** One workflow by its id; null when there is none that the caller may see. */
  readonly workflow?: Maybe<Workflow>;
  /** The workflows that the caller may see, newest first. */
  readonly workflows: WorkflowConnection;
  /** What a change to this tier would do if it were made now; nothing is changed. */
  readonly previewTierChange: TierChangePreview;
};


export type QueryWorkflowArgs = {
  workflowId: Scalars['ID']['input'];
};


export type QueryWorkflowsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  kind?: InputMaybe<WorkflowKind>;
  status?: InputMaybe<WorkflowStatus>;
  tenantId?: InputMaybe<Scalars['ID']['input']>;
};


export type QueryPreviewTierChangeArgs = {
  tenantId: Scalars['ID']['input'];
  tier: Tier;
};

export type Mutation = {
  /** Brings a customer in with its first user, or adds a user to a live customer (which takes `user:write` too: without it, `CONFLICT`). */
  readonly onboard: OnboardPayload;
  /** Takes a customer out: final invoice, users, infrastructure, usage, name. */
  readonly offboard: OffboardPayload;
  /** Moves a customer to another tier: its new infrastructure is ready before the tier changes, and the old one goes after. */
  readonly changeTier: ChangeTierPayload;
  /** Lets a `FAILED` workflow try again where it stopped. */
  readonly retryWorkflow: RetryWorkflowPayload;
  /** Undoes an onboarding that has not ended: the step under way is finished or timed out first, then nothing is left behind. One that is being undone is answered as it is, a `FAILED` one goes on undoing; anything else: `FAILED_PRECONDITION`. */
  readonly cancelWorkflow: CancelWorkflowPayload;
};


export type MutationOnboardArgs = {
  input: OnboardInput;
};


export type MutationOffboardArgs = {
  input: OffboardInput;
};


export type MutationChangeTierArgs = {
  input: ChangeTierInput;
};


export type MutationRetryWorkflowArgs = {
  input: RetryWorkflowInput;
};


export type MutationCancelWorkflowArgs = {
  input: CancelWorkflowInput;
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
  Decimal: ResolverTypeWrapper<Scalars['Decimal']['output']>;
  SafeInt: ResolverTypeWrapper<Scalars['SafeInt']['output']>;
  Currency: ResolverTypeWrapper<Scalars['Currency']['output']>;
  EmailAddress: ResolverTypeWrapper<Scalars['EmailAddress']['output']>;
  Tier: Tier;
  WorkflowKind: WorkflowKind;
  WorkflowStatus: WorkflowStatus;
  WorkflowStepStatus: WorkflowStepStatus;
  Workflow: ResolverTypeWrapper<WorkflowDocument>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  WorkflowStep: ResolverTypeWrapper<ShownStep>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  WorkflowStepError: ResolverTypeWrapper<WorkflowStepError>;
  WorkflowConnection: ResolverTypeWrapper<WorkflowPage>;
  WorkflowEdge: ResolverTypeWrapper<Omit<WorkflowEdge, 'node'> & { node: ResolversTypes['Workflow'] }>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Invitation: ResolverTypeWrapper<Invitation>;
  Isolation: Isolation;
  IsolationChange: ResolverTypeWrapper<IsolationChange>;
  Money: ResolverTypeWrapper<Money>;
  InvoiceLine: ResolverTypeWrapper<InvoiceLine>;
  UpcomingInvoice: ResolverTypeWrapper<UpcomingInvoice>;
  UpcomingInvoiceChange: ResolverTypeWrapper<UpcomingInvoiceChange>;
  QuotaChange: ResolverTypeWrapper<QuotaChange>;
  TierChangeObstacleCode: TierChangeObstacleCode;
  TierChangeObstacle: ResolverTypeWrapper<TierChangeObstacle>;
  TierChangeWarningCode: TierChangeWarningCode;
  TierChangeWarning: ResolverTypeWrapper<TierChangeWarning>;
  TierChangePreview: ResolverTypeWrapper<PreviewedTierChange>;
  Tenant: ResolverTypeWrapper<Omit<Tenant, 'workflows'> & { workflows?: Maybe<ResolversTypes['WorkflowConnection']> }>;
  OnboardInput: OnboardInput;
  OffboardInput: OffboardInput;
  ChangeTierInput: ChangeTierInput;
  RetryWorkflowInput: RetryWorkflowInput;
  OnboardPayload: ResolverTypeWrapper<Omit<OnboardPayload, 'workflow' | 'tenant'> & { workflow: ResolversTypes['Workflow'], tenant?: Maybe<ResolversTypes['Tenant']> }>;
  OffboardPayload: ResolverTypeWrapper<Omit<OffboardPayload, 'workflow' | 'tenant'> & { workflow: ResolversTypes['Workflow'], tenant?: Maybe<ResolversTypes['Tenant']> }>;
  ChangeTierPayload: ResolverTypeWrapper<Omit<ChangeTierPayload, 'workflow' | 'tenant'> & { workflow: ResolversTypes['Workflow'], tenant?: Maybe<ResolversTypes['Tenant']> }>;
  RetryWorkflowPayload: ResolverTypeWrapper<Omit<RetryWorkflowPayload, 'workflow'> & { workflow: ResolversTypes['Workflow'] }>;
  CancelWorkflowInput: CancelWorkflowInput;
  CancelWorkflowPayload: ResolverTypeWrapper<Omit<CancelWorkflowPayload, 'workflow'> & { workflow: ResolversTypes['Workflow'] }>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  DateTime: Scalars['DateTime']['output'];
  Decimal: Scalars['Decimal']['output'];
  SafeInt: Scalars['SafeInt']['output'];
  Currency: Scalars['Currency']['output'];
  EmailAddress: Scalars['EmailAddress']['output'];
  Workflow: WorkflowDocument;
  ID: Scalars['ID']['output'];
  WorkflowStep: ShownStep;
  String: Scalars['String']['output'];
  Int: Scalars['Int']['output'];
  WorkflowStepError: WorkflowStepError;
  WorkflowConnection: WorkflowPage;
  WorkflowEdge: Omit<WorkflowEdge, 'node'> & { node: ResolversParentTypes['Workflow'] };
  PageInfo: PageInfo;
  Boolean: Scalars['Boolean']['output'];
  Invitation: Invitation;
  IsolationChange: IsolationChange;
  Money: Money;
  InvoiceLine: InvoiceLine;
  UpcomingInvoice: UpcomingInvoice;
  UpcomingInvoiceChange: UpcomingInvoiceChange;
  QuotaChange: QuotaChange;
  TierChangeObstacle: TierChangeObstacle;
  TierChangeWarning: TierChangeWarning;
  TierChangePreview: PreviewedTierChange;
  Tenant: Omit<Tenant, 'workflows'> & { workflows?: Maybe<ResolversParentTypes['WorkflowConnection']> } | FederationReferenceTypes['Tenant'];
  OnboardInput: OnboardInput;
  OffboardInput: OffboardInput;
  ChangeTierInput: ChangeTierInput;
  RetryWorkflowInput: RetryWorkflowInput;
  OnboardPayload: Omit<OnboardPayload, 'workflow' | 'tenant'> & { workflow: ResolversParentTypes['Workflow'], tenant?: Maybe<ResolversParentTypes['Tenant']> };
  OffboardPayload: Omit<OffboardPayload, 'workflow' | 'tenant'> & { workflow: ResolversParentTypes['Workflow'], tenant?: Maybe<ResolversParentTypes['Tenant']> };
  ChangeTierPayload: Omit<ChangeTierPayload, 'workflow' | 'tenant'> & { workflow: ResolversParentTypes['Workflow'], tenant?: Maybe<ResolversParentTypes['Tenant']> };
  RetryWorkflowPayload: Omit<RetryWorkflowPayload, 'workflow'> & { workflow: ResolversParentTypes['Workflow'] };
  CancelWorkflowInput: CancelWorkflowInput;
  CancelWorkflowPayload: Omit<CancelWorkflowPayload, 'workflow'> & { workflow: ResolversParentTypes['Workflow'] };
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

export interface EmailAddressScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['EmailAddress'], any> {
  name: 'EmailAddress';
}

export type WorkflowResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Workflow'] = ResolversParentTypes['Workflow']> = {
  workflowId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['WorkflowKind'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['WorkflowStatus'], ParentType, ContextType>;
  tenant?: Resolver<Maybe<ResolversTypes['Tenant']>, ParentType, ContextType>;
  steps?: Resolver<ReadonlyArray<ResolversTypes['WorkflowStep']>, ParentType, ContextType>;
  startedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  finishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type WorkflowStepResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['WorkflowStep'] = ResolversParentTypes['WorkflowStep']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['WorkflowStepStatus'], ParentType, ContextType>;
  attempts?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  nextAttemptAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  startedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  finishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['WorkflowStepError']>, ParentType, ContextType>;
};

export type WorkflowStepErrorResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['WorkflowStepError'] = ResolversParentTypes['WorkflowStepError']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type WorkflowConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['WorkflowConnection'] = ResolversParentTypes['WorkflowConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['WorkflowEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type WorkflowEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['WorkflowEdge'] = ResolversParentTypes['WorkflowEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Workflow'], ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type InvitationResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Invitation'] = ResolversParentTypes['Invitation']> = {
  token?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type IsolationChangeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['IsolationChange'] = ResolversParentTypes['IsolationChange']> = {
  before?: Resolver<Maybe<ResolversTypes['Isolation']>, ParentType, ContextType>;
  after?: Resolver<ResolversTypes['Isolation'], ParentType, ContextType>;
};

export type MoneyResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Money'] = ResolversParentTypes['Money']> = {
  amountMinor?: Resolver<ResolversTypes['SafeInt'], ParentType, ContextType>;
  currency?: Resolver<ResolversTypes['Currency'], ParentType, ContextType>;
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

export type QuotaChangeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['QuotaChange'] = ResolversParentTypes['QuotaChange']> = {
  meter?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  before?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  after?: Resolver<Maybe<ResolversTypes['Decimal']>, ParentType, ContextType>;
  used?: Resolver<ResolversTypes['Decimal'], ParentType, ContextType>;
};

export type TierChangeObstacleResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TierChangeObstacle'] = ResolversParentTypes['TierChangeObstacle']> = {
  code?: Resolver<ResolversTypes['TierChangeObstacleCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  workflowId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
};

export type TierChangeWarningResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TierChangeWarning'] = ResolversParentTypes['TierChangeWarning']> = {
  code?: Resolver<ResolversTypes['TierChangeWarningCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  meter?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type TierChangePreviewResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TierChangePreview'] = ResolversParentTypes['TierChangePreview']> = {
  tenant?: Resolver<Maybe<ResolversTypes['Tenant']>, ParentType, ContextType>;
  tier?: Resolver<ResolversTypes['Tier'], ParentType, ContextType>;
  infrastructure?: Resolver<Maybe<ResolversTypes['IsolationChange']>, ParentType, ContextType>;
  quotas?: Resolver<Maybe<ReadonlyArray<ResolversTypes['QuotaChange']>>, ParentType, ContextType>;
  upcomingInvoice?: Resolver<Maybe<ResolversTypes['UpcomingInvoiceChange']>, ParentType, ContextType>;
  obstacles?: Resolver<ReadonlyArray<ResolversTypes['TierChangeObstacle']>, ParentType, ContextType>;
  warnings?: Resolver<Maybe<ReadonlyArray<ResolversTypes['TierChangeWarning']>>, ParentType, ContextType>;
};

export type TenantResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Tenant'] = ResolversParentTypes['Tenant'], FederationReferenceType extends FederationReferenceTypes['Tenant'] = FederationReferenceTypes['Tenant']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Tenant']> | FederationReferenceType, FederationReferenceType, ContextType>;
  tenantId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  workflows?: Resolver<Maybe<ResolversTypes['WorkflowConnection']>, ParentType, ContextType, RequireFields<TenantWorkflowsArgs, 'first'>>;
};

export type OnboardPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['OnboardPayload'] = ResolversParentTypes['OnboardPayload']> = {
  workflow?: Resolver<ResolversTypes['Workflow'], ParentType, ContextType>;
  tenant?: Resolver<Maybe<ResolversTypes['Tenant']>, ParentType, ContextType>;
  invitation?: Resolver<Maybe<ResolversTypes['Invitation']>, ParentType, ContextType>;
};

export type OffboardPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['OffboardPayload'] = ResolversParentTypes['OffboardPayload']> = {
  workflow?: Resolver<ResolversTypes['Workflow'], ParentType, ContextType>;
  tenant?: Resolver<Maybe<ResolversTypes['Tenant']>, ParentType, ContextType>;
};

export type ChangeTierPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ChangeTierPayload'] = ResolversParentTypes['ChangeTierPayload']> = {
  workflow?: Resolver<ResolversTypes['Workflow'], ParentType, ContextType>;
  tenant?: Resolver<Maybe<ResolversTypes['Tenant']>, ParentType, ContextType>;
};

export type RetryWorkflowPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RetryWorkflowPayload'] = ResolversParentTypes['RetryWorkflowPayload']> = {
  workflow?: Resolver<ResolversTypes['Workflow'], ParentType, ContextType>;
};

export type CancelWorkflowPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['CancelWorkflowPayload'] = ResolversParentTypes['CancelWorkflowPayload']> = {
  workflow?: Resolver<ResolversTypes['Workflow'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  workflow?: Resolver<Maybe<ResolversTypes['Workflow']>, ParentType, ContextType, RequireFields<QueryWorkflowArgs, 'workflowId'>>;
  workflows?: Resolver<ResolversTypes['WorkflowConnection'], ParentType, ContextType, RequireFields<QueryWorkflowsArgs, 'first'>>;
  previewTierChange?: Resolver<ResolversTypes['TierChangePreview'], ParentType, ContextType, RequireFields<QueryPreviewTierChangeArgs, 'tenantId' | 'tier'>>;
};

export type MutationResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  onboard?: Resolver<ResolversTypes['OnboardPayload'], ParentType, ContextType, RequireFields<MutationOnboardArgs, 'input'>>;
  offboard?: Resolver<ResolversTypes['OffboardPayload'], ParentType, ContextType, RequireFields<MutationOffboardArgs, 'input'>>;
  changeTier?: Resolver<ResolversTypes['ChangeTierPayload'], ParentType, ContextType, RequireFields<MutationChangeTierArgs, 'input'>>;
  retryWorkflow?: Resolver<ResolversTypes['RetryWorkflowPayload'], ParentType, ContextType, RequireFields<MutationRetryWorkflowArgs, 'input'>>;
  cancelWorkflow?: Resolver<ResolversTypes['CancelWorkflowPayload'], ParentType, ContextType, RequireFields<MutationCancelWorkflowArgs, 'input'>>;
};

export type Resolvers<ContextType = RequestContext> = {
  DateTime?: GraphQLScalarType;
  Decimal?: GraphQLScalarType;
  SafeInt?: GraphQLScalarType;
  Currency?: GraphQLScalarType;
  EmailAddress?: GraphQLScalarType;
  Workflow?: WorkflowResolvers<ContextType>;
  WorkflowStep?: WorkflowStepResolvers<ContextType>;
  WorkflowStepError?: WorkflowStepErrorResolvers<ContextType>;
  WorkflowConnection?: WorkflowConnectionResolvers<ContextType>;
  WorkflowEdge?: WorkflowEdgeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Invitation?: InvitationResolvers<ContextType>;
  IsolationChange?: IsolationChangeResolvers<ContextType>;
  Money?: MoneyResolvers<ContextType>;
  InvoiceLine?: InvoiceLineResolvers<ContextType>;
  UpcomingInvoice?: UpcomingInvoiceResolvers<ContextType>;
  UpcomingInvoiceChange?: UpcomingInvoiceChangeResolvers<ContextType>;
  QuotaChange?: QuotaChangeResolvers<ContextType>;
  TierChangeObstacle?: TierChangeObstacleResolvers<ContextType>;
  TierChangeWarning?: TierChangeWarningResolvers<ContextType>;
  TierChangePreview?: TierChangePreviewResolvers<ContextType>;
  Tenant?: TenantResolvers<ContextType>;
  OnboardPayload?: OnboardPayloadResolvers<ContextType>;
  OffboardPayload?: OffboardPayloadResolvers<ContextType>;
  ChangeTierPayload?: ChangeTierPayloadResolvers<ContextType>;
  RetryWorkflowPayload?: RetryWorkflowPayloadResolvers<ContextType>;
  CancelWorkflowPayload?: CancelWorkflowPayloadResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
};


