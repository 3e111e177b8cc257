// Generated from the SDL by scripts/generate.ts: do not edit.
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { TenantReference } from '../../lib/graphql/entities.ts';
import type { ServiceClientDocument } from './service-client.ts';
import type { ClientPage } from './client-service.ts';
import type { ApplicationDocument } from './application.ts';
import type { SignedIn, SessionDocument } from './session.ts';
import type { AdministratorDocument } from './people/administrator.ts';
import type { AdministratorPage } from './people/administrator-service.ts';
import type { SessionPage } from './sessions/session-list.ts';
import type { AuditDocument, AuditPage } from './audit.ts';
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
  /** The user's sessions, newest first: for the user itself, and with `user:read` for whoever may see it. */
  readonly sessions?: Maybe<SessionConnection>;
};


export type UserSessionsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};

/** Where a platform administrator stands. */
export type AdministratorStatus =
  /** Invited, and has not set a password yet. */
  | 'INVITED'
  /** Can sign in. */
  | 'ACTIVE';

/** A person who works across tenants and may do everything. Its e-mail address is no user's. */
export type Administrator = {
  /** Its id (`adm_…`): the subject of its tokens. */
  readonly administratorId: Scalars['ID']['output'];
  /** The address that it signs in with, as it was given. */
  readonly email: Scalars['EmailAddress']['output'];
  /** Whether it can sign in. */
  readonly status: AdministratorStatus;
  /** When it was invited; of the first one, when the installation was first started. */
  readonly createdAt: Scalars['DateTime']['output'];
};

/** A page of administrators. */
export type AdministratorConnection = {
  /** The administrators of this page with their cursors. */
  readonly edges: ReadonlyArray<AdministratorEdge>;
  /** Where this page stands in the list. */
  readonly pageInfo: PageInfo;
  /** How many there are; counted only where it is asked for. */
  readonly totalCount: Scalars['Int']['output'];
};

/** An administrator in a page. */
export type AdministratorEdge = {
  /** Stands for this administrator's place in the list; opaque. */
  readonly cursor: Scalars['String']['output'];
  /** The administrator. */
  readonly node: Administrator;
};

/** In whose hands a session is. */
export type SessionKind =
  /** The person's own: begun by `signIn` or `acceptInvitation`. */
  | 'DIRECT'
  /** An application's, which the person signed in to. */
  | 'APPLICATION';

/** A sign-in that goes on. */
export type Session = {
  /** The session's id (`ses_…`): the `sid` of its access tokens. */
  readonly sessionId: Scalars['ID']['output'];
  /** In whose hands it is. */
  readonly kind: SessionKind;
  /** The application's id; null for a `DIRECT` one. */
  readonly clientId?: Maybe<Scalars['ID']['output']>;
  /** When it began. */
  readonly startedAt: Scalars['DateTime']['output'];
  /** When its last access token was made. */
  readonly lastUsedAt: Scalars['DateTime']['output'];
  /** The network address that asked for that token; null where it is not known. */
  readonly clientAddress?: Maybe<Scalars['String']['output']>;
  /** When it ends unless it is used before. */
  readonly expiresAt: Scalars['DateTime']['output'];
  /** Whether it is the one by which this is asked. */
  readonly current: Scalars['Boolean']['output'];
};

/** A page of sessions. */
export type SessionConnection = {
  /** The sessions of this page with their cursors. */
  readonly edges: ReadonlyArray<SessionEdge>;
  /** Where this page stands in the list. */
  readonly pageInfo: PageInfo;
  /** How many sessions the whole list has; counted only where it is asked for. */
  readonly totalCount: Scalars['Int']['output'];
};

/** A session in a page. */
export type SessionEdge = {
  /** Stands for this session's place in the list; opaque. */
  readonly cursor: Scalars['String']['output'];
  /** The session. */
  readonly node: Session;
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
  /** The tenant's applications that are not revoked, oldest first. */
  readonly applications: ReadonlyArray<Application>;
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
  /** When it last got a token, to the minute; null for one that never did. */
  readonly lastUsedAt?: Maybe<Scalars['DateTime']['output']>;
  /** From when on it gets no token any more, and has none that is good; null for one that is good until it is revoked. */
  readonly expiresAt?: Maybe<Scalars['DateTime']['output']>;
  /** How many secrets are good now: 1, or 2 while one takes the place of the other. */
  readonly secrets: Scalars['Int']['output'];
};

/** A page of service clients. */
export type ServiceClientConnection = {
  /** The clients of this page with their cursors. */
  readonly edges: ReadonlyArray<ServiceClientEdge>;
  /** Where this page stands in the list. */
  readonly pageInfo: PageInfo;
  /** How many clients the whole list has; counted only where it is asked for. */
  readonly totalCount: Scalars['Int']['output'];
};

/** A service client in a page. */
export type ServiceClientEdge = {
  /** Stands for this client's place in the list; opaque. */
  readonly cursor: Scalars['String']['output'];
  /** The client. */
  readonly node: ServiceClient;
};

/** What became of a mutation. */
export type AuditResult =
  /** Under way. */
  | 'PENDING'
  /** Carried out. What a workflow does afterwards, the workflow says. */
  | 'DONE'
  /** Refused or failed: `errorCode` says why. After `UNAVAILABLE` it may have been carried out all the same. */
  | 'FAILED'
  /** Not begun, because one before it in the same request failed. */
  | 'SKIPPED'
  /** Begun more than five minutes ago, and never heard of again: the process that carried it out died on the way. It may have been carried out. */
  | 'UNKNOWN';

/** What kind of principal somebody is. */
export type AuditActorKind =
  /** Nobody was signed in, as before a sign-in. */
  | 'ANONYMOUS'
  /** A platform administrator. */
  | 'ADMINISTRATOR'
  /** A tenant's user. */
  | 'USER'
  /** A service client. */
  | 'CLIENT'
  /** A service of the platform. */
  | 'SERVICE';

/** Who did something. For a caller that is bound to a tenant, of whoever is not of this tenant only the kind is told. */
export type AuditActor = {
  /** What kind of principal it is. */
  readonly kind: AuditActorKind;
  /** The id of the user, the administrator or the client; null where nobody was signed in. */
  readonly actorId?: Maybe<Scalars['ID']['output']>;
  /** The tenant that it is bound to; null for one that works across tenants. */
  readonly tenantId?: Maybe<Scalars['ID']['output']>;
  /** The OAuth client through which it acted; null for a session that `signIn` began. */
  readonly clientId?: Maybe<Scalars['ID']['output']>;
  /** The network address that the request came from. */
  readonly address?: Maybe<Scalars['String']['output']>;
};

/** A thing that something was done to. */
export type AuditTarget = {
  /** What it is: `Tenant`, `User`, `Invoice`, `Workflow`, `ServiceClient`, … */
  readonly type: Scalars['String']['output'];
  /** Its id. */
  readonly id: Scalars['ID']['output'];
};

/** Something that somebody did, or tried to do. Entries are never changed, but for their end, which is written once; they go when their time is over. */
export type AuditEntry = {
  /** The entry's id (`aud_…`). */
  readonly entryId: Scalars['ID']['output'];
  /** Who did it. */
  readonly actor: AuditActor;
  /** What was done: the name of the mutation. */
  readonly action: Scalars['String']['output'];
  /** What it was done to: what the input names, and what it brought forth. */
  readonly targets: ReadonlyArray<AuditTarget>;
  /** The tenant that it concerns; null where it concerns none, or more than one. */
  readonly tenantId?: Maybe<Scalars['ID']['output']>;
  /** What was asked for: ids, choices, numbers and names. Secrets and free text are `[withheld]`; of an e-mail address there is a fingerprint, the same for the same address. */
  readonly arguments: Scalars['JSONObject']['output'];
  /** What became of it. */
  readonly result: AuditResult;
  /** Why it failed; null unless `result` is `FAILED`. */
  readonly errorCode?: Maybe<Scalars['String']['output']>;
  /** The request that it was part of: the `x-request-id` of its answer. */
  readonly requestId: Scalars['String']['output'];
  /** When it began. */
  readonly begunAt: Scalars['DateTime']['output'];
  /** When it ended; null while that is not known. */
  readonly endedAt?: Maybe<Scalars['DateTime']['output']>;
};

/** A page of the audit log. */
export type AuditEntryConnection = {
  /** The entries of this page with their cursors. */
  readonly edges: ReadonlyArray<AuditEntryEdge>;
  /** Where this page stands in the list. */
  readonly pageInfo: PageInfo;
  /** How many entries the whole list has; counted only where it is asked for. */
  readonly totalCount: Scalars['Int']['output'];
};

/** An entry in a page of the audit log. */
export type AuditEntryEdge = {
  /** Stands for this entry's place in the list; opaque. */
  readonly cursor: Scalars['String']['output'];
  /** The entry. */
  readonly node: AuditEntry;
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

/** An entry of the audit log before what it is about is carried out. The same `entryId` again changes nothing. */
export type BegunAuditEntry = {
  /** Its id, made by whoever writes it. */
  readonly entryId: Scalars['ID']['input'];
  /** See `AuditActor`. */
  readonly actor: AuditActorInput;
  /** The name of the mutation. */
  readonly action: Scalars['String']['input'];
  /** See `AuditEntry`. */
  readonly targets: ReadonlyArray<AuditTargetInput>;
  /** See `AuditEntry`. */
  readonly tenantId?: InputMaybe<Scalars['ID']['input']>;
  /** Without secrets and addresses. */
  readonly arguments: Scalars['JSONObject']['input'];
  /** E-mail addresses by the names of their arguments, of which fingerprints are kept. */
  readonly addresses: Scalars['JSONObject']['input'];
  /** See `AuditEntry`. */
  readonly requestId: Scalars['String']['input'];
  /** See `AuditEntry`. */
  readonly begunAt: Scalars['DateTime']['input'];
};

/** The end of an entry of the audit log, which is written once. */
export type EndedAuditEntry = {
  /** The entry's id. */
  readonly entryId: Scalars['ID']['input'];
  /** Who it turned out to be; null where that was known before. */
  readonly actor?: InputMaybe<AuditActorInput>;
  /** All that it was about. */
  readonly targets: ReadonlyArray<AuditTargetInput>;
  /** The tenant that it turned out to concern; null where that was known before, or is not known. */
  readonly tenantId?: InputMaybe<Scalars['ID']['input']>;
  /** What became of it. */
  readonly result: AuditEnd;
  /** See `AuditEntry`. */
  readonly errorCode?: InputMaybe<Scalars['String']['input']>;
  /** See `AuditEntry`. */
  readonly endedAt: Scalars['DateTime']['input'];
};

/** The values of `AuditResult` that an end can have. */
export type AuditEnd =
  /** See `AuditResult`. */
  | 'DONE'
  /** See `AuditResult`. */
  | 'FAILED'
  /** See `AuditResult`. */
  | 'SKIPPED';

/** See `AuditActor`. */
export type AuditActorInput = {
  /** See `AuditActor`. */
  readonly kind: AuditActorKind;
  /** See `AuditActor`. */
  readonly actorId?: InputMaybe<Scalars['ID']['input']>;
  /** See `AuditActor`. */
  readonly tenantId?: InputMaybe<Scalars['ID']['input']>;
  /** See `AuditActor`. */
  readonly clientId?: InputMaybe<Scalars['ID']['input']>;
  /** See `AuditActor`. */
  readonly address?: InputMaybe<Scalars['String']['input']>;
};

/** See `AuditTarget`. */
export type AuditTargetInput = {
  /** See `AuditTarget`. */
  readonly type: Scalars['String']['input'];
  /** See `AuditTarget`. */
  readonly id: Scalars['ID']['input'];
};

/** An application whose users sign in here: an OpenID Connect client of the code flow with PKCE (S256). Its users' sign-in page is at `/oauth/authorize`; discovery at `/.well-known/openid-configuration` tells an OpenID Connect library the rest. */
export type Application = {
  /** The OAuth client id (`app_…`). */
  readonly applicationId: Scalars['ID']['output'];
  /** What people call it; shown on the sign-in page. */
  readonly name: Scalars['String']['output'];
  /** Where the browser may be sent with a code: compared character by character. */
  readonly redirectUris: ReadonlyArray<Scalars['String']['output']>;
  /** Where the browser may be sent after signing out. */
  readonly postLogoutRedirectUris: ReadonlyArray<Scalars['String']['output']>;
  /** What the access tokens of who signs in can do at most in the graph; never more than the role of who signs in. */
  readonly scopes: ReadonlyArray<Scalars['String']['output']>;
  /** Whether it has a secret, as an application on a server can; one in a browser or on a phone cannot keep any. */
  readonly confidential: Scalars['Boolean']['output'];
  /** The tenant whose users it signs in; null for one that signs in the users of all tenants. */
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

/** Who is to administer the platform. */
export type CreateAdministratorInput = {
  /** The person's address. `CONFLICT` when it belongs to a user, or to an administrator who is `ACTIVE`. */
  readonly email: Scalars['EmailAddress']['input'];
  /** The same key with the same input returns the first result, without the invitation. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** Who is to administer the platform no more. */
export type RemoveAdministratorInput = {
  /** The administrator. The last one who can sign in cannot be removed. */
  readonly administratorId: Scalars['ID']['input'];
};

/** Another password for whoever is signed in. */
export type ChangePasswordInput = {
  /** The present password. */
  readonly currentPassword: Scalars['String']['input'];
  /** At least 12 characters. */
  readonly newPassword: Scalars['String']['input'];
};

/** Who forgot the password. */
export type RequestPasswordResetInput = {
  /** The address of a user. */
  readonly email: Scalars['EmailAddress']['input'];
};

/** The password of whoever forgot the one before. */
export type ResetPasswordInput = {
  /** The secret of the message that `requestPasswordReset` sent. */
  readonly token: Scalars['String']['input'];
  /** At least 12 characters. */
  readonly password: Scalars['String']['input'];
};

/** The session that ends. */
export type EndSessionInput = {
  /** The session's id. */
  readonly sessionId: Scalars['ID']['input'];
};

/** Whose sessions end. */
export type EndUserSessionsInput = {
  /** The user's id; with `platform:write` also an administrator's. */
  readonly userId: Scalars['ID']['input'];
};

/** A program that is to sign in by itself. */
export type CreateServiceClientInput = {
  /** What people call it. */
  readonly name: Scalars['String']['input'];
  /** What its tokens can do at most: nothing that the caller cannot do, and for a tenant's client none of `platform:*`, `onboarding:*`, `tenant:write`, `billing:write`. */
  readonly scopes: ReadonlyArray<Scalars['String']['input']>;
  /** The tenant that it is bound to; without one it works across tenants, which only a caller across tenants can grant. */
  readonly tenantId?: InputMaybe<Scalars['ID']['input']>;
  /** From when on it is good no more: an instant to come. Without one it is good until it is revoked. */
  readonly expiresAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** The same key with the same input returns the first result, without the secret. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** The program that gets another secret. */
export type RotateServiceClientSecretInput = {
  /** The client's id. */
  readonly clientId: Scalars['ID']['input'];
  /** The same key with the same input makes one secret; it is shown once. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** The program whose former secret is good no more. */
export type RetireServiceClientSecretInput = {
  /** The client's id. */
  readonly clientId: Scalars['ID']['input'];
};

/** The program that is to sign in no more. */
export type RevokeServiceClientInput = {
  /** The client's id. */
  readonly clientId: Scalars['ID']['input'];
};

/** Another key is to sign. */
export type RotateSigningKeyInput = {
  /** Why, for the record: 500 characters at most. */
  readonly reason?: InputMaybe<Scalars['String']['input']>;
};

/** The key that signs from now on. */
export type RotateSigningKeyPayload = {
  /** Its id: the `kid` of the tokens that it signs. */
  readonly keyId: Scalars['ID']['output'];
};

/** An application whose users are to sign in here. */
export type CreateApplicationInput = {
  /** What people call it; shown on the sign-in page. */
  readonly name: Scalars['String']['input'];
  /** Where the browser may be sent with a code, 20 at most: https, or http on `127.0.0.1`, `[::1]` or `localhost`; no fragment, no user name, no wildcard. */
  readonly redirectUris: ReadonlyArray<Scalars['String']['input']>;
  /** Where the browser may be sent after signing out; the same rules. */
  readonly postLogoutRedirectUris?: ReadonlyArray<Scalars['String']['input']>;
  /** What its users' access tokens can do at most in the graph: nothing that the caller cannot do. Signing in takes none. */
  readonly scopes?: ReadonlyArray<Scalars['String']['input']>;
  /** Whether it can keep a secret: true for an application on a server. */
  readonly confidential?: Scalars['Boolean']['input'];
  /** The tenant whose users it signs in; without one it signs in the users of all tenants, which only a caller across tenants can grant. */
  readonly tenantId?: InputMaybe<Scalars['ID']['input']>;
  /** The same key with the same input returns the first result, without the secret. */
  readonly idempotencyKey?: InputMaybe<Scalars['String']['input']>;
};

/** The application that is to sign in nobody any more. */
export type RevokeApplicationInput = {
  /** The application's id. */
  readonly applicationId: Scalars['ID']['input'];
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

/** Somebody who is invited to administer the platform. */
export type CreateAdministratorPayload = {
  /** Who it is. */
  readonly administrator: Administrator;
  /** What it sets a password with, shown once; it is mailed too. Null in a repeated answer. */
  readonly invitation?: Maybe<Invitation>;
};

/** An administrator who is gone. */
export type RemoveAdministratorPayload = {
  /** The id that it had. */
  readonly administratorId: Scalars['ID']['output'];
};

/** A password that has changed. */
export type ChangePasswordPayload = {
  /** Whose it is; null for a platform administrator. */
  readonly user?: Maybe<User>;
};

/** What is answered to everybody. */
export type RequestPasswordResetPayload = {
  /** True, also where the address is nobody's. */
  readonly accepted: Scalars['Boolean']['output'];
};

/** A password that has changed. */
export type ResetPasswordPayload = {
  /** True: the new password is the one to sign in with. */
  readonly reset: Scalars['Boolean']['output'];
};

/** A session that is over. */
export type EndSessionPayload = {
  /** The id that it had. */
  readonly sessionId: Scalars['ID']['output'];
};

/** Whose sessions are over. */
export type EndUserSessionsPayload = {
  /** The user's id. */
  readonly userId: Scalars['ID']['output'];
};

/** A new service client. */
export type CreateServiceClientPayload = {
  /** The client. */
  readonly client: ServiceClient;
  /** Its secret, shown once; null in a repeated answer. */
  readonly clientSecret?: Maybe<Scalars['String']['output']>;
};

/** A service client with another secret. */
export type RotateServiceClientSecretPayload = {
  /** The client. */
  readonly client: ServiceClient;
  /** The new secret, shown once; null in a repeated answer. */
  readonly clientSecret?: Maybe<Scalars['String']['output']>;
};

/** A service client with one secret. */
export type RetireServiceClientSecretPayload = {
  /** The client. */
  readonly client: ServiceClient;
};

/** A service client that is gone. */
export type RevokeServiceClientPayload = {
  /** The id that it had. */
  readonly clientId: Scalars['ID']['output'];
};

/** A new application. */
export type CreateApplicationPayload = {
  /** The application. */
  readonly application: Application;
  /** The secret of a confidential one, shown once; null in a repeated answer. */
  readonly clientSecret?: Maybe<Scalars['String']['output']>;
};

/** An application that is gone. */
export type RevokeApplicationPayload = {
  /** The id that it had. */
  readonly applicationId: Scalars['ID']['output'];
};

/** Tokens that are refused although they have not expired: those of `subject` issued before `at`. */
export type Revocation = {
  /** Of what kind the subject is: `tenant`, `tenant-users` (its users without its clients), `user` (administrators too), `client` or `session`. */
  readonly kind: Scalars['String']['output'];
  /** The id of the tenant, the user, the client or application, or the session (the tokens' `tenant_id`, `tenant_id`, `sub`, `sub` or `azp`, `sid`). */
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
  /**
   * What was done, and by whom, newest first: by everybody for a caller across tenants; for one that is bound to a tenant what
   * concerns this tenant, of platform staff without who it was. Every mutation is in it but `recordUsage`.
   */
  readonly auditLog: AuditEntryConnection;
  /** The platform administrators and who is invited to be one, oldest first. */
  readonly administrators: AdministratorConnection;
  /** The service clients of the caller's tenant that are not revoked, oldest first; for a caller across tenants those that are bound to none (a tenant's are at `Tenant.identity`). */
  readonly serviceClients: ServiceClientConnection;
  /** The sessions of whoever is signed in, newest first. A service client has none. */
  readonly mySessions: SessionConnection;
  /** What every process that verifies tokens must know; each reads it every second or so. */
  readonly verification: Verification;
  /** Whether people of this tenant are let in: it exists, and is `ACTIVE`. Asked for those for whom an outside provider vouches. */
  readonly admitsPeople: Scalars['Boolean']['output'];
  /** Whether a platform administrator signs in with this address: then no user can have it. */
  readonly isAdministratorEmail: Scalars['Boolean']['output'];
};


export type QueryAuditLogArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  tenantId?: InputMaybe<Scalars['ID']['input']>;
  actorId?: InputMaybe<Scalars['ID']['input']>;
  action?: InputMaybe<Scalars['String']['input']>;
  from?: InputMaybe<Scalars['DateTime']['input']>;
  to?: InputMaybe<Scalars['DateTime']['input']>;
};


export type QueryAdministratorsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


export type QueryServiceClientsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


export type QueryMySessionsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
};


export type QueryAdmitsPeopleArgs = {
  tenantId: Scalars['ID']['input'];
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
  /** Invites somebody to administer the platform; somebody who has not accepted is invited again, and the invitation before is worth nothing. `FORBIDDEN` for a caller who does not hold every scope. */
  readonly createAdministrator: CreateAdministratorPayload;
  /** Removes an administrator: it signs in no more, and its sessions end. `FAILED_PRECONDITION` for the last one who can sign in. After `UNAVAILABLE` it goes on by itself until it is done. */
  readonly removeAdministrator: RemoveAdministratorPayload;
  /** Changes the password of whoever is signed in, and ends its other sessions. `UNAUTHENTICATED` when the present password is wrong. After `UNAVAILABLE` it goes on by itself until it is done. */
  readonly changePassword: ChangePasswordPayload;
  /** Sends a user who is `ACTIVE` a message by which it can choose a new password within the hour. Everybody gets the same answer in the same time. Of several, the last message counts. */
  readonly requestPasswordReset: RequestPasswordResetPayload;
  /** Sets a new password with the secret of such a message, which is good once, and ends all sessions. After `UNAVAILABLE` it goes on by itself; the same secret can be sent again. */
  readonly resetPassword: ResetPasswordPayload;
  /** Ends a session; its access tokens are refused within seconds. One's own, with `user:write` one of a user whom the caller may see, with `platform:write` an administrator's. */
  readonly endSession: EndSessionPayload;
  /** Ends all sessions of a user, also the one by which it asks; access tokens are refused within seconds. For whom, see `endSession`. */
  readonly endUserSessions: EndUserSessionsPayload;
  /** Makes a program that signs in by itself at `POST /oauth/token`. */
  readonly createServiceClient: CreateServiceClientPayload;
  /** Makes another secret for a service client. The one in use stays good beside it until `retireServiceClientSecret`, or until another that is in use takes its place. `FORBIDDEN` for a client whose scopes the caller does not all hold. */
  readonly rotateServiceClientSecret: RotateServiceClientSecretPayload;
  /** Leaves a service client the secret that was made last. Tokens stay good until they expire. */
  readonly retireServiceClientSecret: RetireServiceClientSecretPayload;
  /** Ends a service client; its access tokens are refused within seconds. */
  readonly revokeServiceClient: RevokeServiceClientPayload;
  /** Makes a new key that signs access tokens from now on. Tokens by the old ones stay good until they expire. */
  readonly rotateSigningKey: RotateSigningKeyPayload;
  /** Writes into the audit log what is going to be carried out. It is on disk when this is answered. */
  readonly beginAuditEntries: Scalars['Boolean']['output'];
  /** Writes what became of it. What has an end already, or is not there, is left alone. */
  readonly endAuditEntries: Scalars['Boolean']['output'];
  /** Registers an application whose users sign in here, with any OpenID Connect library. */
  readonly createApplication: CreateApplicationPayload;
  /** Ends an application, and all sessions that go on in its name; their access tokens are refused within seconds. */
  readonly revokeApplication: RevokeApplicationPayload;
  /** Makes the sign-in of an invited user, with an invitation; for one who has an invitation a new one, and the old one is worth nothing. The same command again answers the same invitation, while it is the last. Null when the user has a password already. `FAILED_PRECONDITION` after `deleteIdentity` or `deleteIdentities`. */
  readonly createIdentity?: Maybe<Invitation>;
  /** Takes an invitation back: its token is worth nothing any more. `FAILED_PRECONDITION` when it has been accepted. Doing so where there is none succeeds. */
  readonly withdrawInvitation: Scalars['Boolean']['output'];
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


export type MutationCreateAdministratorArgs = {
  input: CreateAdministratorInput;
};


export type MutationRemoveAdministratorArgs = {
  input: RemoveAdministratorInput;
};


export type MutationChangePasswordArgs = {
  input: ChangePasswordInput;
};


export type MutationRequestPasswordResetArgs = {
  input: RequestPasswordResetInput;
};


export type MutationResetPasswordArgs = {
  input: ResetPasswordInput;
};


export type MutationEndSessionArgs = {
  input: EndSessionInput;
};


export type MutationEndUserSessionsArgs = {
  input: EndUserSessionsInput;
};


export type MutationCreateServiceClientArgs = {
  input: CreateServiceClientInput;
};


export type MutationRotateServiceClientSecretArgs = {
  input: RotateServiceClientSecretInput;
};


export type MutationRetireServiceClientSecretArgs = {
  input: RetireServiceClientSecretInput;
};


export type MutationRevokeServiceClientArgs = {
  input: RevokeServiceClientInput;
};


export type MutationRotateSigningKeyArgs = {
  input: RotateSigningKeyInput;
};


export type MutationBeginAuditEntriesArgs = {
  entries: ReadonlyArray<BegunAuditEntry>;
};


export type MutationEndAuditEntriesArgs = {
  entries: ReadonlyArray<EndedAuditEntry>;
};


export type MutationCreateApplicationArgs = {
  input: CreateApplicationInput;
};


export type MutationRevokeApplicationArgs = {
  input: RevokeApplicationInput;
};


export type MutationCreateIdentityArgs = {
  commandId: Scalars['ID']['input'];
  tenantId: Scalars['ID']['input'];
  userId: Scalars['ID']['input'];
};


export type MutationWithdrawInvitationArgs = {
  commandId: Scalars['ID']['input'];
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
  JSONObject: ResolverTypeWrapper<Scalars['JSONObject']['output']>;
  EmailAddress: ResolverTypeWrapper<Scalars['EmailAddress']['output']>;
  Invitation: ResolverTypeWrapper<Invitation>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  User: ResolverTypeWrapper<Omit<User, 'sessions'> & { sessions?: Maybe<ResolversTypes['SessionConnection']> }>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  AdministratorStatus: AdministratorStatus;
  Administrator: ResolverTypeWrapper<AdministratorDocument>;
  AdministratorConnection: ResolverTypeWrapper<AdministratorPage>;
  AdministratorEdge: ResolverTypeWrapper<Omit<AdministratorEdge, 'node'> & { node: ResolversTypes['Administrator'] }>;
  SessionKind: SessionKind;
  Session: ResolverTypeWrapper<SessionDocument>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  SessionConnection: ResolverTypeWrapper<SessionPage>;
  SessionEdge: ResolverTypeWrapper<Omit<SessionEdge, 'node'> & { node: ResolversTypes['Session'] }>;
  Tenant: ResolverTypeWrapper<TenantReference>;
  TenantIdentity: ResolverTypeWrapper<TenantReference>;
  ServiceClient: ResolverTypeWrapper<ServiceClientDocument>;
  ServiceClientConnection: ResolverTypeWrapper<ClientPage>;
  ServiceClientEdge: ResolverTypeWrapper<Omit<ServiceClientEdge, 'node'> & { node: ResolversTypes['ServiceClient'] }>;
  AuditResult: AuditResult;
  AuditActorKind: AuditActorKind;
  AuditActor: ResolverTypeWrapper<AuditActor>;
  AuditTarget: ResolverTypeWrapper<AuditTarget>;
  AuditEntry: ResolverTypeWrapper<AuditDocument>;
  AuditEntryConnection: ResolverTypeWrapper<AuditPage>;
  AuditEntryEdge: ResolverTypeWrapper<Omit<AuditEntryEdge, 'node'> & { node: ResolversTypes['AuditEntry'] }>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  BegunAuditEntry: BegunAuditEntry;
  EndedAuditEntry: EndedAuditEntry;
  AuditEnd: AuditEnd;
  AuditActorInput: AuditActorInput;
  AuditTargetInput: AuditTargetInput;
  Application: ResolverTypeWrapper<ApplicationDocument>;
  AcceptInvitationInput: AcceptInvitationInput;
  SignInInput: SignInInput;
  RefreshSessionInput: RefreshSessionInput;
  SignOutInput: SignOutInput;
  CreateAdministratorInput: CreateAdministratorInput;
  RemoveAdministratorInput: RemoveAdministratorInput;
  ChangePasswordInput: ChangePasswordInput;
  RequestPasswordResetInput: RequestPasswordResetInput;
  ResetPasswordInput: ResetPasswordInput;
  EndSessionInput: EndSessionInput;
  EndUserSessionsInput: EndUserSessionsInput;
  CreateServiceClientInput: CreateServiceClientInput;
  RotateServiceClientSecretInput: RotateServiceClientSecretInput;
  RetireServiceClientSecretInput: RetireServiceClientSecretInput;
  RevokeServiceClientInput: RevokeServiceClientInput;
  RotateSigningKeyInput: RotateSigningKeyInput;
  RotateSigningKeyPayload: ResolverTypeWrapper<RotateSigningKeyPayload>;
  CreateApplicationInput: CreateApplicationInput;
  RevokeApplicationInput: RevokeApplicationInput;
  SignInPayload: ResolverTypeWrapper<SignedIn>;
  SignOutPayload: ResolverTypeWrapper<SignOutPayload>;
  CreateAdministratorPayload: ResolverTypeWrapper<Omit<CreateAdministratorPayload, 'administrator'> & { administrator: ResolversTypes['Administrator'] }>;
  RemoveAdministratorPayload: ResolverTypeWrapper<RemoveAdministratorPayload>;
  ChangePasswordPayload: ResolverTypeWrapper<Omit<ChangePasswordPayload, 'user'> & { user?: Maybe<ResolversTypes['User']> }>;
  RequestPasswordResetPayload: ResolverTypeWrapper<RequestPasswordResetPayload>;
  ResetPasswordPayload: ResolverTypeWrapper<ResetPasswordPayload>;
  EndSessionPayload: ResolverTypeWrapper<EndSessionPayload>;
  EndUserSessionsPayload: ResolverTypeWrapper<EndUserSessionsPayload>;
  CreateServiceClientPayload: ResolverTypeWrapper<Omit<CreateServiceClientPayload, 'client'> & { client: ResolversTypes['ServiceClient'] }>;
  RotateServiceClientSecretPayload: ResolverTypeWrapper<Omit<RotateServiceClientSecretPayload, 'client'> & { client: ResolversTypes['ServiceClient'] }>;
  RetireServiceClientSecretPayload: ResolverTypeWrapper<Omit<RetireServiceClientSecretPayload, 'client'> & { client: ResolversTypes['ServiceClient'] }>;
  RevokeServiceClientPayload: ResolverTypeWrapper<RevokeServiceClientPayload>;
  CreateApplicationPayload: ResolverTypeWrapper<Omit<CreateApplicationPayload, 'application'> & { application: ResolversTypes['Application'] }>;
  RevokeApplicationPayload: ResolverTypeWrapper<RevokeApplicationPayload>;
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
  User: Omit<User, 'sessions'> & { sessions?: Maybe<ResolversParentTypes['SessionConnection']> } | FederationReferenceTypes['User'];
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  Administrator: AdministratorDocument;
  AdministratorConnection: AdministratorPage;
  AdministratorEdge: Omit<AdministratorEdge, 'node'> & { node: ResolversParentTypes['Administrator'] };
  Session: SessionDocument;
  Boolean: Scalars['Boolean']['output'];
  SessionConnection: SessionPage;
  SessionEdge: Omit<SessionEdge, 'node'> & { node: ResolversParentTypes['Session'] };
  Tenant: TenantReference;
  TenantIdentity: TenantReference;
  ServiceClient: ServiceClientDocument;
  ServiceClientConnection: ClientPage;
  ServiceClientEdge: Omit<ServiceClientEdge, 'node'> & { node: ResolversParentTypes['ServiceClient'] };
  AuditActor: AuditActor;
  AuditTarget: AuditTarget;
  AuditEntry: AuditDocument;
  AuditEntryConnection: AuditPage;
  AuditEntryEdge: Omit<AuditEntryEdge, 'node'> & { node: ResolversParentTypes['AuditEntry'] };
  PageInfo: PageInfo;
  BegunAuditEntry: BegunAuditEntry;
  EndedAuditEntry: EndedAuditEntry;
  AuditActorInput: AuditActorInput;
  AuditTargetInput: AuditTargetInput;
  Application: ApplicationDocument;
  AcceptInvitationInput: AcceptInvitationInput;
  SignInInput: SignInInput;
  RefreshSessionInput: RefreshSessionInput;
  SignOutInput: SignOutInput;
  CreateAdministratorInput: CreateAdministratorInput;
  RemoveAdministratorInput: RemoveAdministratorInput;
  ChangePasswordInput: ChangePasswordInput;
  RequestPasswordResetInput: RequestPasswordResetInput;
  ResetPasswordInput: ResetPasswordInput;
  EndSessionInput: EndSessionInput;
  EndUserSessionsInput: EndUserSessionsInput;
  CreateServiceClientInput: CreateServiceClientInput;
  RotateServiceClientSecretInput: RotateServiceClientSecretInput;
  RetireServiceClientSecretInput: RetireServiceClientSecretInput;
  RevokeServiceClientInput: RevokeServiceClientInput;
  RotateSigningKeyInput: RotateSigningKeyInput;
  RotateSigningKeyPayload: RotateSigningKeyPayload;
  CreateApplicationInput: CreateApplicationInput;
  RevokeApplicationInput: RevokeApplicationInput;
  SignInPayload: SignedIn;
  SignOutPayload: SignOutPayload;
  CreateAdministratorPayload: Omit<CreateAdministratorPayload, 'administrator'> & { administrator: ResolversParentTypes['Administrator'] };
  RemoveAdministratorPayload: RemoveAdministratorPayload;
  ChangePasswordPayload: Omit<ChangePasswordPayload, 'user'> & { user?: Maybe<ResolversParentTypes['User']> };
  RequestPasswordResetPayload: RequestPasswordResetPayload;
  ResetPasswordPayload: ResetPasswordPayload;
  EndSessionPayload: EndSessionPayload;
  EndUserSessionsPayload: EndUserSessionsPayload;
  CreateServiceClientPayload: Omit<CreateServiceClientPayload, 'client'> & { client: ResolversParentTypes['ServiceClient'] };
  RotateServiceClientSecretPayload: Omit<RotateServiceClientSecretPayload, 'client'> & { client: ResolversParentTypes['ServiceClient'] };
  RetireServiceClientSecretPayload: Omit<RetireServiceClientSecretPayload, 'client'> & { client: ResolversParentTypes['ServiceClient'] };
  RevokeServiceClientPayload: RevokeServiceClientPayload;
  CreateApplicationPayload: Omit<CreateApplicationPayload, 'application'> & { application: ResolversParentTypes['Application'] };
  RevokeApplicationPayload: RevokeApplicationPayload;
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

export type UserResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['User'] = ResolversParentTypes['User'], FederationReferenceType extends FederationReferenceTypes['User'] = FederationReferenceTypes['User']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['User']> | FederationReferenceType, FederationReferenceType, ContextType>;
  userId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  sessions?: Resolver<Maybe<ResolversTypes['SessionConnection']>, ParentType, ContextType, RequireFields<UserSessionsArgs, 'first'>>;
};

export type AdministratorResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Administrator'] = ResolversParentTypes['Administrator']> = {
  administratorId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  email?: Resolver<ResolversTypes['EmailAddress'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['AdministratorStatus'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type AdministratorConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AdministratorConnection'] = ResolversParentTypes['AdministratorConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['AdministratorEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type AdministratorEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AdministratorEdge'] = ResolversParentTypes['AdministratorEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Administrator'], ParentType, ContextType>;
};

export type SessionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Session'] = ResolversParentTypes['Session']> = {
  sessionId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['SessionKind'], ParentType, ContextType>;
  clientId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  startedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  lastUsedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  clientAddress?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  expiresAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  current?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type SessionConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SessionConnection'] = ResolversParentTypes['SessionConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['SessionEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type SessionEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['SessionEdge'] = ResolversParentTypes['SessionEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Session'], ParentType, ContextType>;
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
  applications?: Resolver<ReadonlyArray<ResolversTypes['Application']>, ParentType, ContextType>;
};

export type ServiceClientResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ServiceClient'] = ResolversParentTypes['ServiceClient']> = {
  clientId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  scopes?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  tenantId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  lastUsedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  secrets?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ServiceClientConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ServiceClientConnection'] = ResolversParentTypes['ServiceClientConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['ServiceClientEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ServiceClientEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ServiceClientEdge'] = ResolversParentTypes['ServiceClientEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['ServiceClient'], ParentType, ContextType>;
};

export type AuditActorResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AuditActor'] = ResolversParentTypes['AuditActor']> = {
  kind?: Resolver<ResolversTypes['AuditActorKind'], ParentType, ContextType>;
  actorId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  tenantId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  clientId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  address?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type AuditTargetResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AuditTarget'] = ResolversParentTypes['AuditTarget']> = {
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type AuditEntryResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AuditEntry'] = ResolversParentTypes['AuditEntry']> = {
  entryId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  actor?: Resolver<ResolversTypes['AuditActor'], ParentType, ContextType>;
  action?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  targets?: Resolver<ReadonlyArray<ResolversTypes['AuditTarget']>, ParentType, ContextType>;
  tenantId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  arguments?: Resolver<ResolversTypes['JSONObject'], ParentType, ContextType>;
  result?: Resolver<ResolversTypes['AuditResult'], ParentType, ContextType>;
  errorCode?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  requestId?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  begunAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  endedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type AuditEntryConnectionResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AuditEntryConnection'] = ResolversParentTypes['AuditEntryConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['AuditEntryEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type AuditEntryEdgeResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['AuditEntryEdge'] = ResolversParentTypes['AuditEntryEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['AuditEntry'], ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ApplicationResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Application'] = ResolversParentTypes['Application']> = {
  applicationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  redirectUris?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  postLogoutRedirectUris?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  scopes?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  confidential?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  tenantId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type RotateSigningKeyPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RotateSigningKeyPayload'] = ResolversParentTypes['RotateSigningKeyPayload']> = {
  keyId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
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

export type CreateAdministratorPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['CreateAdministratorPayload'] = ResolversParentTypes['CreateAdministratorPayload']> = {
  administrator?: Resolver<ResolversTypes['Administrator'], ParentType, ContextType>;
  invitation?: Resolver<Maybe<ResolversTypes['Invitation']>, ParentType, ContextType>;
};

export type RemoveAdministratorPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RemoveAdministratorPayload'] = ResolversParentTypes['RemoveAdministratorPayload']> = {
  administratorId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type ChangePasswordPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ChangePasswordPayload'] = ResolversParentTypes['ChangePasswordPayload']> = {
  user?: Resolver<Maybe<ResolversTypes['User']>, ParentType, ContextType>;
};

export type RequestPasswordResetPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RequestPasswordResetPayload'] = ResolversParentTypes['RequestPasswordResetPayload']> = {
  accepted?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type ResetPasswordPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['ResetPasswordPayload'] = ResolversParentTypes['ResetPasswordPayload']> = {
  reset?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type EndSessionPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['EndSessionPayload'] = ResolversParentTypes['EndSessionPayload']> = {
  sessionId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type EndUserSessionsPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['EndUserSessionsPayload'] = ResolversParentTypes['EndUserSessionsPayload']> = {
  userId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type CreateServiceClientPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['CreateServiceClientPayload'] = ResolversParentTypes['CreateServiceClientPayload']> = {
  client?: Resolver<ResolversTypes['ServiceClient'], ParentType, ContextType>;
  clientSecret?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type RotateServiceClientSecretPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RotateServiceClientSecretPayload'] = ResolversParentTypes['RotateServiceClientSecretPayload']> = {
  client?: Resolver<ResolversTypes['ServiceClient'], ParentType, ContextType>;
  clientSecret?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type RetireServiceClientSecretPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RetireServiceClientSecretPayload'] = ResolversParentTypes['RetireServiceClientSecretPayload']> = {
  client?: Resolver<ResolversTypes['ServiceClient'], ParentType, ContextType>;
};

export type RevokeServiceClientPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RevokeServiceClientPayload'] = ResolversParentTypes['RevokeServiceClientPayload']> = {
  clientId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type CreateApplicationPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['CreateApplicationPayload'] = ResolversParentTypes['CreateApplicationPayload']> = {
  application?: Resolver<ResolversTypes['Application'], ParentType, ContextType>;
  clientSecret?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type RevokeApplicationPayloadResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['RevokeApplicationPayload'] = ResolversParentTypes['RevokeApplicationPayload']> = {
  applicationId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
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
  auditLog?: Resolver<ResolversTypes['AuditEntryConnection'], ParentType, ContextType, RequireFields<QueryAuditLogArgs, 'first'>>;
  administrators?: Resolver<ResolversTypes['AdministratorConnection'], ParentType, ContextType, RequireFields<QueryAdministratorsArgs, 'first'>>;
  serviceClients?: Resolver<ResolversTypes['ServiceClientConnection'], ParentType, ContextType, RequireFields<QueryServiceClientsArgs, 'first'>>;
  mySessions?: Resolver<ResolversTypes['SessionConnection'], ParentType, ContextType, RequireFields<QueryMySessionsArgs, 'first'>>;
  verification?: Resolver<ResolversTypes['Verification'], ParentType, ContextType>;
  admitsPeople?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<QueryAdmitsPeopleArgs, 'tenantId'>>;
  isAdministratorEmail?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<QueryIsAdministratorEmailArgs, 'email'>>;
};

export type MutationResolvers<ContextType = RequestContext, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  acceptInvitation?: Resolver<ResolversTypes['SignInPayload'], ParentType, ContextType, RequireFields<MutationAcceptInvitationArgs, 'input'>>;
  signIn?: Resolver<ResolversTypes['SignInPayload'], ParentType, ContextType, RequireFields<MutationSignInArgs, 'input'>>;
  refreshSession?: Resolver<ResolversTypes['SignInPayload'], ParentType, ContextType, RequireFields<MutationRefreshSessionArgs, 'input'>>;
  signOut?: Resolver<ResolversTypes['SignOutPayload'], ParentType, ContextType, RequireFields<MutationSignOutArgs, 'input'>>;
  createAdministrator?: Resolver<ResolversTypes['CreateAdministratorPayload'], ParentType, ContextType, RequireFields<MutationCreateAdministratorArgs, 'input'>>;
  removeAdministrator?: Resolver<ResolversTypes['RemoveAdministratorPayload'], ParentType, ContextType, RequireFields<MutationRemoveAdministratorArgs, 'input'>>;
  changePassword?: Resolver<ResolversTypes['ChangePasswordPayload'], ParentType, ContextType, RequireFields<MutationChangePasswordArgs, 'input'>>;
  requestPasswordReset?: Resolver<ResolversTypes['RequestPasswordResetPayload'], ParentType, ContextType, RequireFields<MutationRequestPasswordResetArgs, 'input'>>;
  resetPassword?: Resolver<ResolversTypes['ResetPasswordPayload'], ParentType, ContextType, RequireFields<MutationResetPasswordArgs, 'input'>>;
  endSession?: Resolver<ResolversTypes['EndSessionPayload'], ParentType, ContextType, RequireFields<MutationEndSessionArgs, 'input'>>;
  endUserSessions?: Resolver<ResolversTypes['EndUserSessionsPayload'], ParentType, ContextType, RequireFields<MutationEndUserSessionsArgs, 'input'>>;
  createServiceClient?: Resolver<ResolversTypes['CreateServiceClientPayload'], ParentType, ContextType, RequireFields<MutationCreateServiceClientArgs, 'input'>>;
  rotateServiceClientSecret?: Resolver<ResolversTypes['RotateServiceClientSecretPayload'], ParentType, ContextType, RequireFields<MutationRotateServiceClientSecretArgs, 'input'>>;
  retireServiceClientSecret?: Resolver<ResolversTypes['RetireServiceClientSecretPayload'], ParentType, ContextType, RequireFields<MutationRetireServiceClientSecretArgs, 'input'>>;
  revokeServiceClient?: Resolver<ResolversTypes['RevokeServiceClientPayload'], ParentType, ContextType, RequireFields<MutationRevokeServiceClientArgs, 'input'>>;
  rotateSigningKey?: Resolver<ResolversTypes['RotateSigningKeyPayload'], ParentType, ContextType, RequireFields<MutationRotateSigningKeyArgs, 'input'>>;
  beginAuditEntries?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationBeginAuditEntriesArgs, 'entries'>>;
  endAuditEntries?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationEndAuditEntriesArgs, 'entries'>>;
  createApplication?: Resolver<ResolversTypes['CreateApplicationPayload'], ParentType, ContextType, RequireFields<MutationCreateApplicationArgs, 'input'>>;
  revokeApplication?: Resolver<ResolversTypes['RevokeApplicationPayload'], ParentType, ContextType, RequireFields<MutationRevokeApplicationArgs, 'input'>>;
  createIdentity?: Resolver<Maybe<ResolversTypes['Invitation']>, ParentType, ContextType, RequireFields<MutationCreateIdentityArgs, 'commandId' | 'tenantId' | 'userId'>>;
  withdrawInvitation?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType, RequireFields<MutationWithdrawInvitationArgs, 'commandId' | 'userId'>>;
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
  Administrator?: AdministratorResolvers<ContextType>;
  AdministratorConnection?: AdministratorConnectionResolvers<ContextType>;
  AdministratorEdge?: AdministratorEdgeResolvers<ContextType>;
  Session?: SessionResolvers<ContextType>;
  SessionConnection?: SessionConnectionResolvers<ContextType>;
  SessionEdge?: SessionEdgeResolvers<ContextType>;
  Tenant?: TenantResolvers<ContextType>;
  TenantIdentity?: TenantIdentityResolvers<ContextType>;
  ServiceClient?: ServiceClientResolvers<ContextType>;
  ServiceClientConnection?: ServiceClientConnectionResolvers<ContextType>;
  ServiceClientEdge?: ServiceClientEdgeResolvers<ContextType>;
  AuditActor?: AuditActorResolvers<ContextType>;
  AuditTarget?: AuditTargetResolvers<ContextType>;
  AuditEntry?: AuditEntryResolvers<ContextType>;
  AuditEntryConnection?: AuditEntryConnectionResolvers<ContextType>;
  AuditEntryEdge?: AuditEntryEdgeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Application?: ApplicationResolvers<ContextType>;
  RotateSigningKeyPayload?: RotateSigningKeyPayloadResolvers<ContextType>;
  SignInPayload?: SignInPayloadResolvers<ContextType>;
  SignOutPayload?: SignOutPayloadResolvers<ContextType>;
  CreateAdministratorPayload?: CreateAdministratorPayloadResolvers<ContextType>;
  RemoveAdministratorPayload?: RemoveAdministratorPayloadResolvers<ContextType>;
  ChangePasswordPayload?: ChangePasswordPayloadResolvers<ContextType>;
  RequestPasswordResetPayload?: RequestPasswordResetPayloadResolvers<ContextType>;
  ResetPasswordPayload?: ResetPasswordPayloadResolvers<ContextType>;
  EndSessionPayload?: EndSessionPayloadResolvers<ContextType>;
  EndUserSessionsPayload?: EndUserSessionsPayloadResolvers<ContextType>;
  CreateServiceClientPayload?: CreateServiceClientPayloadResolvers<ContextType>;
  RotateServiceClientSecretPayload?: RotateServiceClientSecretPayloadResolvers<ContextType>;
  RetireServiceClientSecretPayload?: RetireServiceClientSecretPayloadResolvers<ContextType>;
  RevokeServiceClientPayload?: RevokeServiceClientPayloadResolvers<ContextType>;
  CreateApplicationPayload?: CreateApplicationPayloadResolvers<ContextType>;
  RevokeApplicationPayload?: RevokeApplicationPayloadResolvers<ContextType>;
  Revocation?: RevocationResolvers<ContextType>;
  Verification?: VerificationResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
};


