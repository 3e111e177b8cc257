import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from './invariants.ts';
import type { Snapshot } from './snapshot.ts';
import { isThere } from './steps/disk.ts';

// biome-ignore lint/suspicious/noExplicitAny: documents of many shapes
type Document = any;

const SERVICES = ['tenant', 'user', 'identity', 'onboarding', 'billing', 'provisioning', 'metrics'] as const;
const TENANT_ID = /ten_[0-9a-f]{32}/g;
const PLACES: Readonly<Record<string, string>> = { POOL: 'pool/slots', BRIDGE: 'bridge', SILO: 'silo' };

/** Reads the documents of one collection that are not tombstones, while the server runs. */
export function documentsOf(dataDir: string, service: string, collection: string): Document[] {
  return rowsOf(join(dataDir, `${service}.db`), `SELECT doc FROM "${collection}"`)
    .map(({ doc }) => JSON.parse(doc))
    .filter(isThere);
}

/** What is wrong on the disk below a graph at rest: what the API does not show, since it only ever looks from one side. */
export function diskViolations(dataDir: string, { tenants }: Snapshot): string[] {
  const live = new Set(tenants.filter(({ status }) => status === 'ACTIVE').map(({ tenantId }) => tenantId));
  const known = new Set(tenants.map(({ tenantId }) => tenantId));
  return [
    ...SERVICES.flatMap((service) => damageOf(join(dataDir, `${service}.db`))),
    ...claimViolations(dataDir, live),
    ...accountViolations(dataDir, known),
    ...infrastructureViolations(dataDir, live),
    ...workflowViolations(dataDir),
  ];
}

/** Whether a workflow is still to be given its end, or told it again. */
export function hasDueWorkflows(dataDir: string): boolean {
  return documentsOf(dataDir, 'onboarding', 'workflows').some(({ nextRunAt }) => nextRunAt !== null);
}

/** Names and addresses are held by whom they were made for, and by nobody else. */
function claimViolations(dataDir: string, live: ReadonlySet<string>): string[] {
  const users = documentsOf(dataDir, 'user', 'users');
  const ids = users.map(({ userId }) => userId).sort();
  const of = (service: string, collection: string, field: string) =>
    documentsOf(dataDir, service, collection)
      .map((document) => document[field])
      .sort();
  return [
    ...expect('tenants that hold a name', of('tenant', 'names', 'tenantId'), [...live].sort()),
    ...expect('tenants with a roster', of('user', 'rosters', 'tenantId'), [...live].sort()),
    ...expect('users that hold an address', of('user', 'emails', 'userId'), ids),
    ...expect('users that can sign in', of('identity', 'identities', 'userId'), ids),
    ...users.filter(({ tenantId }) => !live.has(tenantId)).map((user) => `user of no tenant: ${JSON.stringify(user)}`),
  ];
}

function accountViolations(dataDir: string, known: ReadonlySet<string>): string[] {
  const accounts = documentsOf(dataDir, 'billing', 'accounts');
  const numbered = documentsOf(dataDir, 'billing', 'invoices').filter(({ number }) => number !== null);
  const taken = documentsOf(dataDir, 'billing', 'numbers').reduce((sum, { last }) => sum + last, 0);
  return [
    ...expect('accounts', accounts.map(({ tenantId }) => tenantId).sort(), [...known].sort()),
    ...expect('numbers taken', taken, numbered.length),
  ];
}

/** Of who is live there is what its placement says; of who is not there is no path and no byte. */
function infrastructureViolations(dataDir: string, live: ReadonlySet<string>): string[] {
  const root = join(dataDir, 'infrastructure');
  const documents = documentsOf(dataDir, 'provisioning', 'infrastructures');
  const placed = documents.flatMap(({ placements }) => placements);
  const inPool = existsSync(join(root, 'pool', 'pool.db'))
    ? rowsOf(join(root, 'pool', 'pool.db'), 'SELECT tenant_id AS doc FROM tenants').map(({ doc }) => doc)
    : [];
  const of = (isolation: string) =>
    documents.filter(({ current }) => current === isolation).map(({ tenantId }) => tenantId);
  return [
    ...expect('tenants with infrastructure', documents.map(({ tenantId }) => tenantId).sort(), [...live].sort()),
    ...expect('placements', placed.filter(({ status }) => status === 'READY').length, documents.length),
    ...expect(
      'placements that are not ready',
      placed.filter(({ status }) => status !== 'READY'),
      [],
    ),
    ...Object.entries(PLACES).flatMap(([isolation, place]) =>
      expect(
        place,
        entries(join(root, place)).map((entry) => entry.replace('.json', '')),
        of(isolation).sort(),
      ),
    ),
    ...expect('slots in the pool', inPool.sort(), of('POOL').sort()),
    ...expect('staging', entries(join(root, 'staging')), []),
    ...filesBelow(root).flatMap((file) => strangersIn(root, file, live)),
    ...placed.flatMap(({ resources }) => missing(dataDir, resources)),
  ];
}

function missing(dataDir: string, resources: readonly Document[]): string[] {
  const paths = resources.map(({ attributes }) => attributes.path).filter((path) => typeof path === 'string');
  return paths.filter((path) => !existsSync(join(dataDir, path))).map((path) => `${path} is not there`);
}

function strangersIn(root: string, file: string, live: ReadonlySet<string>): string[] {
  const text = `${relative(root, file)}\n${readFileSync(file, 'latin1')}`;
  const strangers = new Set((text.match(TENANT_ID) ?? []).filter((tenantId) => !live.has(tenantId)));
  return [...strangers].map((tenantId) => `${relative(root, file)} still knows ${tenantId}`);
}

function workflowViolations(dataDir: string): string[] {
  return [
    ...expect('locks', documentsOf(dataDir, 'onboarding', 'locks'), []),
    ...documentsOf(dataDir, 'onboarding', 'workflows')
      .filter(({ nextRunAt }) => nextRunAt !== null)
      .map((workflow) => `${workflow.workflowId} is still due: ${JSON.stringify(workflow)}`),
  ];
}

function damageOf(file: string): string[] {
  return expect(file, rowsOf(file, 'SELECT quick_check AS doc FROM pragma_quick_check'), [{ doc: 'ok' }]);
}

function rowsOf(file: string, sql: string): { doc: string }[] {
  const database = new DatabaseSync(file, { readOnly: true, timeout: 2_000 });
  try {
    return database.prepare(sql).all() as { doc: string }[];
  } finally {
    database.close();
  }
}

function entries(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

function filesBelow(folder: string): string[] {
  return entries(folder)
    .map((entry) => join(folder, entry))
    .flatMap((path) => (statSync(path).isDirectory() ? filesBelow(path) : [path]));
}
