import { readdirSync, readFileSync } from 'node:fs';
import { type DocumentNode, parse } from 'graphql';

/** One operation that a consumer sends, with what it may rely on in the answer. */
export interface ConsumerOperation {
  /** `<consumer>/<operation>`, for example `administrator/onboard`. */
  readonly name: string;
  readonly source: string;
  readonly document: DocumentNode;
  readonly case: ConsumerCase;
}

export interface ConsumerCase {
  /** The remembered value that is the access token; none: nobody is signed in. */
  readonly as?: string;
  /** `{{name}}` stands for a remembered value. */
  readonly variables?: Record<string, unknown>;
  /** What later operations need: a name, and the path in `data`. */
  readonly remember?: Record<string, string>;
  /** The shape of `data`: see shape.ts. */
  readonly expect: unknown;
}

const folder = new URL('./consumers/', import.meta.url);

/** Every consumer's operations, by name. */
export function readConsumers(): ReadonlyMap<string, ConsumerOperation> {
  const operations = new Map<string, ConsumerOperation>();
  for (const consumer of readdirSync(folder)) {
    const files = readdirSync(new URL(`${consumer}/`, folder)).filter((file) => file.endsWith('.graphql'));
    for (const file of files.sort()) {
      const name = `${consumer}/${file.replace('.graphql', '')}`;
      const source = readFileSync(new URL(`${name}.graphql`, folder), 'utf8');
      const expectation = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as ConsumerCase;
      operations.set(name, { name, source, document: parse(source), case: expectation });
    }
  }
  return operations;
}

export type Memory = Map<string, unknown>;

/** Replaces `{{name}}` by what is remembered under it. */
export function fill<T>(value: T, memory: Memory): T {
  if (typeof value === 'string') {
    const name = /^\{\{(\w+)\}\}$/.exec(value)?.[1];
    if (name === undefined) return value;
    if (!memory.has(name)) throw new Error(`nothing is remembered as ${name}`);
    return memory.get(name) as T;
  }
  if (Array.isArray(value)) return value.map((item) => fill(item, memory)) as T;
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, memory)])) as T;
  }
  return value;
}

/** The value at a path such as `onboard.tenant.tenantId` or `edges.0.node`. */
export function at(data: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], data);
}
