import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '#lib/clock.ts';
import type { Stores } from '#lib/store/port.ts';
import { at } from '../contract/consumers.ts';
import { clientToken, startTestServer, type TestServer } from '../support/server.ts';
import { type Memory, STEPS, type Step } from './shapes/steps.ts';

const PUBLIC_URL = 'http://plane.example';
const servers: Record<'one' | 'many', TestServer | undefined> = { one: undefined, many: undefined };

beforeAll(async () => {
  for (const shape of ['one', 'many'] as const) {
    const clock = new ManualClock('2026-03-10T12:00:00.000Z');
    servers[shape] = await startTestServer({ shape, clock, env: { PUBLIC_URL }, interceptStores: faulty });
  }
});
afterAll(async () => {
  await Promise.all(Object.values(servers).map((server) => server?.close()));
});

describe('in one process and in many the same operation gets the same answer: data, errors, codes, paths, extensions', () => {
  const memories: Record<'one' | 'many', Memory> = { one: {}, many: {} };
  const names: Record<'one' | 'many', Map<string, string>> = { one: new Map(), many: new Map() };

  it.each(STEPS.map((step) => [step.name, step] as const))('%s', async (_, step) => {
    const answers = [];
    for (const shape of ['one', 'many'] as const) answers.push(await play(shape, step));
    const [one, many] = answers;
    expect(many).toEqual(one);
    const codes = one?.answer.errors?.map(({ extensions }: { extensions: { code: string } }) => extensions.code) ?? [];
    expect([...new Set(codes)].sort()).toEqual(step.codes ?? []);
  });

  async function play(shape: 'one' | 'many', { source, variables, as, remember = {} }: Step) {
    const server = servers[shape];
    const memory = memories[shape];
    if (server === undefined) throw new Error('it does not run');
    if (as === 'client' && memory.client === undefined) {
      memory.client = await clientToken(server.url, memory.clientId ?? '', memory.clientSecret ?? '');
    }
    const { status, text, headers, data } = await server.query(source, variables?.(memory), as && memory[as]);
    for (const [name, path] of Object.entries(remember)) memory[name] = String(at(data, path));
    const known = names[shape];
    return { status, type: headers.get('content-type'), answer: JSON.parse(comparable(text, known)) };
  }
});

/** Ids, secrets and tokens differ from one installation to the next: by name, in the order in which they are first seen. */
function comparable(text: string, known: Map<string, string>): string {
  const made =
    /(?<=")usr_[0-9a-f]{32}\.[\w-]+(?=")|\b(?:ten|usr|adm|cli|ses|inv|wf|res|req|key)_[0-9a-f]{32}\b|eyJ[\w-]+\.[\w-]+\.[\w-]+|(?<=")[\w.-]{43,}(?=")|\buser_[0-9a-f]{12}\b/g;
  return text.replace(made, (found) => {
    const name = known.get(found) ?? `made-${known.size + 1}`;
    known.set(found, name);
    return name;
  });
}

/** Stores in which one tenant cannot be read. */
function faulty(stores: Stores): Stores {
  return {
    location: stores.location,
    exclusive: stores.exclusive,
    close: () => stores.close(),
    async open(service, specs) {
      const store = await stores.open(service, specs);
      return {
        ping: () => store.ping(),
        collection(spec) {
          const collection = store.collection(spec);
          const getMany: typeof collection.getMany = (keys) => {
            if (keys.includes('ten_fault')) throw new TypeError('a secret path: /var/lib');
            return collection.getMany(keys);
          };
          const get: typeof collection.get = (key) => {
            if (key === 'ten_fault') throw new TypeError('a secret path: /var/lib');
            return collection.get(key);
          };
          return new Proxy(collection, {
            get(target, name) {
              if (name === 'getMany') return getMany;
              if (name === 'get') return get;
              const value = Reflect.get(target, name);
              return typeof value === 'function' ? value.bind(target) : value;
            },
          });
        },
      };
    },
  };
}
