import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import { createIds } from '#lib/ids.ts';
import { createLog } from '#lib/log.ts';
import type { Stores } from '#lib/store/port.ts';
import { type Around, collectionAround, interleave, orders, seeded } from '#test/support/around.ts';
import { openTestStores, removeStores } from '#test/support/stores.ts';
import { type Driver, DriverUnavailable } from './driver.ts';
import { createLocalDriver } from './drivers/local.ts';
import { createProvisioningService, type ProvisioningService } from './service.ts';
import { openProvisioningStore, type ProvisioningStore } from './store.ts';

const TENANT = 'ten_a';
const clock = new ManualClock('2026-03-10T12:00:00.000Z');
let dataDir: string;
let stores: Stores;
let store: ProvisioningStore;
let driver: Driver;
let service: ProvisioningService;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'provisioning-'));
  stores = await openTestStores(dataDir);
  store = await openProvisioningStore(stores);
  driver = createLocalDriver({ dataDir, ids: createIds(clock) });
  service = serviceOn(store, driver);
});
afterEach(async () => {
  await driver.close();
  await stores.close();
  await removeStores(dataDir);
});

function serviceOn(store: ProvisioningStore, driver: Driver): ProvisioningService {
  return createProvisioningService({ store, driver, clock, log: createLog('silent') });
}

const command = (commandId: string) => ({ commandId, tenantId: TENANT });
const provision = (tier: 'FREE' | 'STANDARD' | 'PREMIUM', workflow: string) => (on: ProvisioningService) =>
  on.provision({ ...command(`${workflow}/PROVISION_INFRASTRUCTURE`), tier });
const discard = (tier: 'FREE' | 'STANDARD' | 'PREMIUM', workflow: string) => (on: ProvisioningService) =>
  on.discard({ ...command(`${workflow}/PROVISION_INFRASTRUCTURE`), tier });
const release = (tier: 'FREE' | 'STANDARD' | 'PREMIUM', workflow: string) => (on: ProvisioningService) =>
  on.release({ ...command(`${workflow}/RELEASE_INFRASTRUCTURE`), tier });
const deprovision = (on: ProvisioningService) => on.deprovision(command('wf_9/DEPROVISION_INFRASTRUCTURE'));

type Use = (on: ProvisioningService) => Promise<unknown>;

const NOTHING = { current: undefined, placements: [], files: [], listed: [] };

/** What is recorded and what stands on disk. */
async function state() {
  const document = await store.infrastructures.get(TENANT);
  const placements = document?.placements ?? [];
  const files = (await readdir(dataDir, { recursive: true })).map((path) => path.replace('infrastructure/', ''));
  return {
    current: document?.current ?? undefined,
    placements: placements.map(({ isolation, status, resources }) => [isolation, status, resources.length]),
    files: files.filter((path) => path.includes(TENANT)).sort(),
    listed: await driver.list(),
  };
}

/** As if the tenant had never been. */
async function clear(): Promise<void> {
  await deprovision(service);
  await store.infrastructures.delete(TENANT);
}

/** A process that dies at its nth step, before or after the step took effect, and does nothing more. */
function dyingService(step: number, when: 'before' | 'after'): { service: ProvisioningService; died: () => boolean } {
  let steps = 0;
  const mortal = <T extends object>(target: T, names: readonly string[]): T =>
    new Proxy(target, {
      get(of, name) {
        const value: unknown = Reflect.get(of, name);
        if (typeof value !== 'function') return value;
        if (!names.includes(String(name))) return value.bind(of);
        return async (...values: unknown[]) => {
          steps += 1;
          if (steps > step || (steps === step && when === 'before')) throw new Error('dead');
          const result = await value.apply(of, values);
          if (steps === step) throw new Error('dead');
          return result;
        };
      },
    });
  const infrastructures = mortal(store.infrastructures, ['insert', 'update', 'delete']);
  const mortalDriver = mortal(driver, ['create', 'destroy']);
  return { service: serviceOn({ ...store, infrastructures }, mortalDriver), died: () => steps >= step };
}

describe('a command that died at any of its steps is completed by sending it again', () => {
  const cases: [string, readonly Use[], Use, object][] = [
    ['the first provisioning', [], provision('STANDARD', 'wf_1'), { current: 'BRIDGE', listed: [TENANT] }],
    [
      'provisioning beside what is in use',
      [provision('FREE', 'wf_1')],
      provision('PREMIUM', 'wf_2'),
      { current: 'POOL' },
    ],
    ['undoing an onboarding', [provision('PREMIUM', 'wf_1')], discard('PREMIUM', 'wf_1'), { files: [], listed: [] }],
    [
      'undoing a tier change',
      [provision('FREE', 'wf_1'), provision('STANDARD', 'wf_2')],
      discard('STANDARD', 'wf_2'),
      { placements: [['POOL', 'READY', 2]], files: [`pool/slots/${TENANT}.json`] },
    ],
    [
      'a release',
      [provision('FREE', 'wf_1'), provision('STANDARD', 'wf_2')],
      release('STANDARD', 'wf_2'),
      {
        current: 'BRIDGE',
        placements: [['BRIDGE', 'READY', 2]],
        files: [`bridge/${TENANT}`, `bridge/${TENANT}/manifest.json`, `bridge/${TENANT}/tenant.db`],
      },
    ],
    [
      'deprovisioning',
      [provision('FREE', 'wf_1'), provision('STANDARD', 'wf_2'), provision('PREMIUM', 'wf_3')],
      deprovision,
      { placements: [], files: [], listed: [] },
    ],
  ];

  it.each(cases)('%s', async (_, before, use, outcome) => {
    let deaths = 0;
    for (const when of ['before', 'after'] as const) {
      for (let step = 1; ; step++) {
        for (const earlier of before) await earlier(service);
        const dying = dyingService(step, when);
        const ended = await use(dying.service).then(
          () => 'answered',
          () => 'dead',
        );
        if (!dying.died()) {
          expect(ended).toBe('answered');
          await clear();
          break;
        }
        expect(ended).toBe('dead');
        deaths += 1;
        await use(serviceOn(store, driver));
        expect(await state()).toMatchObject(outcome);
        await deprovision(service);
        expect(await state()).toEqual(NOTHING);
        await clear();
      }
    }
    expect(deaths).toBeGreaterThanOrEqual(6);
  });

  it.each(cases)('%s, or by taking everything away instead', async (_, before, use) => {
    for (const when of ['before', 'after'] as const) {
      for (let step = 1; ; step++) {
        for (const earlier of before) await earlier(service);
        const dying = dyingService(step, when);
        await use(dying.service).catch(() => undefined);
        await deprovision(serviceOn(store, driver));
        expect(await state()).toEqual(NOTHING);
        await clear();
        if (!dying.died()) break;
      }
    }
  });
});

describe('a driver that fails', () => {
  const failing = (error: Error): Driver => ({
    ...driver,
    create: () => Promise.reject(error),
    destroy: () => Promise.reject(error),
  });
  const full = () => new DriverUnavailable(`ENOSPC: no space left on device, open '${dataDir}/x'`);

  it('is UNAVAILABLE to the caller, without a path, and shown as FAILED until it is done again', async () => {
    const answer = provision('STANDARD', 'wf_1')(serviceOn(store, failing(full())));
    await expect(answer).rejects.toMatchObject({ code: 'UNAVAILABLE', message: expect.not.stringContaining('/') });
    expect(await state()).toMatchObject({ current: 'BRIDGE', placements: [['BRIDGE', 'FAILED', 0]], listed: [] });
    await provision('STANDARD', 'wf_1')(service);
    expect(await state()).toMatchObject({ placements: [['BRIDGE', 'READY', 2]], listed: [TENANT] });
  });

  it('leaves what it cannot take away condemned, and what comes after it finds nothing of the old', async () => {
    for (const use of [provision('FREE', 'wf_1'), provision('STANDARD', 'wf_2')]) await use(service);
    const refused = serviceOn(store, failing(full()));
    await expect(discard('STANDARD', 'wf_2')(refused)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    const [old] = (await store.infrastructures.get(TENANT))?.placements[1]?.resources ?? [];
    expect(await state()).toMatchObject({
      placements: [
        ['POOL', 'READY', 2],
        ['BRIDGE', 'DEPROVISIONING', 2],
      ],
    });
    const made = await service.provision({ ...command('wf_3/X'), tier: 'STANDARD' });
    expect(made.status).toBe('READY');
    expect(made.resources[0]?.resourceId).not.toBe(old?.resourceId);
    await expect(deprovision(refused)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await state()).toMatchObject({ listed: [TENANT] });
    await deprovision(service);
    expect(await state()).toEqual(NOTHING);
  });

  it('is not hidden when it is a fault of the program', async () => {
    const answer = provision('STANDARD', 'wf_1')(serviceOn(store, failing(new TypeError('a bug'))));
    await expect(answer).rejects.toThrow(TypeError);
  });
});

describe('a command that comes late', () => {
  const nothing = [
    ['undone', [discard('PREMIUM', 'wf_1')]],
    ['gone', [deprovision]],
  ] as const;

  it.each(nothing)('makes nothing for a tenant that is %s, and needs no second look', async (_, before) => {
    for (const earlier of [[provision('PREMIUM', 'wf_1'), ...before], before]) {
      await clear();
      for (const use of earlier) await use(service);
      const unused: Driver = { ...driver, create: () => Promise.reject(new Error('it was asked')) };
      const late = provision('PREMIUM', 'wf_1')(serviceOn(store, unused));
      await expect(late).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
      expect(await state()).toEqual(NOTHING);
    }
  });

  it('of an earlier tier change takes nothing of a later one away, and makes nothing', async () => {
    const uses = [
      provision('FREE', 'wf_1'),
      ...[provision('STANDARD', 'wf_2'), release('STANDARD', 'wf_2')],
      ...[provision('PREMIUM', 'wf_3'), discard('PREMIUM', 'wf_3')],
      ...[provision('FREE', 'wf_4'), release('FREE', 'wf_4'), provision('PREMIUM', 'wf_5')],
    ];
    for (const use of uses) await use(service);
    const before = await state();
    expect(before).toMatchObject({
      current: 'POOL',
      placements: [
        ['POOL', 'READY', 2],
        ['SILO', 'READY', 4],
      ],
    });
    const late = [provision('STANDARD', 'wf_2'), release('STANDARD', 'wf_2'), provision('PREMIUM', 'wf_3')];
    for (const use of late) await expect(use(service)).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
    for (const use of [discard('PREMIUM', 'wf_3'), discard('FREE', 'wf_1')]) await use(service);
    expect(await state()).toEqual(before);
  });
});

describe('commands of several workflows at the same time leave what some order of them leaves', () => {
  const cases: [string, readonly Use[], readonly Use[]][] = [
    [
      'an onboarding and its undo, twice',
      [],
      [provision('PREMIUM', 'wf_1'), discard('PREMIUM', 'wf_1'), provision('PREMIUM', 'wf_1')],
    ],
    [
      'an onboarding and the end of everything',
      [],
      [provision('STANDARD', 'wf_1'), deprovision, discard('STANDARD', 'wf_1')],
    ],
    [
      'two tier changes',
      [provision('FREE', 'wf_1')],
      [
        provision('STANDARD', 'wf_2'),
        release('STANDARD', 'wf_2'),
        discard('STANDARD', 'wf_2'),
        provision('PREMIUM', 'wf_3'),
      ],
    ],
    [
      'a release and the end of everything',
      [provision('FREE', 'wf_1'), provision('PREMIUM', 'wf_2')],
      [release('PREMIUM', 'wf_2'), deprovision, provision('PREMIUM', 'wf_2')],
    ],
  ];

  it.each(cases)('%s', async (_, before, uses) => {
    const outcome = async () => {
      const { over, workflow, gone } = (await store.infrastructures.get(TENANT)) ?? {};
      return JSON.stringify({ ...(await state()), over: over?.toSorted(), workflow, gone });
    };
    const serial = new Set<string>();
    for (const order of orders(uses)) {
      for (const use of [...before, ...order]) await use(service).catch(unlessRefused);
      serial.add(await outcome());
      await clear();
    }
    for (let seed = 1; seed <= 12; seed += 1) {
      for (const use of before) await use(service);
      await interleave(
        uses.map((use) => (around) => use(serviceAround(around)).catch(unlessRefused)),
        seeded(seed),
      );
      expect([...serial], `seed ${seed}`).toContain(await outcome());
      await clear();
    }
  });

  function serviceAround(around: Around): ProvisioningService {
    const driverAround: Driver = {
      ...driver,
      create: (...of) => around('write', () => driver.create(...of)),
      destroy: (...of) => around('write', () => driver.destroy(...of)),
    };
    return serviceOn({ ...store, infrastructures: collectionAround(store.infrastructures, around) }, driverAround);
  }

  function unlessRefused(error: { code?: string }): void {
    expect(error.code).toBe('FAILED_PRECONDITION');
  }
});

describe('two processes at once', () => {
  it('what one takes away while the other makes it does not stay behind', async () => {
    const slow: Driver = {
      ...driver,
      create: async (tenantId, isolation) => {
        await deprovision(serviceOn(store, driver));
        return await driver.create(tenantId, isolation);
      },
    };
    await expect(provision('PREMIUM', 'wf_1')(serviceOn(store, slow))).rejects.toMatchObject({
      code: 'FAILED_PRECONDITION',
    });
    expect(await state()).toEqual(NOTHING);
  });

  it('make one placement of the same command', async () => {
    const services = Array.from({ length: 5 }, () => serviceOn(store, driver));
    const settled = await Promise.allSettled(services.map(provision('STANDARD', 'wf_1')));
    const made = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    for (const result of settled) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'UNAVAILABLE' });
    }
    const repeated = await service.provision({ ...command('wf_1/X'), tier: 'STANDARD' });
    expect(made.length).toBeGreaterThan(0);
    for (const placement of made) expect(placement.resources).toEqual(repeated.resources);
    await deprovision(service);
    expect(await state()).toMatchObject({ files: [], listed: [] });
  });
});
