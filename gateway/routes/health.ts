import type { FastifyInstance } from 'fastify';

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
      await within(ready(), READY_WITHIN_MILLISECONDS);
      return await reply.send({ status: 'ready' });
    } catch {
      return await reply.code(503).send({ status: 'unavailable' });
    }
  });
}

async function within(promise: Promise<void>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('not ready in time')), milliseconds);
  });
  await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
