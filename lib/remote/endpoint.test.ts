import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createNetServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Endpoint, type EndpointRequest, NoAnswer } from './answer.ts';
import { createEndpoint } from './endpoint.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Stand {
  readonly url: string;
  readonly server: Server;
  readonly seen: string[];
}

async function stand(handler: Handler = (_, response) => response.end('ok')): Promise<Stand> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request
      .on('data', (chunk) => chunks.push(chunk))
      .on('end', () => {
        seen.push(Buffer.concat(chunks).toString());
        handler(request, response);
      });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: urlOf(server), server, seen };
}

/** An address at which nobody listens. */
async function nowhere(): Promise<string> {
  const server = createNetServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = urlOf(server);
  server.close();
  await once(server, 'close');
  return url;
}

function urlOf(server: { address(): unknown }): string {
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

function endpointOf(...addresses: string[]): Endpoint {
  const endpoint = createEndpoint(addresses);
  closing.push(() => endpoint.close());
  return endpoint;
}

const post = (change: Partial<EndpointRequest> = {}): EndpointRequest => ({
  method: 'POST',
  path: '/',
  headers: { 'content-type': 'text/plain' },
  body: 'hello',
  timeoutMilliseconds: 5_000,
  repeatable: false,
  ...change,
});

const breakOff: Handler = (_, response) => response.socket?.destroy();

describe('several addresses', () => {
  it('take turns', async () => {
    const [one, other] = [await stand(), await stand()];
    const endpoint = endpointOf(one.url, other.url);
    for (let count = 0; count < 6; count++) await endpoint.send(post());
    expect([one.seen.length, other.seen.length]).toEqual([3, 3]);
  });

  it('one that refuses is passed over, for mutations too, since nothing was sent', async () => {
    const there = await stand();
    const endpoint = endpointOf(await nowhere(), there.url, await nowhere());
    for (let count = 0; count < 7; count++) expect((await endpoint.send(post())).body).toBe('ok');
    expect(there.seen).toHaveLength(7);
  });

  it('one that came back is used again', async () => {
    const there = await stand();
    const back = await nowhere();
    const endpoint = endpointOf(back, there.url);
    for (let count = 0; count < 4; count++) await endpoint.send(post());
    const server = createServer((_, response) => response.end('back')).listen(Number(new URL(back).port), '127.0.0.1');
    await once(server, 'listening');
    closing.push(() => {
      server.closeAllConnections();
      server.close();
    });
    await expect.poll(async () => (await endpoint.send(post())).body, { timeout: 4_000 }).toBe('back');
  });

  it('one that says that it has not begun hands over to another', async () => {
    const early = await stand((_, response) => response.writeHead(503, { 'x-not-begun': 'true' }).end());
    const there = await stand();
    const endpoint = endpointOf(early.url, there.url);
    for (let count = 0; count < 4; count++) expect((await endpoint.send(post())).status).toBe(200);
    expect(there.seen).toHaveLength(4);
  });

  it('all that refuse are no answer, and it is told soon', async () => {
    const endpoint = endpointOf(await nowhere(), await nowhere());
    const began = performance.now();
    await expect(endpoint.send(post({ repeatable: true }))).rejects.toBeInstanceOf(NoAnswer);
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});

describe('a connection that broke after the request was sent', () => {
  it('a mutation is not sent again', async () => {
    const [broken, there] = [await stand(breakOff), await stand()];
    await expect(endpointOf(broken.url, there.url).send(post())).rejects.toBeInstanceOf(NoAnswer);
    expect([broken.seen.length, there.seen.length]).toEqual([1, 0]);
  });

  it('what can be repeated is sent again once, elsewhere', async () => {
    const [broken, there] = [await stand(breakOff), await stand()];
    expect((await endpointOf(broken.url, there.url).send(post({ repeatable: true }))).body).toBe('ok');
    expect([broken.seen.length, there.seen.length]).toEqual([1, 1]);
    const all = [await stand(breakOff), await stand(breakOff), await stand(breakOff)];
    const endpoint = endpointOf(...all.map(({ url }) => url));
    await expect(endpoint.send(post({ repeatable: true }))).rejects.toBeInstanceOf(NoAnswer);
    expect(all.map(({ seen }) => seen.length)).toEqual([1, 1, 0]);
  });

  it('behind one address, which may stand for several processes, it is sent there again', async () => {
    let count = 0;
    const flaky = await stand((request, response) =>
      count++ === 0 ? breakOff(request, response) : response.end('ok'),
    );
    expect((await endpointOf(flaky.url).send(post({ repeatable: true }))).body).toBe('ok');
  });

  it('one that hangs leaves time to ask another, and is passed over from then on', async () => {
    const [silent, there] = [await stand(() => undefined), await stand()];
    const endpoint = endpointOf(silent.url, there.url);
    const query = post({ repeatable: true, timeoutMilliseconds: 3_000 });
    const answers = [await endpoint.send(query), await endpoint.send(query), await endpoint.send(query)];
    expect(answers.map(({ body }) => body)).toEqual(['ok', 'ok', 'ok']);
    expect([silent.seen.length, there.seen.length]).toEqual([1, 3]);
  });

  it.each([502, 503, 504])('a balancer that answers %d for a process that does not is the same', async (status) => {
    const [balancer, there] = [await stand((_, response) => response.writeHead(status).end()), await stand()];
    await expect(endpointOf(balancer.url, there.url).send(post())).rejects.toBeInstanceOf(NoAnswer);
    expect(there.seen).toHaveLength(0);
    expect((await endpointOf(balancer.url, there.url).send(post({ repeatable: true }))).body).toBe('ok');
  });
});

describe('an answer', () => {
  it('that does not come in time is none', async () => {
    const silent = await stand(() => undefined);
    const began = performance.now();
    await expect(endpointOf(silent.url).send(post({ timeoutMilliseconds: 300 }))).rejects.toBeInstanceOf(NoAnswer);
    expect(performance.now() - began).toBeLessThan(1_500);
  });

  it('that is larger than any can be is none, and is not read to its end', async () => {
    const endless = await stand((_, response) => {
      const chunk = Buffer.alloc(1024 * 1024);
      const write = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', write);
      write();
    });
    await expect(endpointOf(endless.url).send(post())).rejects.toBeInstanceOf(NoAnswer);
  });

  it('with any other status is handed back as it is', async () => {
    const refusing = await stand((_, response) => response.writeHead(401, { 'www-authenticate': 'Service' }).end('no'));
    expect(await endpointOf(refusing.url).send(post())).toMatchObject({ status: 401, body: 'no' });
  });
});
