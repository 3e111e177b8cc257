import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';

/** Where the build puts the page (`vite.config.ts`). */
const BUNDLE = join(import.meta.dirname, 'dist');

/**
 * What the page may load: its own files, and nothing from elsewhere or from within the HTML. Styles are the exception:
 * Monaco writes the editor's lines as HTML with `style` attributes and its colour theme into `<style>` elements, and has
 * no option for a nonce; without 'unsafe-inline' (for styles alone) the editor has neither positions nor colours.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "font-src 'self'",
  "img-src 'self' data:",
  "style-src 'self' 'unsafe-inline'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const securityHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

const NOT_BUILT = `The playground is not built: it is made when the project is installed, which "--ignore-scripts" prevents.

    npm run postinstall

builds it; then start the server again. The graph itself is at your service: POST operations to /graphql.
`;

export interface GraphiqlOptions {
  /** The directory of the built page. */
  bundle?: string;
}

/** A Fastify plugin: `/graphiql/assets/*`, files with a hash in their names, which a browser may keep for ever. */
export async function graphiqlRoutes(app: FastifyInstance, { bundle = BUNDLE }: GraphiqlOptions = {}): Promise<void> {
  if (!existsSync(bundle)) return;
  await app.register(fastifyStatic, {
    root: join(bundle, 'assets'),
    prefix: '/graphiql/assets/',
    index: false,
    decorateReply: false,
    preCompressed: true,
    immutable: true,
    maxAge: '365d',
    setHeaders: (reply) => {
      reply.headers(securityHeaders);
    },
  });
}

/** Answers with the page, or, where it was never built, with 503 and a plain text that says how to build it. */
export async function sendGraphiqlPage(reply: FastifyReply, { bundle = BUNDLE }: GraphiqlOptions = {}): Promise<void> {
  const html = await readPage(bundle);
  reply.headers({ ...securityHeaders, 'cache-control': 'no-cache', vary: 'accept' });
  if (html === undefined) await reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT);
  else await reply.type('text/html; charset=utf-8').send(html);
}

async function readPage(bundle: string): Promise<string | undefined> {
  try {
    return await readFile(join(bundle, 'index.html'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
