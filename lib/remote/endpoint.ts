import { Pool } from 'undici';
import { NOT_BEGUN_HEADER } from '../http/health.ts';
import { type Endpoint, type EndpointAnswer, type EndpointRequest, NoAnswer } from './answer.ts';

/** Of one answer, in bytes; the largest that the graph's limits let happen is a third of it. */
const LARGEST_ANSWER = 64 * 1024 * 1024;
const CONNECT_MILLISECONDS = 1_000;
/** How long an address that failed is passed over, where there is another. */
const REST_MILLISECONDS = 1_000;
/** The same for one that closes its connections: it is about to stop, and no new ones are to be made to it meanwhile. */
const LEAVING_MILLISECONDS = 5_000;
/** The same for one that did not answer in time: whoever asks it next would wait as long. */
const HUNG_MILLISECONDS = 5_000;
/** How long a connection without a request is kept: a server that stops waits longer (lib/http/app.ts). */
const IDLE_MILLISECONDS = 2_000;
/** Sockets to one address at most; what is more waits its turn. */
const CONNECTIONS = 128;

/** @param addresses origins, for example `http://billing:4000` */
export function createEndpoint(addresses: readonly string[]): Endpoint {
  const places = addresses.map((address) => new Place(address));
  let turn = 0;

  /** All, from the one whose turn it is; those that failed just now last. */
  function inTurn(): readonly Place[] {
    const first = turn++ % places.length;
    const ordered = [...places.slice(first), ...places.slice(0, first)];
    const now = performance.now();
    return ordered.length === 1
      ? ordered
      : [...ordered.filter((place) => !place.rests(now)), ...ordered.filter((place) => place.rests(now))];
  }

  return {
    async send(request) {
      const until = performance.now() + request.timeoutMilliseconds;
      const queue = [...inTurn()];
      let again = request.repeatable;
      let fault: unknown;
      for (let place = queue.shift(); place !== undefined; place = queue.shift()) {
        const left = until - performance.now();
        if (left <= 0) break;
        try {
          // One that hangs must leave time to ask another.
          const answer = await place.send(request, again && queue.length > 0 ? left / 2 : left);
          if (answer.headers.connection === 'close') place.rest(LEAVING_MILLISECONDS);
          if (!GATEWAY_FAULTS.has(answer.status)) return answer;
          throw new Refused(answer);
        } catch (error) {
          fault = error;
          place.rest(wasLate(error) ? HUNG_MILLISECONDS : REST_MILLISECONDS);
          if (wasNotBegun(error)) continue;
          if (!again) break;
          again = false;
          if (queue.length === 0) queue.push(place); // behind one address there may be several processes
        }
      }
      throw new NoAnswer('no process of the service answered', { cause: fault });
    },

    async close() {
      await Promise.all(places.map((place) => place.close()));
    },
  };
}

class Place {
  readonly #pool: Pool;
  #restsUntil = 0;

  constructor(address: string) {
    this.#pool = new Pool(address, {
      connections: CONNECTIONS,
      keepAliveTimeout: IDLE_MILLISECONDS,
      keepAliveMaxTimeout: IDLE_MILLISECONDS,
      connect: { timeout: CONNECT_MILLISECONDS },
      maxResponseSize: LARGEST_ANSWER,
    });
  }

  rests(now: number): boolean {
    return now < this.#restsUntil;
  }

  rest(milliseconds: number): void {
    this.#restsUntil = performance.now() + milliseconds;
  }

  async send({ method, path, headers, body }: EndpointRequest, milliseconds: number): Promise<EndpointAnswer> {
    const answer = await this.#pool.request({
      method,
      path,
      headers: headers as Record<string, string>,
      body: body ?? null,
      headersTimeout: milliseconds,
      bodyTimeout: milliseconds,
    });
    return { status: answer.statusCode, headers: answer.headers, body: await answer.body.text() };
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}

/** What a balancer answers for a process that does not (RFC 9110, sections 15.6.3 to 15.6.5), and what a process says itself. */
const GATEWAY_FAULTS: ReadonlySet<number> = new Set([502, 503, 504]);

class Refused extends Error {
  readonly notBegun: boolean;

  constructor({ status, headers, body }: EndpointAnswer) {
    super(`answered ${status}: ${body.slice(0, 200)}`);
    this.notBegun = headers[NOT_BEGUN_HEADER] !== undefined;
  }
}

/** Faults of making a connection: nothing of the request has left. */
const NOT_CONNECTED: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function wasLate(error: unknown): boolean {
  const { code } = Object(error) as { code?: unknown };
  return code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT';
}

function wasNotBegun(error: unknown): boolean {
  if (error instanceof Refused) return error.notBegun;
  const { code, errors } = Object(error) as { code?: unknown; errors?: readonly unknown[] };
  // A name with several addresses fails with one fault for each.
  if (Array.isArray(errors) && errors.length > 0) return errors.every(wasNotBegun);
  return NOT_CONNECTED.has(code);
}
