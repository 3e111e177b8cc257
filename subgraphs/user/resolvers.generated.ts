// Generated from the SDL by scripts/generate.ts: do not edit.
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { UserDocument, UserPage } from './user.ts';
import type { TenantReference } from '../../lib/graphql/entities.ts';
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
  /** An e-mail address; compared whatever its case. */
  EmailAddress: { input: string; output: string; }
};

/** What a user may do in its tenant. */
export type Role =
  /** Reads everything of its tenant, manages its users, changes its tier and its billing address. */
  | 'TENANT_ADMIN'
  /** Reads its tenant and its usage. */
  | 'TENANT_MEMBER';

/** Where a user stands. */
export type UserStatus =
  /** Invited, and has not set a password yet. */
  | 'INVITED'
  /** Can sign in. */
  | 'ACTIVE'
  /** Cannot sign in until enabled again. */
  | 'DISABLED';

/** A person of one tenant. An e-mail address belongs to one user, in one tenant. */
export type User = {
  /** The user's id (`usr_…`): the subject of its tokens. */
  readonly userId: Scalars['ID']['output'];
  /** The address that the user signs in with, as it was given. */
  readonly email: Scalars['EmailAddress']['output'];
  /** What the user may do in its tenant. */
  readonly role: Role;
  /** Whether the user can sign in. */
  readonly status: UserStatus;
  /** When the user was made. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** The tenant that the user belongs to. */
  readonly tenant?: Maybe<Tenant>;
};

export type Tenant = {
  readonly tenantId: Scalars['ID']['output'];
  /** The tenant's users, oldest first. */
  readonly users?: Maybe<UserConnection>;
};


export type TenantUsersArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** A page of users. */
export type UserConnection = {
  /** The users of this page with their cursors. */
  readonly edges: ReadonlyArray<UserEdge>;
  /** Where this page stands in the list. */
  readonly pageInfo: PageInfo;
  /** How many users the whole list has; counted only where it is asked for. */
  readonly totalCount: Scalars['Int']['output'];
};

/** A user in a page. */
export type UserEdge = {
  /** Stands for this user's place in the list; opaque. */
  readonly cursor: Scalars['String']['output'];
  /** The user. */
  readonly node: User;
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

/** Whom to invite. */
export type InviteUserInput = {
  /** The tenant that the user will belong to. */
  readonly tenantId: Scalars['ID']['input'];
  /** The user's address. `CONFLICT` when it belongs to a user or a platform administrator already. */
  readonly email: Scalars['EmailAddress']['input'];
  /** What the user may do. */
  readonly role: Role;
  /** The same key with the same input returns the first result, without the invitation; `NOT_FOUND` when that user is gone. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Whose invitation to renew. */
export type ResendInvitationInput = {
  /** A user that is still `INVITED`. */
  readonly userId: Scalars['ID']['input'];
};

/** Whose invitation to take back. */
export type RevokeInvitationInput = {
  /** A user that is still `INVITED`, and stays so. */
  readonly userId: Scalars['ID']['input'];
};

/** The role that a user is to have. */
export type SetUserRoleInput = {
  /** The user. */
  readonly userId: Scalars['ID']['input'];
  /** The new role. The last admin that is not disabled cannot be demoted. */
  readonly role: Role;
};

/** Whom to disable. */
export type DisableUserInput = {
  /** The user. The last admin that is not disabled cannot be disabled. */
  readonly userId: Scalars['ID']['input'];
};

/** Whom to enable again. */
export type EnableUserInput = {
  /** The user. */
  readonly userId: Scalars['ID']['input'];
};

/** Whom to remove. */
export type RemoveUserInput = {
  /** The user. The last admin that is not disabled cannot be removed. */
  readonly userId: Scalars['ID']['input'];
};

/** An invited user and its invitation. */
export type InviteUserPayload = {
  /** The user. */
  readonly user?: Maybe<User>;
  /** What the user sets a password with; null in a repeated answer. */
  readonly invitation?: Maybe<Invitation>;
};

/** A user after a change. */
export type UserPayload = {
  /** The user. */
  readonly user?: Maybe<User>;
};

/** A user that is gone. */
export type RemoveUserPayload = {
  /** The id that the user had. */
  readonly userId: Scalars['ID']['output'];
};

export type Query = {
  /** One user by its id; null when there is none that the caller may see. */
  readonly user?: Maybe<User>;
  /** The user that is signed in; null for a platform administrator or a service client. */
  readonly me?: Maybe<User>;
  /** The user with this address, whatever its tenant. */
  readonly userByEmail?: Maybe<User>;
};


export type QueryUserArgs = {
  userId: Scalars['ID']['input'];
};


export type QueryUserByEmailArgs = {
  email: Scalars['EmailAddress']['input'];
};

export type Mutation = {
  /**
   * Makes a user in a tenant, with an invitation. `FAILED_PRECONDITION` unless the tenant is `ACTIVE`; `FORBIDDEN` for a role
   * whose scopes the caller does not all hold. It is done whole or leaves nothing: after `UNAVAILABLE` it may still be under
   * way, and the same call under the same `idempotencyKey` waits for it; an invitation that did not come is renewed by
   * `resendInvitation`.
   */
  readonly inviteUser: InviteUserPayload;
  /**
   * Makes a new invitation for a user that has not accepted one; the old one is worth nothing from then on.
   * `FAILED_PRECONDITION` for a user that is not `INVITED`; `FORBIDDEN` for one with a role whose scopes the caller does not all hold.
   */
  readonly resendInvitation: InviteUserPayload;
  /**
   * Takes an invitation back: it cannot be accepted any more. The user stays `INVITED`; `resendInvitation` makes a new
   * invitation, `removeUser` frees the address. `FAILED_PRECONDITION` for a user that is not `INVITED`.
   */
  readonly revokeInvitation: UserPayload;
  /** Changes a user's role. It counts from the user's next access token on, and at once where the user manages others. `FORBIDDEN` for a role whose scopes the caller does not all hold. */
  readonly setUserRole: UserPayload;
  /** Ends a user's sessions and lets it sign in no more. After `UNAVAILABLE` it goes on by itself until it is done. */
  readonly disableUser: UserPayload;
  /** Lets a disabled user sign in again. After `UNAVAILABLE` it goes on by itself until it is done. */
  readonly enableUser: UserPayload;
  /** Removes a user, its sessions and its password. Its address is free again. After `UNAVAILABLE` it goes on by itself until it is done, and the same call waits for it. */
  readonly removeUser: RemoveUserPayload;
  /** Makes a user of a tenant; the tenant's first is its `TENANT_ADMIN`, later ones are `TENANT_MEMBER`. A user of this tenant with this address is answered as it is (with its own id). `CONFLICT` when the address belongs to another tenant's user, or to a platform administrator. */
  readonly createUser: User;
  /** Undoes `createUser`: the user is gone if that very id was made by it. A `createUser` of this id that comes after it is `FAILED_PRECONDITION`. */
  readonly discardUser: Scalars['Boolean']['output'];
  /** `INVITED` → `ACTIVE`, when the user has set a password. */
  readonly activateUser: User;
  /** Undoes `activateUser`: the user is `INVITED` again, unless another acceptance made it `ACTIVE` too. An `activateUser` of this workflow that comes after it is `FAILED_PRECONDITION`. */
  readonly deactivateUser: Scalars['Boolean']['output'];
  /** Removes all users of a tenant; their addresses are free again, and it can have no user any more. */
  readonly deleteUsers: Scalars['Boolean']['output'];
};


export type MutationInviteUserArgs = {
  input: InviteUserInput;
};


export type MutationResendInvitationArgs = {
  input: ResendInvitationInput;
};


export type MutationRevokeInvitationArgs = {
  input: RevokeInvitationInput;
};


export type MutationSetUserRoleArgs = {
  input: SetUserRoleInput;
};


export type MutationDisableUserArgs = {
  input: DisableUserInput;
};


export type MutationEnableUserArgs = {
  input: EnableUserInput;
};


export type MutationRemoveUserArgs = {
  input: RemoveUserInput;
};


export type MutationCreateUserArgs = {
  commandId: Scalars['ID']['input'];
  tenantId: Scalars['ID']['input'];
  userId: Scalars['ID']['input'];
  email: Scalars['EmailAddress']['input'];
};


export type MutationDiscardUserArgs = {
  commandId: Scalars['ID']['input'];
  tenantId: Scalars['ID']['input'];
  userId: Scalars['ID']['input'];
};


export type MutationActivateUserArgs = {
  commandId: Scalars['ID']['input'];
  userId: Scalars['ID']['input'];
};


export type MutationDeactivateUserArgs = {
  commandId: Scalars['ID']['input'];
  userId: Scalars['ID']['input'];
};


export type MutationDeleteUsersArgs = {
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
  User: User;
  Tenant: Tenant;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  User:
    ( { __typename: 'User' }
    & GraphQLRecursivePick<FederationTypes['User'], {"userId":true}> );
  Tenant:
    ( { __typename: 'Tenant' }
    & GraphQLRecursivePick<FederationTypes['Tenant'], {"tenantId":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  EmailAddress: ResolverTypeWrapper<Scalars['EmailAddress']['output']>;
  Role: Role;
  UserStatus: UserStatus;
  User: ResolverTypeWrapper<UserDocument>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Tenant: ResolverTypeWrapper<TenantReference>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  UserConnection: ResolverTypeWrapper<UserPage>;
  UserEdge: ResolverTypeWrapper<Omit<UserEdge, 'node'> & { node: ResolversTypes['User'] }>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Invitation: ResolverTypeWrapper<Invitation>;
  InviteUserInput: InviteUserInput;
  ResendInvitationInput: ResendInvitationInput;
  RevokeInvitationInput: RevokeInvitationInput;
  SetUserRoleInput: SetUserRoleInput;
  DisableUserInput: DisableUserInput;
  EnableUserInput: EnableUserInput;
  RemoveUserInput: RemoveUserInput;
  InviteUserPayload: ResolverTypeWrapper<Omit<InviteUserPayload, 'user'> & { user?: Maybe<ResolversTypes['User']> }>;
  UserPayload: ResolverTypeWrapper<Omit<UserPayload, 'user'> & { user?: Maybe<ResolversTypes['User']> }>;
  RemoveUserPayload: ResolverTypeWrapper<RemoveUserPayload>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  DateTime: Scalars['DateTime']['output'];
  EmailAddress: Scalars['EmailAddress']['output'];
  User: UserDocument;
  ID: Scalars['ID']['output'];
  Tenant: TenantReference;
  Int: Scalars['Int']['output'];
  String: Scalars['String']['output'];
  UserConnection: UserPage;
  UserEdge: Omit<UserEdge, 'node'> & { node: ResolversParentTypes['User'] };
  PageInfo: PageInfo;
  Boolean: Scalars['Boolean']['output'];
  Invitation: Invitation;
  InviteUserInput: InviteUserInput;
  ResendInvitationInput: ResendInvitationInput;
  RevokeInvitationInput: RevokeInvitationInput;
  SetUserRoleInput: SetUserRoleInput;
  DisableUserInput: DisableUserInput;
  EnableUserInput: EnableUserInput;
  RemoveUserInput: RemoveUserInput;
  InviteUserPayload: Omit<InviteUserPayload, 'user'> & { user?: Maybe<ResolversParentTypes['User']> };
  UserPayload: Omit<UserPayload, 'user'> & { user?: Maybe<ResolversParentTypes['User']> };
  RemoveUserPayload: RemoveUserPayload;
  Query: Record<PropertyKey, never>;
  Mutation: Record<PropertyKey, never>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface EmailAddressScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['EmailAddress'], any> {
  name: 'EmailAddress';
}

export type UserResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User'], FederationReferenceType extends FederationReferenceTypes['User'] = FederationReferenceTypes['User']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['User']> | FederationReferenceType, FederationReferenceType, ContextType>;
  userId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  email?: Resolver<ResolversTypes['EmailAddress'], ParentType, ContextType>;
  role?: Resolver<ResolversTypes['Role'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['UserStatus'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  tenant?: Resolver<Maybe<ResolversTypes['Tenant']>, ParentType, ContextType>;
};

export type TenantResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Tenant'] = ResolversParentTypes['Tenant'], FederationReferenceType extends FederationReferenceTypes['Tenant'] = FederationReferenceTypes['Tenant']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Tenant']> | FederationReferenceType, FederationReferenceType, ContextType>;
  tenantId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  users?: Resolver<Maybe<ResolversTypes['UserConnection']>, ParentType, ContextType, RequireFields<TenantUsersArgs, 'first'>>;
};

export type UserConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['UserConnection'] = ResolversParentTypes['UserConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['UserEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type UserEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['UserEdge'] = ResolversParentTypes['UserEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['User'], ParentType, ContextType>;
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

export type InviteUserPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['InviteUserPayload'] = ResolversParentTypes['InviteUserPayload']> = {
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  invitation?: Resolver<Maybe<ResolversTypes['Invitation']>, ParentType, ContextType>;
};

export type UserPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['UserPayload'] = ResolversParentTypes['UserPayload']> = {
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
};

export type RemoveUserPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RemoveUserPayload'] = ResolversParentTypes['RemoveUserPayload']> = {
  userId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType, RequireFields<QueryUserArgs, 'userId'>>;
  me?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
  userByEmail?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType, RequireFields<QueryUserByEmailArgs, 'email'>>;
};

export type MutationResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  inviteUser?: Resolver<ResolversTypes['InviteUserPayload'], ParentType, ContextType, RequireFields<MutationInviteUserArgs, 'input'>>;
  resendInvitation?: Resolver<ResolversTypes['InviteUserPayload'], ParentType, ContextType, RequireFields<MutationResendInvitationArgs, 'input'>>;
  revokeInvitation?: Resolver<ResolversTypes['UserPayload'], ParentType, ContextType, RequireFields<MutationRevokeInvitationArgs, 'input'>>;
  setUserRole?: Resolver<ResolversTypes['UserPayload'], ParentType, ContextType, RequireFields<MutationSetUserRoleArgs, 'input'>>;
  disableUser?: Resolver<ResolversTypes['UserPayload'], ParentType, ContextType, RequireFields<MutationDisableUserArgs, 'input'>>;
  enableUser?: Resolver<ResolversTypes['UserPayload'], ParentType, ContextType, RequireFields<MutationEnableUserArgs, 'input'>>;
  removeUser?: Resolver<ResolversTypes['RemoveUserPayload'], ParentType, ContextType, RequireFields<MutationRemoveUserArgs, 'input'>>;
  createUser?: Resolver<ResolversTypes['User'], ParentType, ContextType, RequireFields<MutationCreateUserArgs, 'commandId' | 'tenantId' | 'userId' | 'email'>>;
  discardUser?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationDiscardUserArgs, 'commandId' | 'tenantId' | 'userId'>>;
  activateUser?: Resolver<ResolversTypes['User'], ParentType, ContextType, RequireFields<MutationActivateUserArgs, 'commandId' | 'userId'>>;
  deactivateUser?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationDeactivateUserArgs, 'commandId' | 'userId'>>;
  deleteUsers?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationDeleteUsersArgs, 'commandId' | 'tenantId'>>;
};

export type Resolvers<ContextType = RequestContext> = {
  DateTime?: GraphQLScalarType;
  EmailAddress?: GraphQLScalarType;
  User?: UserResolvers<ContextType>;
  Tenant?: TenantResolvers<ContextType>;
  UserConnection?: UserConnectionResolvers<ContextType>;
  UserEdge?: UserEdgeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Invitation?: InvitationResolvers<ContextType>;
  InviteUserPayload?: InviteUserPayloadResolvers<ContextType>;
  UserPayload?: UserPayloadResolvers<ContextType>;
  RemoveUserPayload?: RemoveUserPayloadResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
};


