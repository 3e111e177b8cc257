import { describe, expect, it } from 'vitest';
import { isolationOf } from './isolation.ts';
import {
  condemn,
  finish,
  type InfrastructureDocument,
  intend,
  intended,
  isDiscardable,
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
  return { tenantId: 'ten_1', current: placements[0].isolation, placements };
}

describe('placements', () => {
  it('each tier has its isolation', () => {
    expect([isolationOf('FREE'), isolationOf('STANDARD'), isolationOf('PREMIUM')]).toEqual(['POOL', 'BRIDGE', 'SILO']);
  });

  it('another placement stands beside the one in use', () => {
    const change = intend(document(placement('POOL')), placement('SILO', 'PROVISIONING'));
    expect(change?.placements?.map(({ isolation }) => isolation)).toEqual(['POOL', 'SILO']);
    expect(change?.current).toBeUndefined();
  });

  it('a placement that could not be made is made again, and one that is there is left alone', () => {
    const intent = intended({ isolation: 'SILO', driver: 'local', commandId: 'wf_2/X', at: LATER });
    expect(intend(document(placement('SILO', 'FAILED')), intent)?.placements).toMatchObject([
      { status: 'PROVISIONING', undoneWith: 'wf_1', updatedAt: LATER },
    ]);
    expect(intend(document(placement('SILO')), intent)).toBeUndefined();
    expect(intend(document(placement('SILO', 'PROVISIONING')), intent)).toBeUndefined();
  });

  it('what was condemned while it was made does not become ready', () => {
    const ready = { status: 'READY', resources: [] } as const;
    expect(finish(document(placement('SILO', 'DEPROVISIONING')), 'SILO', ready, AT)).toBeUndefined();
    expect(finish(document(placement('POOL')), 'SILO', ready, AT)).toBeUndefined();
    expect(finish(document(placement('SILO', 'PROVISIONING')), 'SILO', ready, AT)?.placements).toMatchObject([ready]);
  });

  it('a release puts one in use and condemns the others in one change, once', () => {
    const before = document(placement('POOL'), placement('SILO'));
    const change = release(before, 'SILO', LATER);
    expect(change).toMatchObject({
      current: 'SILO',
      placements: [
        { isolation: 'POOL', status: 'DEPROVISIONING' },
        { isolation: 'SILO', status: 'READY', undoneWith: null },
      ],
    });
    expect(release({ ...before, ...change }, 'SILO', LATER)).toBeUndefined();
  });

  it.each(['PROVISIONING', 'FAILED', 'DEPROVISIONING'] as const)('nothing that is %s is put in use', (status) => {
    expect(() => release(document(placement('POOL'), placement('SILO', status)), 'SILO', AT)).toThrow(/READY/);
  });

  it('what is in use is discarded by the workflow that made it and by no other, and by none once it was released', () => {
    const before = document(placement('POOL'));
    expect(isDiscardable(before, 'POOL', 'wf_1/undo')).toBe(true);
    expect(isDiscardable(before, 'POOL', 'wf_2/undo')).toBe(false);
    expect(isDiscardable(before, 'POOL', 'wf_10/undo')).toBe(false);
    expect(isDiscardable({ ...before, ...release(before, 'POOL', AT) }, 'POOL', 'wf_1/undo')).toBe(false);
  });

  it('what is not in use is discarded by any workflow', () => {
    expect(isDiscardable(document(placement('POOL'), placement('SILO')), 'SILO', 'wf_9/undo')).toBe(true);
  });

  it('only what was condemned is forgotten, and the document with its last placement', () => {
    expect(without(document(placement('POOL')), 'POOL')).toBeUndefined();
    expect(without(document(placement('POOL', 'DEPROVISIONING')), 'POOL')).toBeNull();
    expect(without(document(placement('POOL', 'DEPROVISIONING'), placement('SILO')), 'POOL')).toMatchObject({
      current: 'SILO',
      placements: [{ isolation: 'SILO' }],
    });
  });

  it('condemning twice changes nothing', () => {
    const before = document(placement('POOL'), placement('SILO'));
    const change = condemn(before, ['POOL', 'SILO'], LATER);
    expect(change?.placements?.map(({ status }) => status)).toEqual(['DEPROVISIONING', 'DEPROVISIONING']);
    expect(condemn({ ...before, ...change }, ['POOL', 'SILO'], LATER)).toBeUndefined();
  });
});
