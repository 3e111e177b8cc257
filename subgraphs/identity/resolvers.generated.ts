// Generated from the SDL by scripts/generate.ts: do not edit.
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { TenantReference } from '../../lib/graphql/entities.ts';
import type { ServiceClientDocument } from './service-client.ts';
import type { SignedIn } from './session.ts';
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
  /** An e-mail address; compared whatever its case. */
  EmailAddress: { input: string; output: string; }
};

/** What a new user needs to set a password with `acceptInvitation`. Shown once. */
export type Invitation = {
  /** The secret that the user presents. Single use. */
  readonly token: Scalars['String']['output'];
  /** From when on it is worth nothing; `resendInvitation` makes a new one. */
  readonly expiresAt: Scalars['DateTime']['output'];
};

export type User = {
  readonly userId: Scalars['ID']['output'];
};

export type Tenant = {
  readonly tenantId: Scalars['ID']['output'];
  /** Sign-in of this tenant's users and programs. */
  readonly identity?: Maybe<TenantIdentity>;
};

/** Sign-in of one tenant. */
export type TenantIdentity = {
  /** The `iss` of the tokens: where discovery and keys are found. */
  readonly issuer: Scalars['String']['output'];
  /** How many sessions of the tenant's users could be refreshed now. */
  readonly activeSessions: Scalars['Int']['output'];
  /** The tenant's service clients that are not revoked, oldest first. */
  readonly serviceClients: ReadonlyArray<ServiceClient>;
};

/** A program that signs in by itself (RFC 6749, section 4.4), at `POST /oauth/token`. */
export type ServiceClient = {
  /** The OAuth client id (`cli_…`): the subject of its tokens. */
  readonly clientId: Scalars['ID']['output'];
  /** What people call it. */
  readonly name: Scalars['String']['output'];
  /** What its tokens can do at most. */
  readonly scopes: ReadonlyArray<Scalars['String']['output']>;
  /** The tenant that it is bound to; null for one that works across tenants. */
  readonly tenantId?: Maybe<Scalars['ID']['output']>;
  /** When it was made. */
  readonly createdAt: Scalars['DateTime']['output'];
};

/** The first password of an invited user. */
export type AcceptInvitationInput = {
  /** The invitation's secret. */
  readonly token: Scalars['String']['input'];
  /** At least 12 characters. */
  readonly password: Scalars['String']['input'];
};

/** Who signs in. */
export type SignInInput = {
  /** The address of a user or of a platform administrator. */
  readonly email: Scalars['EmailAddress']['input'];
  /** The password. */
  readonly password: Scalars['String']['input'];
};

/** The session that goes on. */
export type RefreshSessionInput = {
  /** The refresh token last answered. Each can be used once; a used one presented again ends the whole session. */
  readonly refreshToken: Scalars['String']['input'];
};

/** The session that ends. */
export type SignOutInput = {
  /** The session's refresh token. */
  readonly refreshToken: Scalars['String']['input'];
};

/** A program that is to sign in by itself. */
export type CreateServiceClientInput = {
  /** What people call it. */
  readonly name: Scalars['String']['input'];
  /** What its tokens can do at most: nothing that the caller cannot do, and for a tenant's client none of `platform:*`, `onboarding:*`, `tenant:write`, `billing:write`. */
  readonly scopes: ReadonlyArray<Scalars['String']['input']>;
  /** The tenant that it is bound to; without one it works across tenants, which only a caller across tenants can grant. */
  readonly tenantId?: InputMaybe<Scalars['ID']['input']>;
  /** The same key with the same input returns the first result, without the secret. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** The program that is to sign in no more. */
export type RevokeServiceClientInput = {
  /** The client's id. */
  readonly clientId: Scalars['ID']['input'];
};

/** A session's tokens. */
export type SignInPayload = {
  /** A JWT for `Authorization: Bearer`, good until `expiresAt`. */
  readonly accessToken: Scalars['String']['output'];
  /** What `refreshSession` takes. Good once. */
  readonly refreshToken: Scalars['String']['output'];
  /** When the access token ends. */
  readonly expiresAt: Scalars['DateTime']['output'];
  /** Who signed in; null for a platform administrator. */
  readonly user?: Maybe<User>;
};

/** A session that is over. */
export type SignOutPayload = {
  /** Whether there was a session to end. */
  readonly signedOut: Scalars['Boolean']['output'];
};

/** A new service client. */
export type CreateServiceClientPayload = {
  /** The client. */
  readonly client: ServiceClient;
  /** Its secret, shown once; null in a repeated answer. */
  readonly clientSecret?: Maybe<Scalars['String']['output']>;
};

/** A service client that is gone. */
export type RevokeServiceClientPayload = {
  /** The id that it had. */
  readonly clientId: Scalars['ID']['output'];
};

/** Tokens that are refused although they have not expired: those of `subject` issued before `at`. */
export type Revocation = {
  /** Of what kind the subject is: `tenant`, `tenant-users` (its users without its clients), `user` (administrators too), `client` or `session`. */
  readonly kind: Scalars['String']['output'];
  /** The id of the tenant, the user, the client or the session (the tokens' `tenant_id`, `tenant_id`, `sub`, `sub`, `sid`). */
  readonly subject: Scalars['ID']['output'];
  /** Tokens issued up to this instant, to the millisecond, are refused. */
  readonly at: Scalars['DateTime']['output'];
  /** From when on the entry is of no use, since those tokens have all expired. */
  readonly expiresAt: Scalars['DateTime']['output'];
};

/** What it takes to verify an access token without asking again. */
export type Verification = {
  /** The public keys (JWK, RFC 7517), by which tokens that are still good may be signed. */
  readonly keys: ReadonlyArray<Scalars['JSONObject']['output']>;
  /** All revocations that still matter. */
  readonly revocations: ReadonlyArray<Revocation>;
  /** The tenants that are suspended: their clients' tokens are good for `usage:write` and nothing else, whatever they say. */
  readonly restrictedTenants: ReadonlyArray<Scalars['ID']['output']>;
  /** The public keys (JWK, RFC 7517) by which the services sign the tokens that they show each other; each `kid` names its service. */
  readonly serviceKeys: ReadonlyArray<Scalars['JSONObject']['output']>;
};

export type Query = {
  /** What every process that verifies tokens must know; each reads it every second or so. */
  readonly verification: Verification;
  /** Whether a platform administrator signs in with this address: then no user can have it. */
  readonly isAdministratorEmail: Scalars['Boolean']['output'];
};


export type QueryIsAdministratorEmailArgs = {
  email: Scalars['EmailAddress']['input'];
};

export type Mutation = {
  /** Sets an invited user's first password and signs it in. After `UNAVAILABLE` it goes on by itself; the same token can be sent again, or the password be used to sign in. */
  readonly acceptInvitation: SignInPayload;
  /** Starts a session. A wrong password and an unknown address get the same answer in the same time. */
  readonly signIn: SignInPayload;
  /** Answers the next tokens of a session. */
  readonly refreshSession: SignInPayload;
  /** Ends a session; its access tokens are refused within seconds. A refresh token that was used before ends it too. */
  readonly signOut: SignOutPayload;
  /** Makes a program that signs in by itself at `POST /oauth/token`. */
  readonly createServiceClient: CreateServiceClientPayload;
  /** Ends a service client; its access tokens are refused within seconds. */
  readonly revokeServiceClient: RevokeServiceClientPayload;
  /** Makes the sign-in of an invited user, with an invitation; for one who has an invitation a new one, and the old one is worth nothing. The same command again answers the same invitation, while it is the last. Null when the user has a password already. `FAILED_PRECONDITION` after `deleteIdentity` or `deleteIdentities`. */
  readonly createIdentity?: Maybe<Invitation>;
  /** Removes a user's password, invitation and sessions; its access tokens are refused within seconds. Removing what is not there succeeds, and it cannot be made any more then. */
  readonly deleteIdentity: Scalars['Boolean']['output'];
  /** Ends a user's sessions; its access tokens are refused within seconds. */
  readonly endSessions: Scalars['Boolean']['output'];
  /** Removes all identities, sessions and service clients of a tenant; their access tokens are refused within seconds. */
  readonly deleteIdentities: Scalars['Boolean']['output'];
  /** Shuts a tenant's users out (sessions end, access tokens are refused within seconds) and leaves its clients' tokens `usage:write` and nothing else. Of this and `liftRestriction`, the one with the higher `revision` counts, whichever comes last. */
  readonly restrictTenant: Scalars['Boolean']['output'];
  /** Undoes `restrictTenant` of a lower `revision`: what was shut out stays so, what was narrowed is as before. */
  readonly liftRestriction: Scalars['Boolean']['output'];
};


export type MutationAcceptInvitationArgs = {
  input: AcceptInvitationInput;
};


export type MutationSignInArgs = {
  input: SignInInput;
};


export type MutationRefreshSessionArgs = {
  input: RefreshSessionInput;
};


export type MutationSignOutArgs = {
  input: SignOutInput;
};


export type MutationCreateServiceClientArgs = {
  input: CreateServiceClientInput;
};


export type MutationRevokeServiceClientArgs = {
  input: RevokeServiceClientInput;
};


export type MutationCreateIdentityArgs = {
  commandId: Scalars['ID']['input'];
  tenantId: Scalars['ID']['input'];
  userId: Scalars['ID']['input'];
};


export type MutationDeleteIdentityArgs = {
  commandId: Scalars['ID']['input'];
  userId: Scalars['ID']['input'];
};


export type MutationEndSessionsArgs = {
  commandId: Scalars['ID']['input'];
  userId: Scalars['ID']['input'];
};


export type MutationDeleteIdentitiesArgs = {
  commandId: Scalars['ID']['input'];
  tenantId: Scalars['ID']['input'];
};


export type MutationRestrictTenantArgs = {
  commandId: Scalars['ID']['input'];
  tenantId: Scalars['ID']['input'];
  revision: Scalars['Int']['input'];
};


export type MutationLiftRestrictionArgs = {
  commandId: Scalars['ID']['input'];
  tenantId: Scalars['ID']['input'];
  revision: Scalars['Int']['input'];
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
  EmailAddress: ResolverTypeWrapper<Scalars['EmailAddress']['output']>;
  Invitation: ResolverTypeWrapper<Invitation>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  User: ResolverTypeWrapper<User>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Tenant: ResolverTypeWrapper<TenantReference>;
  TenantIdentity: ResolverTypeWrapper<TenantReference>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  ServiceClient: ResolverTypeWrapper<ServiceClientDocument>;
  AcceptInvitationInput: AcceptInvitationInput;
  SignInInput: SignInInput;
  RefreshSessionInput: RefreshSessionInput;
  SignOutInput: SignOutInput;
  CreateServiceClientInput: CreateServiceClientInput;
  RevokeServiceClientInput: RevokeServiceClientInput;
  SignInPayload: ResolverTypeWrapper<SignedIn>;
  SignOutPayload: ResolverTypeWrapper<SignOutPayload>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  CreateServiceClientPayload: ResolverTypeWrapper<Omit<CreateServiceClientPayload, 'client'> & { client: ResolversTypes['ServiceClient'] }>;
  RevokeServiceClientPayload: ResolverTypeWrapper<RevokeServiceClientPayload>;
  Revocation: ResolverTypeWrapper<Revocation>;
  Verification: ResolverTypeWrapper<Verification>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  DateTime: Scalars['DateTime']['output'];
  JSONObject: Scalars['JSONObject']['output'];
  EmailAddress: Scalars['EmailAddress']['output'];
  Invitation: Invitation;
  String: Scalars['String']['output'];
  User: User;
  ID: Scalars['ID']['output'];
  Tenant: TenantReference;
  TenantIdentity: TenantReference;
  Int: Scalars['Int']['output'];
  ServiceClient: ServiceClientDocument;
  AcceptInvitationInput: AcceptInvitationInput;
  SignInInput: SignInInput;
  RefreshSessionInput: RefreshSessionInput;
  SignOutInput: SignOutInput;
  CreateServiceClientInput: CreateServiceClientInput;
  RevokeServiceClientInput: RevokeServiceClientInput;
  SignInPayload: SignedIn;
  SignOutPayload: SignOutPayload;
  Boolean: Scalars['Boolean']['output'];
  CreateServiceClientPayload: Omit<CreateServiceClientPayload, 'client'> & { client: ResolversParentTypes['ServiceClient'] };
  RevokeServiceClientPayload: RevokeServiceClientPayload;
  Revocation: Revocation;
  Verification: Verification;
  Query: Record<PropertyKey, never>;
  Mutation: Record<PropertyKey, never>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface JsonObjectScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSONObject'], any> {
  name: 'JSONObject';
}

export interface EmailAddressScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['EmailAddress'], any> {
  name: 'EmailAddress';
}

export type InvitationResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Invitation'] = ResolversParentTypes['Invitation']> = {
  token?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type UserResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User']> = {
  userId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type TenantResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Tenant'] = ResolversParentTypes['Tenant'], FederationReferenceType extends FederationReferenceTypes['Tenant'] = FederationReferenceTypes['Tenant']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Tenant']> | FederationReferenceType, FederationReferenceType, ContextType>;
  tenantId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  identity?: Resolver<Maybe<ResolversTypes['TenantIdentity']>, ParentType, ContextType>;
};

export type TenantIdentityResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['TenantIdentity'] = ResolversParentTypes['TenantIdentity']> = {
  issuer?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  activeSessions?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  serviceClients?: Resolver<ReadonlyArray<ResolversTypes['ServiceClient']>, ParentType, ContextType>;
};

export type ServiceClientResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ServiceClient'] = ResolversParentTypes['ServiceClient']> = {
  clientId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  scopes?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  tenantId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type SignInPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SignInPayload'] = ResolversParentTypes['SignInPayload']> = {
  accessToken?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  refreshToken?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
};

export type SignOutPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SignOutPayload'] = ResolversParentTypes['SignOutPayload']> = {
  signedOut?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type CreateServiceClientPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['CreateServiceClientPayload'] = ResolversParentTypes['CreateServiceClientPayload']> = {
  client?: Resolver<ResolversTypes['ServiceClient'], ParentType, ContextType>;
  clientSecret?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type RevokeServiceClientPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RevokeServiceClientPayload'] = ResolversParentTypes['RevokeServiceClientPayload']> = {
  clientId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type RevocationResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Revocation'] = ResolversParentTypes['Revocation']> = {
  kind?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  subject?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type VerificationResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Verification'] = ResolversParentTypes['Verification']> = {
  keys?: Resolver<ReadonlyArray<ResolversTypes['JSONObject']>, ParentType, ContextType>;
  revocations?: Resolver<ReadonlyArray<ResolversTypes['Revocation']>, ParentType, ContextType>;
  restrictedTenants?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  serviceKeys?: Resolver<ReadonlyArray<ResolversTypes['JSONObject']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  verification?: Resolver<ResolversTypes['Verification'], ParentType, ContextType>;
  isAdministratorEmail?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<QueryIsAdministratorEmailArgs, 'email'>>;
};

export type MutationResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  acceptInvitation?: Resolver<ResolversTypes['SignInPayload'], ParentType, ContextType, RequireFields<MutationAcceptInvitationArgs, 'input'>>;
  signIn?: Resolver<ResolversTypes['SignInPayload'], ParentType, ContextType, RequireFields<MutationSignInArgs, 'input'>>;
  refreshSession?: Resolver<ResolversTypes['SignInPayload'], ParentType, ContextType, RequireFields<MutationRefreshSessionArgs, 'input'>>;
  signOut?: Resolver<ResolversTypes['SignOutPayload'], ParentType, ContextType, RequireFields<MutationSignOutArgs, 'input'>>;
  createServiceClient?: Resolver<ResolversTypes['CreateServiceClientPayload'], ParentType, ContextType, RequireFields<MutationCreateServiceClientArgs, 'input'>>;
  revokeServiceClient?: Resolver<ResolversTypes['RevokeServiceClientPayload'], ParentType, ContextType, RequireFields<MutationRevokeServiceClientArgs, 'input'>>;
  createIdentity?: Resolver<Maybe<ResolversTypes['Invitation']>, ParentType, ContextType, RequireFields<MutationCreateIdentityArgs, 'commandId' | 'tenantId' | 'userId'>>;
  deleteIdentity?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationDeleteIdentityArgs, 'commandId' | 'userId'>>;
  endSessions?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationEndSessionsArgs, 'commandId' | 'userId'>>;
  deleteIdentities?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationDeleteIdentitiesArgs, 'commandId' | 'tenantId'>>;
  restrictTenant?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationRestrictTenantArgs, 'commandId' | 'tenantId' | 'revision'>>;
  liftRestriction?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationLiftRestrictionArgs, 'commandId' | 'tenantId' | 'revision'>>;
};

export type Resolvers<ContextType = RequestContext> = {
  DateTime?: GraphQLScalarType;
  JSONObject?: GraphQLScalarType;
  EmailAddress?: GraphQLScalarType;
  Invitation?: InvitationResolvers<ContextType>;
  User?: UserResolvers<ContextType>;
  Tenant?: TenantResolvers<ContextType>;
  TenantIdentity?: TenantIdentityResolvers<ContextType>;
  ServiceClient?: ServiceClientResolvers<ContextType>;
  SignInPayload?: SignInPayloadResolvers<ContextType>;
  SignOutPayload?: SignOutPayloadResolvers<ContextType>;
  CreateServiceClientPayload?: CreateServiceClientPayloadResolvers<ContextType>;
  RevokeServiceClientPayload?: RevokeServiceClientPayloadResolvers<ContextType>;
  Revocation?: RevocationResolvers<ContextType>;
  Verification?: VerificationResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
};


