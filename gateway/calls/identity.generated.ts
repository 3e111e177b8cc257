// Generated from the SDL by scripts/generate.ts: do not edit.
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
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

/** An entry of the audit log before what it is about is carried out. The same `entryId` again changes nothing. */
export type BegunAuditEntry = {
  /** Its id, made by whoever writes it. */
  readonly entryId: string;
  /** See `AuditActor`. */
  readonly actor: AuditActorInput;
  /** The name of the mutation. */
  readonly action: string;
  /** See `AuditEntry`. */
  readonly targets: ReadonlyArray<AuditTargetInput>;
  /** See `AuditEntry`. */
  readonly tenantId?: string | null | undefined;
  /** Without secrets and addresses. */
  readonly arguments: Record<string, unknown>;
  /** E-mail addresses by the names of their arguments, of which fingerprints are kept. */
  readonly addresses: Record<string, unknown>;
  /** See `AuditEntry`. */
  readonly requestId: string;
  /** See `AuditEntry`. */
  readonly begunAt: string;
};

/** The end of an entry of the audit log, which is written once. */
export type EndedAuditEntry = {
  /** The entry's id. */
  readonly entryId: string;
  /** Who it turned out to be; null where that was known before. */
  readonly actor?: AuditActorInput | null | undefined;
  /** All that it was about. */
  readonly targets: ReadonlyArray<AuditTargetInput>;
  /** The tenant that it turned out to concern; null where that was known before, or is not known. */
  readonly tenantId?: string | null | undefined;
  /** What became of it. */
  readonly result: AuditEnd;
  /** See `AuditEntry`. */
  readonly errorCode?: string | null | undefined;
  /** See `AuditEntry`. */
  readonly endedAt: string;
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
  readonly actorId?: string | null | undefined;
  /** See `AuditActor`. */
  readonly tenantId?: string | null | undefined;
  /** See `AuditActor`. */
  readonly clientId?: string | null | undefined;
  /** See `AuditActor`. */
  readonly address?: string | null | undefined;
};

/** See `AuditTarget`. */
export type AuditTargetInput = {
  /** See `AuditTarget`. */
  readonly type: string;
  /** See `AuditTarget`. */
  readonly id: string;
};

export type BeginAuditEntriesMutationVariables = Exact<{
  entries: ReadonlyArray<BegunAuditEntry> | BegunAuditEntry;
}>;


export type BeginAuditEntriesMutation = { readonly beginAuditEntries: boolean };

export type EndAuditEntriesMutationVariables = Exact<{
  entries: ReadonlyArray<EndedAuditEntry> | EndedAuditEntry;
}>;


export type EndAuditEntriesMutation = { readonly endAuditEntries: boolean };


export const BeginAuditEntriesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"BeginAuditEntries"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"entries"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"BegunAuditEntry"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"beginAuditEntries"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"entries"},"value":{"kind":"Variable","name":{"kind":"Name","value":"entries"}}}]}]}}]} as unknown as DocumentNode<BeginAuditEntriesMutation, BeginAuditEntriesMutationVariables>;
export const EndAuditEntriesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"EndAuditEntries"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"entries"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"EndedAuditEntry"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"endAuditEntries"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"entries"},"value":{"kind":"Variable","name":{"kind":"Name","value":"entries"}}}]}]}}]} as unknown as DocumentNode<EndAuditEntriesMutation, EndAuditEntriesMutationVariables>;
