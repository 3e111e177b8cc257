import { describe, expect, it } from 'vitest';
import { isolationOf } from './isolation.ts';
import {
  condemnAll,
  discard,
  finish,
  type InfrastructureDocument,
  intend,
  intended,
  isLate,
  newInfrastructure,
  type Placement,
  release,
  without,
} from './placement.ts';
import type { InfrastructureStatus, Isolation } from './resolvers.generated.ts';

const AT = '2026-03-10T12:00:00.000Z';
const LATER = '2026-03-11T12:00:00.000Z';

function placement(isolation: Isolation, status: InfrastructureStatus = 'READY', commandId = 'wf_1/X'): Placement {
  return { ...intended({ isolation, driver: 'local', commandId, at: AT }), status };
}

function document(...placements: [Placement, ...Placement[]]): InfrastructureDocument {
  const made = { current: placements[0].isolation, placements, workflow: 'wf_1' };
  return { ...newInfrastructure('ten_1'), ...made };
}

describe('placements', () => {
  it('each tier has its isolation', () => {
    expect([isolationOf('FREE'), isolationOf('STANDARD'), isolationOf('PREMIUM')]).toEqual(['POOL', 'BRIDGE', 'SILO']);
  });

  it('another placement stands beside the one in use', () => {
    const change = intend(document(placement('POOL')), placement('SILO', 'PROVISIONING'), 'wf_2/X');
    expect(change?.placements?.map(({ isolation }) => isolation)).toEqual(['POOL', 'SILO']);
    expect(change?.current).toBe('POOL');
  });

  it('a placement that could not be made is made again, and one that is there is left alone', () => {
    const intent = intended({ isolation: 'SILO', driver: 'local', commandId: 'wf_2/X', at: LATER });
    expect(intend(document(placement('SILO', 'FAILED')), intent, 'wf_1/X')?.placements).toMatchObject([
      { status: 'PROVISIONING', undoneWith: 'wf_1', updatedAt: LATER },
    ]);
    expect(intend(document(placement('SILO')), intent, 'wf_1/X')).toBeUndefined();
    expect(intend(document(placement('SILO', 'PROVISIONING')), intent, 'wf_1/X')).toBeUndefined();
  });

  it('what another workflow left behind and nobody uses is from then on undone with the one that asks for it', () => {
    const before = document(placement('POOL'), placement('SILO'));
    const intent = intended({ isolation: 'SILO', driver: 'local', commandId: 'wf_2/X', at: LATER });
    const after = { ...before, ...intend(before, intent, 'wf_2/X') };
    expect(after).toMatchObject({ workflow: 'wf_2', over: ['wf_1'], placements: [{}, { undoneWith: 'wf_2' }] });
  });

  it('what was condemned while it was made does not become ready', () => {
    const ready = { status: 'READY', resources: [] } as const;
    expect(finish(document(placement('SILO', 'DEPROVISIONING')), 'SILO', ready, AT)).toBeUndefined();
    expect(finish(document(placement('POOL')), 'SILO', ready, AT)).toBeUndefined();
    expect(finish(document(placement('SILO', 'PROVISIONING')), 'SILO', ready, AT)?.placements).toMatchObject([ready]);
  });

  it('a release puts one in use and condemns the others in one change, once', () => {
    const before = document(placement('POOL'), placement('SILO'));
    const change = release(before, 'SILO', { commandId: 'wf_1/X', at: LATER });
    expect(change).toMatchObject({
      current: 'SILO',
      placements: [
        { isolation: 'POOL', status: 'DEPROVISIONING' },
        { isolation: 'SILO', status: 'READY', undoneWith: null },
      ],
    });
    expect(release({ ...before, ...change }, 'SILO', { commandId: 'wf_1/X', at: LATER })).toBeUndefined();
  });

  it.each(['PROVISIONING', 'FAILED', 'DEPROVISIONING'] as const)('nothing that is %s is put in use', (status) => {
    const before = document(placement('POOL'), placement('SILO', status));
    expect(() => release(before, 'SILO', { commandId: 'wf_1/X', at: AT })).toThrow(/READY/);
  });

  it('what a workflow made is discarded by it and by no other, in use or not, and by none once it was released', () => {
    const before = document(placement('POOL'), placement('SILO', 'READY', 'wf_2/X'));
    const stands = (document: InfrastructureDocument, isolation: Isolation, commandId: string) =>
      discard(document, isolation, { commandId, at: AT })?.placements?.every(({ status }) => status === 'READY');
    expect(stands(before, 'POOL', 'wf_1/X')).toBe(false);
    expect(stands(before, 'SILO', 'wf_2/X')).toBe(false);
    for (const other of ['wf_2/X', 'wf_10/X']) expect(stands(before, 'POOL', other)).toBe(true);
    expect(stands(before, 'SILO', 'wf_1/X')).toBe(true);
    const released = { ...before, ...release(before, 'SILO', { commandId: 'wf_2/X', at: AT }) };
    expect(discard(released, 'SILO', { commandId: 'wf_2/X', at: AT })?.placements?.[1]?.status).toBe('READY');
  });

  it('a workflow that was undone, or that another came after, is over: nothing of it is taken', () => {
    const intent = (commandId: string) => intended({ isolation: 'SILO', driver: 'local', commandId, at: AT });
    const undone = { ...newInfrastructure('ten_1'), ...discard(newInfrastructure('ten_1'), 'SILO', command('wf_1/X')) };
    const followed = {
      ...document(placement('POOL')),
      ...intend(document(placement('POOL')), intent('wf_2/X'), 'wf_2/X'),
    };
    for (const before of [undone, followed]) {
      expect(isLate(before, 'wf_1/X')).toBe(true);
      expect(() => intend(before, intent('wf_1/X'), 'wf_1/X')).toThrow(/undone/);
      expect(() => release(before, 'POOL', command('wf_1/X'))).toThrow(/undone/);
      expect(discard(before, 'POOL', command('wf_1/X'))).toBeUndefined();
      expect(isLate(before, 'wf_2/X')).toBe(false);
    }
    const gone = { ...followed, ...condemnAll(followed, AT) };
    expect(() => intend(gone, intent('wf_3/X'), 'wf_3/X')).toThrow(/undone/);
  });

  it('fifty workflows are remembered', () => {
    let before = document(placement('POOL'));
    for (let n = 2; n <= 100; n += 1) before = { ...before, ...discard(before, 'SILO', command(`wf_${n}/X`)) };
    expect(before.over).toHaveLength(50);
    expect(before.over.at(-1)).toBe('wf_100');
  });

  it('only what was condemned is forgotten', () => {
    expect(without(document(placement('POOL')), 'POOL')).toBeUndefined();
    expect(without(document(placement('POOL', 'DEPROVISIONING')), 'POOL')).toEqual({ placements: [], current: null });
    expect(without(document(placement('POOL', 'DEPROVISIONING'), placement('SILO')), 'POOL')).toMatchObject({
      current: 'SILO',
      placements: [{ isolation: 'SILO' }],
    });
  });

  it('taking everything away twice changes nothing', () => {
    const before = document(placement('POOL'), placement('SILO'));
    const change = condemnAll(before, LATER);
    expect(change?.placements?.map(({ status }) => status)).toEqual(['DEPROVISIONING', 'DEPROVISIONING']);
    expect(condemnAll({ ...before, ...change }, LATER)).toBeUndefined();
  });
});

function command(commandId: string) {
  return { commandId, at: LATER };
}
