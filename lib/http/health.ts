import type { FastifyInstance } from 'fastify';
import { withDeadline } from '../deadline.ts';

const READY_WITHIN_MILLISECONDS = 2_000;

/**
 * A 503 with this header comes from a process that has not begun with the request and will not: another of the same
 * service can have it.
 */
export const NOT_BEGUN_HEADER = 'x-not-begun';

/**
 * `/healthz`: the process answers. `/readyz`: what the process needs can answer, and it is not about to stop; 503
 * otherwise.
 */
export function healthRoutes(app: FastifyInstance, ready: () => Promise<void>, stopping: () => boolean): void {
  app.get('/healthz', async (_, reply) => reply.header('cache-control', 'no-store').send({ status: 'ok' }));
  app.get('/readyz', async (_, reply) => {
    reply.header('cache-control', 'no-store');
    const refuse = (status: string) => reply.code(503).header(NOT_BEGUN_HEADER, 'true').send({ status });
    if (stopping()) return await refuse('stopping');
    try {
      await withDeadline(ready(), READY_WITHIN_MILLISECONDS, () => new Error('not ready in time'));
      return await reply.send({ status: 'ready' });
    } catch {
      return await refuse('unavailable');
    }
  });
}
