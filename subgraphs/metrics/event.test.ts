import { describe, expect, it } from 'vitest';
import { newEvent, rejectEvent, rejectForTenant, rejectRepeated, type UsageEvent } from './event.ts';

const now = new Date('2026-03-10T12:00:00.000Z');
const event: UsageEvent = { id: 'e', tenantId: 'ten_a', meter: 'compute', value: '1' };
const createdAt = '2026-03-05T18:30:00.000Z';

describe('an event', () => {
  it('is text that can be stored', () => {
    expect(rejectEvent(event, now)).toBeUndefined();
    expect(rejectEvent({ ...event, id: '\ud800' }, now)).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(rejectEvent({ ...event, subject: '\udc00' }, now)).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('is taken up to 5 minutes ahead and 35 days back, to the millisecond', () => {
    const at = (time: string) => rejectEvent({ ...event, time }, now)?.code;
    expect(at('2026-03-10T12:05:00.000Z')).toBeUndefined();
    expect(at('2026-03-10T12:05:00.001Z')).toBe('BAD_USER_INPUT');
    expect(at('2026-02-03T12:00:00.000Z')).toBeUndefined();
    expect(at('2026-02-03T11:59:59.999Z')).toBe('BAD_USER_INPUT');
  });

  it('is taken while its tenant is active or suspended, and in no other state', () => {
    const taken = ['ONBOARDING', 'ACTIVE', 'SUSPENDED', 'OFFBOARDING', 'OFFBOARDED'].filter(
      (status) => rejectForTenant(event, { status, createdAt }) === undefined,
    );
    expect(taken).toEqual(['ACTIVE', 'SUSPENDED']);
  });

  it('is taken from the midnight (UTC) of the day on which its tenant was onboarded', () => {
    const at = (time: string) => rejectForTenant({ ...event, time }, { status: 'ACTIVE', createdAt })?.code;
    expect(at('2026-03-05T00:00:00.000Z')).toBeUndefined();
    expect(at('2026-03-04T23:59:59.999Z')).toBe('BAD_USER_INPUT');
  });

  it('whose identity was taken by one that is gone again is not answered as a duplicate', () => {
    const stored = newEvent(event, now);
    expect(rejectRepeated(stored, stored)).toBeUndefined();
    expect(rejectRepeated(stored, undefined)).toMatchObject({ code: 'FAILED_PRECONDITION' });
  });
});
