import type { GraphQLFieldResolver, GraphQLNamedType, GraphQLSchema } from 'graphql';
import { defaultFieldResolver, GraphQLID, getNamedType, isObjectType } from 'graphql';
import type { Principal } from '../auth/principal.ts';
import { AppError, type Subject } from '../errors.ts';
import type { RequestContext } from './context.ts';

/** The member of `extensions` in which a subgraph tells the gateway what became of mutations. It goes no further. */
export const REPORTS = 'mutations';

/** What became of one mutation field of an operation, as the service says that carried it out: for the audit log. */
export interface MutationReport {
  /** The field's key in the answer. */
  readonly key: string;
  readonly done: boolean;
  readonly subjects: readonly Subject[];
  /** Who proved by it who it is; null otherwise. */
  readonly proven: Pick<Principal, 'kind' | 'id' | 'tenantId'> | null;
}

type Resolver = GraphQLFieldResolver<unknown, RequestContext>;

/**
 * Lets every mutation that a person or a program may send report what became of it: the things of its payload and the
 * tenant that they belong to, whatever of them the operation selects. Changes the schema in place and returns it.
 */
export function reportMutations(schema: GraphQLSchema): GraphQLSchema {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    field.resolve = reporting(field.resolve ?? defaultFieldResolver, getNamedType(field.type));
  }
  return schema;
}

/** What a name such as `userId` is the id of: `User`. */
export function subjectType(idName: string): string {
  if (idName === 'clientId') return 'ServiceClient';
  return `${idName.charAt(0).toUpperCase()}${idName.slice(1, -'Id'.length)}`;
}

function reporting(resolve: Resolver, payloadType: GraphQLNamedType): Resolver {
  return async (source, args, context, info) => {
    const before = context.principal;
    if (before.kind === 'service') return await resolve(source, args, context, info);
    const report = (done: boolean, subjects: readonly Subject[]) => {
      const { kind, id, tenantId } = context.principal;
      const proven = context.principal === before ? null : { kind, id, tenantId };
      context.reports.push({ key: String(info.path.key), done, subjects, proven });
    };
    try {
      const payload = await resolve(source, args, context, info);
      report(true, subjectsOf(payloadType, payload));
      return payload;
    } catch (error) {
      report(false, error instanceof AppError && error.subject !== null ? [error.subject] : []);
      throw error;
    }
  };
}

/** The things of a payload: its own ids, and its members that have one. */
function subjectsOf(type: GraphQLNamedType, payload: unknown): Subject[] {
  if (!isObjectType(type) || typeof payload !== 'object' || payload === null) return [];
  const own = subjectOf(type, payload);
  const members = Object.values(type.getFields()).flatMap((field) => {
    const value = (payload as Record<string, unknown>)[field.name];
    return subjectOf(getNamedType(field.type), value);
  });
  return [...own, ...members];
}

/** By the first field of the type that holds an id. */
function subjectOf(type: GraphQLNamedType, value: unknown): Subject[] {
  if (!isObjectType(type) || typeof value !== 'object' || value === null) return [];
  const idField = Object.values(type.getFields()).find(
    (field) => getNamedType(field.type) === GraphQLID && field.name.endsWith('Id'),
  );
  if (idField === undefined) return [];
  const { [idField.name]: id, tenantId } = value as Record<string, unknown>;
  if (typeof id !== 'string') return [];
  return [{ type: subjectType(idField.name), id, tenantId: typeof tenantId === 'string' ? tenantId : null }];
}
