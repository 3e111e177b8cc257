import { describe, expect, it } from 'vitest';
import { tenantReference } from '#lib/graphql/entities.ts';
import { tierChangesOf, tierOf, usageToDateOf } from './representation.ts';

const TENANT = tenantReference('ten_1');
const USAGE = {
  meter: 'compute',
  aggregation: 'SUM',
  total: '1.5',
  days: [{ start: '2026-03-01T00:00:00.000Z', value: '1.5' }],
};

describe('what the graph requires for a tenant', () => {
  it('is taken as it comes', () => {
    expect(tierOf({ ...TENANT, tier: 'FREE' })).toBe('FREE');
    const tierChanges = [{ tier: 'FREE', at: '2026-01-01T00:00:00.000Z' }];
    expect(tierChangesOf({ ...TENANT, tierChanges })).toEqual(tierChanges);
    expect(usageToDateOf({ ...TENANT, usageToDate: [USAGE] })).toEqual([USAGE]);
    expect(usageToDateOf({ ...TENANT, usageToDate: [] })).toEqual([]);
  });

  it.each([
    ['a tier that did not come', () => tierOf(TENANT)],
    ['a tier that is null', () => tierOf({ ...TENANT, tier: null })],
    ['a tier that no plan is for', () => tierOf({ ...TENANT, tier: 'GOLD' })],
    ['a tier history that did not come', () => tierChangesOf(TENANT)],
    ['a tier history that is null', () => tierChangesOf({ ...TENANT, tierChanges: null })],
    ['a tier history that is empty', () => tierChangesOf({ ...TENANT, tierChanges: [] })],
    ['usage that did not come', () => usageToDateOf(TENANT)],
    ['usage that is null', () => usageToDateOf({ ...TENANT, usageToDate: null })],
    ['usage whose days did not come', () => usageToDateOf({ ...TENANT, usageToDate: [{ ...USAGE, days: null }] })],
    ['usage that is no number', () => usageToDateOf({ ...TENANT, usageToDate: [{ ...USAGE, total: 'NaN' }] })],
  ])('is UNAVAILABLE for %s, never taken for nothing', (_, read) => {
    expect(read).toThrow(expect.objectContaining({ code: 'UNAVAILABLE' }));
  });
});
