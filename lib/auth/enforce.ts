import type {
  DirectiveNode,
  FieldDefinitionNode,
  GraphQLFieldResolver,
  GraphQLObjectType,
  GraphQLSchema,
} from 'graphql';
import {
  defaultFieldResolver,
  getNamedType,
  isInputObjectType,
  isNonNullType,
  isObjectType,
  valueFromASTUntyped,
} from 'graphql';
import { AppError, notFound } from '../errors.ts';
import type { RequestContext } from '../graphql/context.ts';
import type { SubgraphName } from '../service-name.ts';
import { maySeeTenant, type Principal, serviceOf } from './principal.ts';
import { SERVICE_CALLS } from './service-commands.generated.ts';

/** What a field asks of the principal. `scopes`: any one of these sets, each of which must be held whole. */
export interface Requirement {
  readonly authenticated: boolean;
  readonly scopes: readonly (readonly string[])[];
}

type Resolver = GraphQLFieldResolver<unknown, RequestContext>;

/**
 * Puts the SDL's `@authenticated` and `@requiresScopes` (Apollo Federation, "Authorization directives") in front of every
 * resolver, and hides other tenants: a `tenantId` in a field's arguments or input names a tenant that must exist for the
 * principal. A service may ask what its own calls name (`subgraphs/<caller>/calls`) and nothing else, whatever its scopes.
 * Changes the schema in place and returns it.
 *
 * @param name the subgraph whose schema it is
 */
export function enforceAuthorization(schema: GraphQLSchema, name: SubgraphName): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    const isQuery = type === schema.getQueryType();
    const isRoot = isQuery || type === schema.getMutationType();
    for (const field of Object.values(type.getFields())) {
      const requirement = requirementOf(type, field.astNode);
      const tenantPath = tenantArgument(field);
      const hideSilently = isQuery && !isNonNullType(field.type);
      if (requirement !== undefined || tenantPath !== undefined)
        field.resolve = guard(field.resolve ?? defaultFieldResolver, requirement, tenantPath, hideSilently);
      if (isRoot) field.resolve = guardCalls(field.resolve ?? defaultFieldResolver, name, field.name);
    }
  }
  return schema;
}

/** What the SDL asks for on a field or on its type; `undefined` where it asks for nothing. */
export function requirementOf(
  type: GraphQLObjectType,
  field: FieldDefinitionNode | null | undefined,
): Requirement | undefined {
  const typeNodes = [type.astNode, ...type.extensionASTNodes];
  const directives: DirectiveNode[] = [
    ...(field?.directives ?? []),
    ...typeNodes.flatMap((node) => node?.directives ?? []),
  ];
  const authenticated = directives.some((directive) => directive.name.value === 'authenticated');
  const scopes = directives
    .filter((directive) => directive.name.value === 'requiresScopes')
    .flatMap((directive) => {
      const value = directive.arguments?.find((argument) => argument.name.value === 'scopes')?.value;
      return value === undefined ? [] : (valueFromASTUntyped(value) as string[][]);
    });
  if (!authenticated && scopes.length === 0) return undefined;
  return { authenticated: true, scopes };
}

/** @throws {AppError} `UNAUTHENTICATED` for nobody, `FORBIDDEN` without the scopes */
export function authorize(principal: Principal, requirement: Requirement): void {
  if (principal.kind === 'anonymous')
    throw new AppError('UNAUTHENTICATED', 'Sign in first: this needs an access token.');
  if (requirement.scopes.length === 0) return;
  if (requirement.scopes.some((all) => all.every((scope) => principal.scopes.has(scope)))) return;
  const wanted = requirement.scopes.map((all) => all.join(' and ')).join(', or ');
  throw new AppError('FORBIDDEN', `This needs the scope ${wanted}.`);
}

/** Wraps every `__resolveReference` keyed on `tenantId`: a tenant that the principal may not see resolves to null. */
export function guardReferences(resolvers: Record<string, object>): Record<string, object> {
  return Object.fromEntries(
    Object.entries(resolvers).map(([typeName, fields]) => {
      if (!('__resolveReference' in fields)) return [typeName, fields];
      const resolve = fields.__resolveReference as (
        reference: { tenantId?: string },
        context: RequestContext,
        info: unknown,
      ) => unknown;
      const guarded: typeof resolve = (reference, context, info) => {
        if (reference.tenantId !== undefined && !maySeeTenant(context.principal, reference.tenantId)) return null;
        return resolve(reference, context, info);
      };
      return [typeName, { ...fields, __resolveReference: guarded }];
    }),
  );
}

/** Whether a service may ask a root field of a subgraph in its own name. */
export function mayAsk(principal: Principal, subgraph: SubgraphName, field: string): boolean {
  const caller = serviceOf(principal);
  return caller === undefined || (SERVICE_CALLS[caller][subgraph]?.includes(field) ?? false);
}

function guardCalls(resolve: Resolver, subgraph: SubgraphName, field: string): Resolver {
  return (source, args, context, info) => {
    if (!mayAsk(context.principal, subgraph, field)) {
      throw new AppError('FORBIDDEN', 'This service does not ask for that: its calls do not name it.');
    }
    return resolve(source, args, context, info);
  };
}

function guard(
  resolve: Resolver,
  requirement: Requirement | undefined,
  tenantPath: TenantPath | undefined,
  hideSilently: boolean,
): Resolver {
  return (source, args, context, info) => {
    if (requirement !== undefined) authorize(context.principal, requirement);
    const tenantId = tenantPath?.(args);
    if (
      typeof tenantId === 'string' &&
      context.principal.kind !== 'anonymous' &&
      !maySeeTenant(context.principal, tenantId)
    ) {
      if (hideSilently) return null;
      throw notFound('tenant');
    }
    return resolve(source, args, context, info);
  };
}

type TenantPath = (args: Record<string, unknown>) => unknown;

/** Where a field's arguments name a tenant: `tenantId`, or `input.tenantId`. */
function tenantArgument(field: {
  readonly args: readonly { readonly name: string; readonly type: unknown }[];
}): TenantPath | undefined {
  if (field.args.some((argument) => argument.name === 'tenantId')) return (args) => args.tenantId;
  const input = field.args.find((argument) => argument.name === 'input');
  const type = input === undefined ? undefined : getNamedType(input.type as GraphQLObjectType);
  if (isInputObjectType(type) && type.getFields().tenantId !== undefined) {
    return (args) => (args.input as { tenantId?: unknown }).tenantId;
  }
  return undefined;
}
