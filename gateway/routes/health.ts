import type { FastifyInstance } from 'fastify';
import { withDeadline } from '#lib/deadline.ts';

const READY_WITHIN_MILLISECONDS = 2_000;

/**
 * `/healthz`: the process answers. `/readyz`: every subgraph and the store can answer, and the process is not about to
 * stop; 503 otherwise.
 */
export function healthRoutes(app: FastifyInstance, ready: () => Promise<void>, stopping: () => boolean): void {
  app.get('/healthz', async (_, reply) => reply.header('cache-control', 'no-store').send({ status: 'ok' }));
  app.get('/readyz', async (_, reply) => {
    reply.header('cache-control', 'no-store');
    if (stopping()) return await reply.code(503).send({ status: 'stopping' });
    try {
      await withDeadline(ready(), READY_WITHIN_MILLISECONDS, () => new Error('not ready in time'));
      return await reply.send({ status: 'ready' });
    } catch {
      return await reply.code(503).send({ status: 'unavailable' });
    }
  });
}
