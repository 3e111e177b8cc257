import { expect, it } from 'vitest';
import { servicePrincipal } from '#lib/auth/principal.ts';
import { ManualClock } from '#lib/clock.ts';
import { Request, RequestContext } from '#lib/graphql/context.ts';
import { createLog } from '#lib/log.ts';
import { createMetricsService, type MetricsServiceDeps } from './service.ts';

it('the fields of one fetch share the reading of a range, and the next fetch reads again', async () => {
  const reads: string[] = [];
  const deps: Partial<MetricsServiceDeps> = {
    clock: new ManualClock('2026-03-10T12:00:00.000Z'),
    reader: {
      read: async (tenantId, { from, to }) => {
        reads.push(`${tenantId} ${from.slice(0, 10)} ${to.slice(0, 10)}`);
        return [];
      },
    },
  };
  const service = createMetricsService(deps as MetricsServiceDeps);
  const request = new Request({
    requestId: 'req_test',
    log: createLog('silent'),
    principal: servicePrincipal('billing'),
  });
  const month = 'ten_a 2026-03-01 2026-04-01';

  const fetch = new RequestContext(request);
  await Promise.all([
    service.usage(fetch, 'ten_a', {}),
    service.usage(fetch, 'ten_a', { meters: ['apis'] }),
    service.usageToDate(fetch, 'ten_a'),
    service.quotas(fetch, { tenantId: 'ten_a', allowances: [] }),
    service.usage(fetch, 'ten_a', { to: '2026-03-10T00:00:00.000Z' }),
    service.usage(fetch, 'ten_b', {}),
  ]);
  expect(reads).toEqual([month, 'ten_a 2026-03-01 2026-03-10', 'ten_b 2026-03-01 2026-04-01']);
  await service.usage(new RequestContext(request), 'ten_a', {});
  expect(reads.at(-1)).toBe(month);
  expect(reads).toHaveLength(4);
});
