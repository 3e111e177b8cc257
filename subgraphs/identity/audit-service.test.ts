import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Principal } from '#lib/auth/principal.ts';
import { GRANTABLE_SCOPES } from '#lib/auth/scopes.ts';
import { ManualClock } from '#lib/clock.ts';
import { openEmbeddedStores } from '#lib/store/embedded/embedded.ts';
import type { Stores } from '#lib/store/port.ts';
import { type AuditService, type BegunEntry, createAuditService } from './audit-service.ts';
import { type IdentityStore, openIdentityStore } from './store.ts';

const ADMINISTRATOR: Principal = {
  kind: 'administrator',
  id: 'adm_1',
  tenantId: null,
  roles: ['PLATFORM_ADMINISTRATOR'],
  scopes: new Set(GRANTABLE_SCOPES),
};
const DAY = 24 * 60 * 60 * 1000;

let dataDir: string;
let stores: Stores;
let store: IdentityStore;
let audit: AuditService;
const clock = new ManualClock('2026-03-10T12:00:00.000Z');
let count = 0;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'audit-'));
  stores = await openEmbeddedStores({ dataDir });
  store = await openIdentityStore(stores);
  audit = createAuditService({ store, clock, retentionDays: 30, fingerprintKey: async () => 'key' });
});
afterAll(async () => {
  await stores.close();
  await rm(dataDir, { recursive: true, force: true });
});

function entry(set: Partial<BegunEntry> = {}): BegunEntry {
  return {
    entryId: `aud_${String(++count).padStart(6, '0')}`,
    actor: { kind: 'USER', actorId: 'usr_1', tenantId: 'ten_1', address: '127.0.0.1' },
    action: 'disableUser',
    targets: [],
    tenantId: 'ten_1',
    arguments: {},
    addresses: {},
    requestId: 'req_1',
    begunAt: clock.now().toISOString(),
    ...set,
  };
}

const done = (entryId: string, set: object = {}) => ({
  entryId,
  targets: [],
  result: 'DONE' as const,
  endedAt: clock.now().toISOString(),
  ...set,
});

describe('an entry of the audit log', () => {
  it('is written once, whatever its deliveries', async () => {
    const one = entry();
    await audit.begin([one]);
    await audit.begin([{ ...one, action: 'removeUser' }, entry()]);
    expect(await store.audit.get(one.entryId)).toMatchObject({ action: 'disableUser', version: 1 });
  });

  it('ends once: what has an end is left alone', async () => {
    const one = entry();
    await audit.begin([one]);
    await audit.end([done(one.entryId, { result: 'FAILED', errorCode: 'NOT_FOUND' })]);
    await audit.end([done(one.entryId)]);
    expect(await store.audit.get(one.entryId)).toMatchObject({ result: 'FAILED', errorCode: 'NOT_FOUND', version: 2 });
  });

  it('that was never begun has no end', async () => {
    await audit.end([done('aud_never')]);
    expect(await store.audit.get('aud_never')).toBeUndefined();
  });

  it('keeps what was known of it when its end says nothing else, and takes what its end says', async () => {
    const one = entry({ tenantId: null });
    const other = entry();
    await audit.begin([one, other]);
    await audit.end([
      done(one.entryId, { tenantId: 'ten_2', actor: { kind: 'USER', actorId: 'usr_2', tenantId: 'ten_2' } }),
      done(other.entryId, { tenantId: null, actor: null }),
    ]);
    expect(await store.audit.get(one.entryId)).toMatchObject({
      tenantId: 'ten_2',
      actorId: 'usr_2',
      actorTenantId: 'ten_2',
    });
    expect(await store.audit.get(other.entryId)).toMatchObject({
      tenantId: 'ten_1',
      actorId: 'usr_1',
      address: '127.0.0.1',
    });
  });

  it('of which nothing is heard is unknown after five minutes, and may still end', async () => {
    const one = entry();
    await audit.begin([one]);
    const read = async () => {
      const stored = await store.audit.get(one.entryId);
      return stored && audit.resultOf(stored);
    };
    clock.advance(5 * 60 * 1000);
    expect(await read()).toBe('PENDING');
    clock.advance(1);
    expect(await read()).toBe('UNKNOWN');
    await audit.end([done(one.entryId)]);
    expect(await read()).toBe('DONE');
  });

  it('has a fingerprint of an address, the same whatever its case, and not the address', async () => {
    const entries = ['Ada@Acme.example', 'ada@acme.example', 'bob@acme.example'].map((email) =>
      entry({ arguments: { email: '[withheld]' }, addresses: { email } }),
    );
    await audit.begin(entries);
    const stored = await store.audit.getMany(entries.map(({ entryId }) => entryId));
    const [first, second, third] = stored.map((document) => document?.arguments.email);
    expect(first).toMatch(/^email:[\w-]{22}$/);
    expect([second, third === first]).toEqual([first, false]);
    expect(JSON.stringify(stored)).not.toMatch(/acme/i);
  });
});

describe('the audit log', () => {
  it('forgets what is older than the retention, however much it is, and nothing else', async () => {
    const old = Array.from({ length: 1_050 }, () => entry({ action: 'old' }));
    await audit.begin(old);
    clock.advance(30 * DAY);
    await audit.begin([entry({ action: 'young' })]);
    const left = async (action: string) => await (await audit.list(ADMINISTRATOR, { action }, {})).totalCount();
    await audit.sweep();
    expect([await left('old'), await left('young')]).toEqual([1_050, 1]);
    clock.advance(1);
    await audit.sweep();
    expect([await left('old'), await left('young')]).toEqual([0, 1]);
  });

  it('lists what began at one instant in one order, page by page', async () => {
    const all = Array.from({ length: 25 }, () => entry({ action: 'paged' }));
    await audit.begin(all);
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page = await audit.list(ADMINISTRATOR, { action: 'paged' }, { first: 10, after });
      seen.push(...page.edges.map(({ node }) => node.entryId));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    expect(seen).toEqual(all.map(({ entryId }) => entryId).reverse());
  });
});
