import { type Principal, serviceOf } from '#lib/auth/principal.ts';
import { SERVICE_CALLS } from '#lib/auth/service-commands.generated.ts';
import type { SubgraphName } from '#lib/service-name.ts';
import type { Caller } from './callers.ts';
import {
  COMMAND,
  FOUND_IN,
  GRANTS,
  OF_NO_TENANT,
  OF_OTHERS,
  OPEN,
  REFERENCES,
  SCOPES,
  type Scopes,
  WITH_PASSWORD,
} from './decisions.ts';
import type { Operation } from './operations.ts';

/** What became of an operation. `allowed`: it went as far as it can go where nothing can be written. */
export type Outcome = 'UNAUTHENTICATED' | 'FORBIDDEN' | 'nothing there' | 'allowed' | 'broken';

/** Where a thing is that a caller asks for. */
export type Where = 'at home' | 'across tenants' | 'away';

/** An answer, as far as it matters here. */
export interface Answered {
  readonly data?: Record<string, unknown> | null | undefined;
  readonly errors?: readonly { readonly message: string; readonly extensions: Record<string, unknown> }[] | undefined;
}

/**
 * What the table says becomes of an operation; several where it leaves open which, since none tells anything of another tenant.
 *
 * @param subgraph `undefined` where the gateway is asked: no service asks there
 */
export function expectedOf(
  subgraph: SubgraphName | undefined,
  operation: Operation,
  caller: Caller,
  where: Where,
): Outcome[] {
  const { coordinate } = operation;
  const { principal, outlived } = caller;
  const [type = ''] = coordinate.split('.');
  const service = serviceOf(principal);
  if (service !== undefined && subgraph !== undefined && !SERVICE_CALLS[service][subgraph]?.includes(operation.asks))
    return ['FORBIDDEN'];
  if (OPEN.includes(coordinate)) return ['allowed'];
  // A reference that a caller may not resolve is null, before its fields are asked for anything.
  const others = OF_OTHERS[coordinate];
  const reference = others === undefined ? REFERENCES[type] : undefined;
  if (reference !== undefined) {
    const may = principal.kind !== 'anonymous' && where !== 'away' && holds(principal, [reference]);
    if (!may) return ['nothing there'];
  }
  if (principal.kind === 'anonymous') return ['UNAUTHENTICATED'];
  const outer = FOUND_IN[type];
  if (outer !== undefined && (!holds(principal, SCOPES[outer] ?? COMMAND) || where === 'away')) {
    return expectedOf(subgraph, { ...operation, coordinate: outer }, caller, where);
  }
  const scopes = SCOPES[coordinate] ?? COMMAND;
  if (!holds(principal, scopes)) return ['FORBIDDEN'];
  const isPerson = principal.kind === 'user' || principal.kind === 'administrator';
  if (WITH_PASSWORD.includes(coordinate)) return [isPerson ? 'allowed' : 'FORBIDDEN'];
  const away = where === 'away' && !OF_NO_TENANT.includes(coordinate);
  const grants = holds(principal, [GRANTS[coordinate] ?? others ?? []]);
  if (outlived && others?.includes('user:write')) return away ? ['nothing there'] : ['FORBIDDEN'];
  if (outlived && scopes.flat().includes('user:write'))
    return away ? ['UNAUTHENTICATED', 'nothing there'] : ['UNAUTHENTICATED'];
  // Both tell nothing of the other tenant: what the one is identical to is tested below.
  if (away) return grants ? ['nothing there'] : ['nothing there', 'FORBIDDEN'];
  return [grants ? 'allowed' : 'FORBIDDEN'];
}

/** The same of a field of an entity that is asked for through the field of the root that answers it. */
export function expectedThrough(root: string, operation: Operation, caller: Caller, where: Where): Outcome[] {
  const outer = expectedOf(undefined, { ...operation, coordinate: root }, caller, where);
  if (!outer.includes('allowed')) return outer;
  return holds(caller.principal, SCOPES[operation.coordinate] ?? COMMAND) ? ['allowed'] : ['FORBIDDEN'];
}

/** @param scopes none: it is enough to be somebody */
function holds(principal: Principal, scopes: Scopes): boolean {
  return scopes.length === 0 || scopes.some((all) => all.every((scope) => principal.scopes.has(scope)));
}

/** What became of it. */
export function outcomeOf(operation: Operation, { data, errors = [] }: Answered): Outcome {
  const [error] = errors;
  const code = error?.extensions.code;
  const { coordinate } = operation;
  const isOpen = [...OPEN, ...WITH_PASSWORD].includes(coordinate);
  if (code === 'UNAUTHENTICATED') return isOpen && !error?.message.startsWith('Sign in first') ? 'allowed' : code;
  if (code === 'FORBIDDEN') return code;
  if (code === 'NOT_FOUND') return 'nothing there';
  if (code === 'INTERNAL_SERVER_ERROR' || code === 'BAD_USER_INPUT') return 'broken';
  if (code !== undefined) return 'allowed';
  const [value] = Object.values(data ?? {});
  const [entity] = data?._entities === undefined ? [] : (data._entities as (Record<string, unknown> | null)[]);
  const answered =
    entity === undefined ? value : coordinate in OF_OTHERS ? (entity?.[operation.field.name] ?? null) : entity;
  return answered === null && !OF_NO_TENANT.includes(coordinate) ? 'nothing there' : 'allowed';
}
