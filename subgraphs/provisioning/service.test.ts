import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import { createIds } from '#lib/ids.ts';
import { createLog } from '#lib/log.ts';
import { openEmbeddedStores } from '#lib/store/embedded/embedded.ts';
import type { Stores } from '#lib/store/port.ts';
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
  stores = await openEmbeddedStores({ dataDir });
  store = await openProvisioningStore(stores);
  driver = createLocalDriver({ dataDir, ids: createIds(clock) });
  service = serviceOn(store, driver);
});
afterEach(async () => {
  await driver.close();
  await stores.close();
  await rm(dataDir, { recursive: true, force: true });
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

/** What is recorded and what stands on disk. */
async function state() {
  const document = await store.infrastructures.get(TENANT);
  const files = (await readdir(dataDir, { recursive: true })).map((path) => path.replace('infrastructure/', ''));
  return {
    current: document?.current,
    placements: document?.placements.map(({ isolation, status, resources }) => [isolation, status, resources.length]),
    files: files.filter((path) => path.includes(TENANT)).sort(),
    listed: await driver.list(),
  };
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
      { placements: undefined, files: [], listed: [] },
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
          await deprovision(service);
          break;
        }
        expect(ended).toBe('dead');
        deaths += 1;
        await use(serviceOn(store, driver));
        expect(await state()).toMatchObject(outcome);
        await deprovision(service);
        expect(await state()).toEqual({ current: undefined, placements: undefined, files: [], listed: [] });
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
        expect(await state()).toEqual({ current: undefined, placements: undefined, files: [], listed: [] });
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
    const first = await service.provision({ ...command('wf_1/X'), tier: 'STANDARD' });
    await expect(deprovision(serviceOn(store, failing(full())))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await state()).toMatchObject({ placements: [['BRIDGE', 'DEPROVISIONING', 2]], listed: [TENANT] });
    const second = await service.provision({ ...command('wf_2/X'), tier: 'STANDARD' });
    expect(second.status).toBe('READY');
    expect(second.resources[0]?.resourceId).not.toBe(first.resources[0]?.resourceId);
  });

  it('is not hidden when it is a fault of the program', async () => {
    const answer = provision('STANDARD', 'wf_1')(serviceOn(store, failing(new TypeError('a bug'))));
    await expect(answer).rejects.toThrow(TypeError);
  });
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
    expect(await state()).toEqual({ current: undefined, placements: undefined, files: [], listed: [] });
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
