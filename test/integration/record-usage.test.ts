import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS } from '#lib/auth/principal.ts';
import { tenantUser } from '#test/support/plane.ts';
import { codesOf, RECORD, type UsageInput, UsagePlane, usageClient } from '#test/support/usage.ts';

const START = '2026-03-10T12:00:00.000Z';

let plane: UsagePlane;

beforeAll(async () => {
  plane = await UsagePlane.open(START);
});
afterAll(() => plane.test.close());

describe('recording usage', () => {
  it('twenty concurrent identical batches count once', async () => {
    const tenantId = await plane.makeTenant();
    const events = Array.from({ length: 50 }, (_, number) => ({
      id: `e${number}`,
      tenantId,
      meter: 'compute',
      value: '0.1',
    }));
    const payloads = await Promise.all(Array.from({ length: 20 }, () => plane.record(events)));
    expect(payloads.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(50);
    expect(payloads.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(950);
    expect(await plane.totals(tenantId)).toEqual({ compute: '5', memory: '0', apis: '0' });
  });

  it('a bad event rejects itself only, and says why', async () => {
    const tenantId = await plane.makeTenant();
    const onboarding = await plane.makeTenant({ activate: false });
    const good = { tenantId, meter: 'compute', value: 1 };
    const bad: [UsageInput, string, RegExp][] = [
      [{ ...good, id: '' }, 'BAD_USER_INPUT', /^id /],
      [{ ...good, id: 'x'.repeat(201) }, 'BAD_USER_INPUT', /^id /],
      [{ ...good, id: 'b1', subject: '' }, 'BAD_USER_INPUT', /^subject /],
      [{ ...good, id: 'b3', meter: 'disk' }, 'BAD_USER_INPUT', /meter/],
      [{ ...good, id: 'b4', meter: '__proto__' }, 'BAD_USER_INPUT', /meter/],
      [{ ...good, id: 'b5', value: null }, 'BAD_USER_INPUT', /^value /],
      [{ ...good, id: 'b6', value: undefined }, 'BAD_USER_INPUT', /^value /],
      [{ ...good, id: 'b7', value: -1 }, 'BAD_USER_INPUT', /^value .*negative/],
      [{ ...good, id: 'b8', value: 'abc' }, 'BAD_USER_INPUT', /^value must/],
      [{ ...good, id: 'b9', value: '1e999' }, 'BAD_USER_INPUT', /^value must/],
      [{ ...good, id: 'b10', value: { nested: true } }, 'BAD_USER_INPUT', /^value must/],
      [{ ...good, id: 'b11', value: true }, 'BAD_USER_INPUT', /^value must/],
      [{ ...good, id: 'b12', time: 'yesterday' }, 'BAD_USER_INPUT', /^time must/],
      [{ ...good, id: 'b13', time: {} }, 'BAD_USER_INPUT', /^time must/],
      [{ ...good, id: 'b14', time: '2026-03-10T12:05:00.001Z' }, 'BAD_USER_INPUT', /ahead/],
      [{ ...good, id: 'b15', time: '2026-02-03T11:59:59.999Z' }, 'BAD_USER_INPUT', /35 days/],
      [{ ...good, id: 'b16', time: '2026-03-09T23:59:59.999Z' }, 'BAD_USER_INPUT', /onboarded/],
      [{ ...good, id: 'b17', tenantId: 'ten_unknown' }, 'NOT_FOUND', /no such tenant/],
      [{ ...good, id: 'b19', tenantId: onboarding }, 'FAILED_PRECONDITION', /ONBOARDING/],
    ];
    for (const [index, [event, code, message]] of bad.entries()) {
      const before = { ...good, id: `before-${index}` };
      const after = { ...good, id: `after-${index}` };
      const payload = await plane.record([before, event, after]);
      expect(payload, JSON.stringify(event)).toEqual({
        accepted: 2,
        duplicates: 0,
        rejected: [{ index: 1, id: event.id, code, message: expect.stringMatching(message) }],
      });
    }
    const all = await plane.record(bad.map(([event]) => event));
    expect(all.rejected.map(({ index, code }) => [index, code])).toEqual(bad.map(([, code], index) => [index, code]));
    expect(await plane.totals(tenantId)).toMatchObject({ compute: String(2 * bad.length) });
  });

  it('takes what lies just within the limits', async () => {
    const tenantId = await plane.makeTenant();
    const payload = await plane.record([
      { id: '😀'.repeat(200), tenantId, meter: 'compute', value: 0 },
      {
        id: 'ahead',
        tenantId,
        meter: 'compute',
        value: '0.000000000000000000000000000001',
        time: '2026-03-10T12:05:00Z',
      },
      { id: 'midnight', tenantId, meter: 'compute', value: 1, time: '2026-03-10T01:00:00+01:00' },
      { id: 7, tenantId, meter: 'compute', value: 1 },
      { id: 'zero\u0000byte', tenantId, meter: 'compute', value: 1 },
    ]);
    expect(payload).toEqual({ accepted: 5, duplicates: 0, rejected: [] });
    expect(await plane.totals(tenantId)).toMatchObject({ compute: '3.000000000000000000000000000001' });
  });

  it('a bad value in a literal rejects its event only, too', async () => {
    const tenantId = await plane.makeTenant();
    const data = await plane.test.data(
      'metrics',
      usageClient(null),
      `mutation ($id: ID!, $v: Decimal) { recordUsage(input: { events: [
        { id: "1", tenantId: $id, meter: "compute", value: "much" }
        { id: "2", tenantId: $id, meter: "compute", value: 0.25 }
        { id: "3", tenantId: $id, meter: "compute", value: $v }
        { id: "4", tenantId: $id, meter: "compute", value: 1, time: "soon" }
      ] }) { accepted rejected { id } } }`,
      { id: tenantId, v: 'x' },
    );
    expect(data.recordUsage).toEqual({ accepted: 1, rejected: [{ id: '1' }, { id: '3' }, { id: '4' }] });
  });

  it('a batch has 1 to 1,000 events', async () => {
    const tenantId = await plane.makeTenant();
    const events = Array.from({ length: 1_001 }, (_, id) => ({ id: `${id}`, tenantId, meter: 'apis', value: 1 }));
    for (const wrong of [[], events]) {
      const result = await plane.test.execute('metrics', usageClient(null), RECORD, { input: { events: wrong } });
      expect(codesOf(result)).toEqual(['BAD_USER_INPUT input.events']);
    }
    expect(await plane.record(events.slice(1))).toMatchObject({ accepted: 1_000 });
    expect(await plane.totals(tenantId)).toMatchObject({ apis: '1000' });
  });

  it('the same id with another content is a conflict, within a batch and across batches', async () => {
    const tenantId = await plane.makeTenant();
    const event = { id: 'same', tenantId, meter: 'compute', value: '1.5', time: '2026-03-10T10:00:00Z', subject: 'a' };
    const payload = await plane.record([
      event,
      { ...event, value: 1.5, time: '2026-03-10T11:00:00+01:00' },
      { ...event, value: '1.50' },
      { ...event, time: undefined },
      { ...event, value: '1.6' },
      { ...event, meter: 'memory' },
      { ...event, subject: 'b' },
      { ...event, subject: null },
      { ...event, time: '2026-03-10T10:00:00.001Z' },
    ]);
    expect(payload).toMatchObject({ accepted: 1, duplicates: 3 });
    expect(payload.rejected.map(({ index, code }) => [index, code])).toEqual(
      [4, 5, 6, 7, 8].map((index) => [index, 'CONFLICT']),
    );
    expect(await plane.record([{ ...event, value: 2 }, event])).toMatchObject({
      duplicates: 1,
      rejected: [{ index: 0, code: 'CONFLICT' }],
    });
    expect(await plane.totals(tenantId)).toMatchObject({ compute: '1.5', memory: '0' });
  });

  it('a time that the server filled in is not compared', async () => {
    const tenantId = await plane.makeTenant();
    const event = { id: 'untimed', tenantId, meter: 'compute', value: 1 };
    expect(await plane.record([event])).toMatchObject({ accepted: 1 });
    plane.test.clock.advance(1_000);
    expect(await plane.record([event, { ...event, time: '2026-03-10T09:00:00Z' }])).toMatchObject({ duplicates: 2 });
    plane.test.clock.set(START);
  });

  it('two tenants use the same id, and each counts', async () => {
    const [one, other] = [await plane.makeTenant(), await plane.makeTenant()];
    const event = { id: 'shared', meter: 'compute', value: 3 };
    expect(
      await plane.record([
        { ...event, tenantId: one },
        { ...event, tenantId: other },
      ]),
    ).toMatchObject({ accepted: 2 });
    expect(await plane.totals(one)).toMatchObject({ compute: '3' });
    expect(await plane.totals(other)).toMatchObject({ compute: '3' });
  });

  it("a tenant's client records for its tenant only, and cannot tell another from none", async () => {
    const [own, foreign] = [await plane.makeTenant(), await plane.makeTenant()];
    const event = { meter: 'compute', value: 1 };
    const payload = await plane.record(
      [
        { ...event, id: '1', tenantId: foreign },
        { ...event, id: '1', tenantId: own },
        { ...event, id: '1', tenantId: 'ten_unknown' },
      ],
      usageClient(own),
    );
    expect(payload).toMatchObject({
      accepted: 1,
      rejected: [
        { index: 0, code: 'NOT_FOUND' },
        { index: 2, code: 'NOT_FOUND' },
      ],
    });
    expect(payload.rejected[0]?.message).toBe(payload.rejected[1]?.message);
    expect(await plane.totals(foreign)).toMatchObject({ compute: '0' });
  });

  it('records nothing while it cannot be asked what the tenants are', async () => {
    const tenantId = await plane.makeTenant();
    const events = [{ id: '1', tenantId, meter: 'compute', value: 1 }];
    const result = await plane.without('tenant', () =>
      plane.test.execute('metrics', usageClient(null), RECORD, { input: { events } }),
    );
    expect(codesOf(result)).toEqual(['UNAVAILABLE']);
    expect(await plane.totals(tenantId)).toMatchObject({ compute: '0' });
    expect(await plane.record(events)).toMatchObject({ accepted: 1 });
  });

  it('asks for usage:write', async () => {
    const tenantId = await plane.makeTenant();
    const input = { events: [{ id: '1', tenantId, meter: 'compute', value: 1 }] };
    expect(codesOf(await plane.test.execute('metrics', tenantUser(tenantId), RECORD, { input }))).toEqual([
      'FORBIDDEN',
    ]);
    expect(codesOf(await plane.test.execute('metrics', ANONYMOUS, RECORD, { input }))).toEqual(['UNAUTHENTICATED']);
  });
});
