import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Disk, DocumentsOf } from './disk.ts';
import type { Document } from './documents.ts';
import { expect } from './invariants.ts';
import type { Snapshot } from './snapshot.ts';

const READ = {
  tenant: ['names'],
  user: ['users', 'rosters', 'emails'],
  identity: ['identities'],
  onboarding: ['workflows', 'locks'],
  billing: ['accounts', 'invoices', 'numbers'],
  provisioning: ['infrastructures'],
};
const TENANT_ID = /ten_[0-9a-f]{32}/g;
const PLACES: Readonly<Record<string, string>> = { POOL: 'pool/slots', BRIDGE: 'bridge', SILO: 'silo' };

/** What is wrong on the disk below a graph at rest: what the API does not show, since it only ever looks from one side. */
export async function diskViolations(disk: Disk, { tenants }: Snapshot): Promise<string[]> {
  const documentsOf = await disk.read(READ);
  const live = new Set(tenants.filter(({ status }) => status === 'ACTIVE').map(({ tenantId }) => tenantId));
  const known = new Set(tenants.map(({ tenantId }) => tenantId));
  return [
    ...disk.damage(),
    ...claimViolations(documentsOf, live),
    ...accountViolations(documentsOf, known),
    ...infrastructureViolations(disk, documentsOf('provisioning', 'infrastructures'), live),
    ...workflowViolations(documentsOf),
  ];
}

/** Names and addresses are held by whom they were made for, and by nobody else. */
function claimViolations(documentsOf: DocumentsOf, live: ReadonlySet<string>): string[] {
  const users = documentsOf('user', 'users');
  const ids = users.map(({ userId }) => userId).sort();
  const of = (service: string, collection: string, field: string) =>
    documentsOf(service, collection)
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

function accountViolations(documentsOf: DocumentsOf, known: ReadonlySet<string>): string[] {
  const accounts = documentsOf('billing', 'accounts');
  const numbered = documentsOf('billing', 'invoices').filter(({ number }) => number !== null);
  const taken = documentsOf('billing', 'numbers').reduce((sum, { last }) => sum + last, 0);
  return [
    ...expect('accounts', accounts.map(({ tenantId }) => tenantId).sort(), [...known].sort()),
    ...expect('numbers taken', taken, numbered.length),
  ];
}

/** Of who is live there is what its placement says; of who is not there is no path and no byte. */
function infrastructureViolations(disk: Disk, documents: readonly Document[], live: ReadonlySet<string>): string[] {
  const root = join(disk.dataDir, 'infrastructure');
  const placed = documents.flatMap(({ placements }) => placements);
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
    ...expect('slots in the pool', disk.pooled().sort(), of('POOL').sort()),
    ...expect('staging', entries(join(root, 'staging')), []),
    ...filesBelow(root).flatMap((file) => strangersIn(root, file, live)),
    ...placed.flatMap(({ resources }) => missing(disk.dataDir, resources)),
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

function workflowViolations(documentsOf: DocumentsOf): string[] {
  return [
    ...expect('locks', documentsOf('onboarding', 'locks'), []),
    ...documentsOf('onboarding', 'workflows')
      .filter(({ nextRunAt }) => nextRunAt !== null)
      .map((workflow) => `${workflow.workflowId} is still due: ${JSON.stringify(workflow)}`),
  ];
}

function entries(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

function filesBelow(folder: string): string[] {
  return entries(folder)
    .map((entry) => join(folder, entry))
    .flatMap((path) => (statSync(path).isDirectory() ? filesBelow(path) : [path]));
}
