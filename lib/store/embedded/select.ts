import type { SQLInputValue } from 'node:sqlite';
import type { CollectionSpec, IndexValue, PageQuery, Position, Range, Selection } from '../port.ts';
import { compareIndexValues } from '../position.ts';
import { checkPage, checkSelection } from '../selection.ts';
import { countTableName, isCounted } from './counts.ts';
import { databaseIndex, indexColumn } from './schema.ts';

export interface Select {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

// biome-ignore lint/suspicious/noExplicitAny: whatever the documents are
type AnySpec = CollectionSpec<any>;

interface Condition {
  readonly sql: string;
  readonly values: readonly IndexValue[];
}

const OPERATORS = { gte: '>=', gt: '>', lte: '<=', lt: '<' } as const;

/** A select of one document more than the page holds, or `undefined` where no document can be on it. */
export function selectPage(spec: AnySpec, query: PageQuery): Select | undefined {
  const columns = columnsOf(checkPage(spec, query));
  const { prefix = [] } = query;
  const start = startOf(query);
  if (start === 'past the end') return undefined;

  const conditions = [...equalities(columns, prefix), ...bounds(columns[prefix.length], start.range)];
  if (start.after !== undefined) conditions.push(following(columns.slice(prefix.length), start.after, query.order));
  const direction = query.order === 'desc' ? ' DESC' : '';
  // An index whose every field is fixed is ordered by its last part, the key.
  const order = columns.slice(prefix.length).map((column) => `${column}${direction}`);
  return {
    sql: `SELECT version, doc FROM ${source(spec, query)}${where(conditions)} ORDER BY ${order.join(', ')} LIMIT ?`,
    values: [...conditions.flatMap(({ values }) => values.map(toSql)), query.limit + 1],
  };
}

export function selectCount(spec: AnySpec, selection: Selection): Select {
  const columns = columnsOf(checkSelection(spec, selection));
  const { index, prefix = [], range = {} } = selection;
  if (isCounted(spec, index) && prefix.length < columns.length - 1 && Object.keys(range).length === 0) {
    const conditions = equalities(columns, prefix);
    return {
      sql: `SELECT coalesce(sum(documents), 0) AS count FROM "${countTableName(spec, index)}"${where(conditions)}`,
      values: prefix.map(toSql),
    };
  }
  const conditions = [...equalities(columns, prefix), ...bounds(columns[prefix.length], range)];
  return {
    sql: `SELECT count(*) AS count FROM ${source(spec, selection)}${where(conditions)}`,
    values: conditions.flatMap(({ values }) => values.map(toSql)),
  };
}

/** The table, to be read by the index that was asked for: another with the same beginning would have to be sorted. */
function source(spec: AnySpec, { index }: Selection): string {
  return `"${spec.name}" INDEXED BY "${databaseIndex(spec, index)}"`;
}

/** The columns of the index, the key last. */
function columnsOf(fields: readonly string[]): readonly string[] {
  return [...fields.map((field) => `"${indexColumn(field)}"`), 'key'];
}

/**
 * Where the page starts. `after` and a bound of the range on the same side would be two conditions of which the
 * planner seeks by either; only the narrower is kept, so that a page costs the same wherever it is.
 */
function startOf({
  prefix = [],
  range = {},
  after,
  order,
}: PageQuery): { readonly range: Range; readonly after?: Position } | 'past the end' {
  if (after === undefined) return { range };
  const sign = order === 'desc' ? -1 : 1;
  for (const [part, value] of prefix.entries()) {
    const distance = sign * compareIndexValues(after[part] ?? null, value);
    if (distance > 0) return 'past the end';
    if (distance < 0) return { range };
  }
  const rest = after.slice(prefix.length);
  const narrowed: { -readonly [name in keyof Range]: Range[name] } = { ...range };
  for (const name of order === 'desc' ? (['lte', 'lt'] as const) : (['gte', 'gt'] as const)) {
    const limit = range[name];
    if (limit === undefined) continue;
    const distance = sign * compareIndexValues(rest[0] ?? null, limit);
    const includesLimit = name === 'gte' || name === 'lte';
    if (distance < 0 || (distance === 0 && !includesLimit)) return { range };
    delete narrowed[name];
  }
  return { range: narrowed, after: rest };
}

function equalities(columns: readonly string[], prefix: readonly IndexValue[]): Condition[] {
  return prefix.map((value, part) => ({ sql: `${columns[part]} = ?`, values: [value] }));
}

function bounds(column: string | undefined, range: Range): Condition[] {
  const names = ['gte', 'gt', 'lte', 'lt'] as const;
  return names.flatMap((name) => {
    const limit = range[name];
    return limit === undefined ? [] : [{ sql: `${column} ${OPERATORS[name]} ?`, values: [limit] }];
  });
}

function following(columns: readonly string[], after: Position, order: PageQuery['order']): Condition {
  const row = columns.length === 1 ? columns[0] : `(${columns.join(', ')})`;
  const marks = columns.length === 1 ? '?' : `(${columns.map(() => '?').join(', ')})`;
  return { sql: `${row} ${order === 'desc' ? '<' : '>'} ${marks}`, values: after };
}

function where(conditions: readonly Condition[]): string {
  return conditions.length === 0 ? '' : ` WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`;
}

/** The value as the generated columns hold it. */
function toSql(value: IndexValue): SQLInputValue {
  if (value === null) return Number.NEGATIVE_INFINITY;
  if (typeof value === 'boolean') return Uint8Array.of(value ? 1 : 0);
  return value;
}
