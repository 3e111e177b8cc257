import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { beforeEach, expect, it } from 'vitest';
import { ManualClock } from '../clock.ts';
import { createTokenVerifier, type TokenVerifier, type VerificationState } from './verifier.ts';

const ISSUER = 'https://plane.example';
const AUDIENCE = `${ISSUER}/graphql`;
const NOW = Date.parse('2026-03-10T12:00:00.500Z');
const refusal = { code: 'UNAUTHENTICATED' };

const key = await generateKeyPair('ES256', { extractable: true });
const other = await generateKeyPair('ES256', { extractable: true });
const jwk = { ...(await exportJWK(key.publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' };
const otherJwk = { ...(await exportJWK(other.publicKey)), kid: 'k2', alg: 'ES256', use: 'sig' };

let clock: ManualClock;
let state: {
  keys: VerificationState['keys'];
  revocations: { kind: string; subject: string; at: string }[];
  restrictedTenants: string[];
  serviceKeys: VerificationState['serviceKeys'];
};
let asked: number;
let verifier: TokenVerifier;

beforeEach(async () => {
  clock = new ManualClock('2026-03-10T12:00:00.500Z');
  state = { keys: [jwk], revocations: [], restrictedTenants: [], serviceKeys: [] };
  asked = 0;
  verifier = createTokenVerifier({
    issuer: ISSUER,
    audience: AUDIENCE,
    clock,
    refresh: async () => {
      asked++;
      return structuredClone(state);
    },
  });
  await verifier.refresh();
});

const USER = {
  iss: ISSUER,
  aud: AUDIENCE,
  sub: 'usr_1',
  iat: Math.floor(NOW / 1000),
  exp: Math.floor(NOW / 1000) + 900,
  jti: 'j1',
  iat_ms: NOW,
  tenant_id: 'ten_1',
  roles: ['TENANT_MEMBER'],
  scope: 'tenant:read usage:read',
  sid: 'ses_1',
};
const { tenant_id: _, sid: __, ...TENANTLESS } = USER;
const { exp: ___, ...ENDLESS } = USER;
const CLIENT = { ...TENANTLESS, sub: 'cli_1', client_id: 'cli_1', roles: [], scope: 'usage:write' };

async function sign(claims: JWTPayload = USER, header: object = {}, privateKey = key.privateKey): Promise<string> {
  return await new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'k1', ...header })
    .sign(privateKey);
}

it('tells a user, an administrator and a client apart', async () => {
  expect(await verifier.verify(await sign())).toEqual({
    kind: 'user',
    id: 'usr_1',
    tenantId: 'ten_1',
    roles: ['TENANT_MEMBER'],
    scopes: new Set(['tenant:read', 'usage:read']),
    sessionId: 'ses_1',
  });
  const administrator = { ...TENANTLESS, sub: 'adm_1', roles: ['PLATFORM_ADMINISTRATOR'], scope: 'platform:write' };
  expect(await verifier.verify(await sign(administrator))).toMatchObject({ kind: 'administrator', tenantId: null });
  expect(await verifier.verify(await sign(CLIENT))).toMatchObject({ kind: 'client', tenantId: null, id: 'cli_1' });
  expect(await verifier.verify(await sign({ ...CLIENT, tenant_id: 'ten_1' }))).toMatchObject({ tenantId: 'ten_1' });
});

it('service:command and scopes that do not exist are not taken from a token', async () => {
  const scope = 'service:command tenant:read root';
  for (const claims of [
    { ...USER, scope },
    { ...CLIENT, scope },
  ]) {
    const { scopes } = await verifier.verify(await sign(claims));
    expect([...scopes]).toEqual(['tenant:read']);
  }
});

it.each<[string, () => Promise<string>]>([
  ['another issuer', () => sign({ ...USER, iss: 'https://evil.example' })],
  ['another audience', () => sign({ ...USER, aud: ISSUER })],
  ['another type', () => sign(USER, { typ: 'JWT' })],
  ['no type', () => sign(USER, { typ: undefined })],
  ['no key id', () => sign(USER, { kid: undefined })],
  ['an unknown key', () => sign(USER, { kid: 'k9' })],
  ['another key’s signature', () => sign(USER, {}, other.privateKey)],
  ['the end of its time', () => sign({ ...USER, exp: Math.floor(NOW / 1000) })],
  ['no expiry', () => sign(ENDLESS)],
  ['no millisecond of issue', () => sign({ ...USER, iat_ms: undefined })],
  ['a user without a tenant', () => sign(TENANTLESS)],
  ['an administrator of a tenant', () => sign({ ...USER, roles: ['PLATFORM_ADMINISTRATOR'] })],
  ['two roles', () => sign({ ...USER, roles: ['TENANT_MEMBER', 'TENANT_ADMIN'] })],
  ['a role that does not exist', () => sign({ ...USER, roles: ['toString'] })],
  ['no role', () => sign({ ...USER, roles: [] })],
  ['a client with another subject', () => sign({ ...CLIENT, sub: 'usr_1' })],
  ['a changed payload', async () => swapPayload(await sign(), await sign({ ...USER, sub: 'usr_2' }))],
  ['no signature', async () => `${(await sign()).split('.').slice(0, 2).join('.')}.`],
  ['the algorithm none', async () => `${encode({ alg: 'none', typ: 'at+jwt' })}.${encode(USER)}.`],
  ['an HMAC with the public key', () => hmac()],
  ['nonsense', async () => 'nonsense'],
])('a token with %s is refused', async (_case, token) => {
  expect(await verifier.verify(await sign({ ...USER, jti: 'good' })), 'a good one passes').toBeDefined();
  await expect(verifier.verify(await token())).rejects.toMatchObject(refusal);
});

it('a token that passed is refused when its time is over', async () => {
  const token = await sign();
  await verifier.verify(token);
  clock.advance(899_000);
  await expect(verifier.verify(token)).resolves.toBeDefined();
  clock.advance(1_000);
  await expect(verifier.verify(token)).rejects.toMatchObject(refusal);
});

it.each([
  ['user', 'usr_1'],
  ['tenant', 'ten_1'],
  ['tenant-users', 'ten_1'],
  ['session', 'ses_1'],
])(
  'a revocation of a %s reaches tokens issued up to its millisecond, those that passed before too',
  async (kind, subject) => {
    const token = await sign();
    const later = await sign({ ...USER, iat_ms: NOW + 1 });
    await verifier.verify(token);
    state.revocations = [{ kind, subject, at: new Date(NOW).toISOString() }];
    await verifier.refresh();
    await expect(verifier.verify(token)).rejects.toMatchObject(refusal);
    await expect(verifier.verify(later)).resolves.toBeDefined();
  },
);

it('a revocation is of its kind only', async () => {
  const at = new Date(NOW + 1_000).toISOString();
  state.revocations = [
    { kind: 'client', subject: 'usr_1', at },
    { kind: 'user', subject: 'cli_1', at },
    { kind: 'tenant', subject: 'ten_2', at },
  ];
  await verifier.refresh();
  await expect(verifier.verify(await sign())).resolves.toBeDefined();
  const client = await sign(CLIENT);
  await expect(verifier.verify(client)).resolves.toBeDefined();
  state.revocations = [{ kind: 'client', subject: 'cli_1', at }];
  await verifier.refresh();
  await expect(verifier.verify(client)).rejects.toMatchObject(refusal);
});

it("a tenant's users can be shut out without its clients", async () => {
  const client = await sign({ ...CLIENT, tenant_id: 'ten_1' });
  state.revocations = [{ kind: 'tenant-users', subject: 'ten_1', at: new Date(NOW + 1_000).toISOString() }];
  await verifier.refresh();
  await expect(verifier.verify(await sign())).rejects.toMatchObject(refusal);
  await expect(verifier.verify(client)).resolves.toBeDefined();
});

it('a client of a restricted tenant has usage:write and nothing else, also by a token that passed before, until it is lifted', async () => {
  const scope = 'tenant:read usage:read usage:write';
  const own = await sign({ ...CLIENT, tenant_id: 'ten_1', scope });
  const poor = await sign({ ...CLIENT, tenant_id: 'ten_1', scope: 'tenant:read' });
  const others = [await sign({ ...CLIENT, tenant_id: 'ten_2', scope }), await sign({ ...CLIENT, scope }), await sign()];
  const scopesOf = async (token: string) => [...(await verifier.verify(token)).scopes].join(' ');
  const before = await Promise.all([own, poor, ...others].map(scopesOf));
  expect(before[0]).toBe(scope);
  state.restrictedTenants = ['ten_1'];
  await verifier.refresh();
  expect(await Promise.all([own, poor].map(scopesOf))).toEqual(['usage:write', '']);
  expect(await Promise.all(others.map(scopesOf))).toEqual(before.slice(2));
  state.restrictedTenants = [];
  await verifier.refresh();
  expect(await Promise.all([own, poor, ...others].map(scopesOf))).toEqual(before);
});

it('an unknown key is asked for at once, but not by every token', async () => {
  state.keys = [jwk, otherJwk];
  await expect(verifier.verify(await sign(USER, { kid: 'k2' }, other.privateKey))).resolves.toBeDefined();
  expect(asked).toBe(2);
  const tokens = await Promise.all(Array.from({ length: 50 }, (_unused, index) => sign(USER, { kid: `u${index}` })));
  await Promise.allSettled(tokens.map((token) => verifier.verify(token)));
  expect(asked).toBeLessThanOrEqual(3);
});

it('a token by a key that was published after the last question waits for the next one, and is not refused', async () => {
  await Promise.allSettled([verifier.verify(await sign(USER, { kid: 'u' }))]);
  state.keys = [jwk, otherJwk];
  await expect(verifier.verify(await sign(USER, { kid: 'k2' }, other.privateKey))).resolves.toBeDefined();
});

it('a token by a key that was published while a question was under way is not refused by its answer', async () => {
  const stale = structuredClone(state);
  const gate = Promise.withResolvers<void>();
  let questions = 0;
  const slow = createTokenVerifier({
    issuer: ISSUER,
    audience: AUDIENCE,
    clock,
    async refresh() {
      questions += 1;
      if (questions > 1) return structuredClone(state);
      await gate.promise;
      return stale;
    },
  });
  const first = slow.refresh();
  state.keys = [jwk, otherJwk];
  const verified = slow.verify(await sign(USER, { kid: 'k2' }, other.privateKey));
  gate.resolve();
  await first;
  await expect(verified).resolves.toBeDefined();
});

it('whether an unknown key is good cannot be told while nobody answers', async () => {
  let down = false;
  const alone = createTokenVerifier({
    issuer: ISSUER,
    audience: AUDIENCE,
    clock,
    refresh: async () => {
      if (down) throw new Error('down');
      return structuredClone(state);
    },
  });
  await alone.refresh();
  down = true;
  await expect(alone.verify(await sign())).resolves.toBeDefined();
  await expect(alone.verify(await sign(USER, { kid: 'k9' }))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

it('a key that is taken away takes its tokens with it', async () => {
  const token = await sign();
  await verifier.verify(token);
  state.keys = [otherJwk];
  await verifier.refresh();
  await expect(verifier.verify(token)).rejects.toMatchObject(refusal);
});

it('asks again by itself, keeps what it knows through an outage, and asks nobody for a known token', async () => {
  let down = false;
  const faults: unknown[] = [];
  const polling = createTokenVerifier({
    issuer: ISSUER,
    audience: AUDIENCE,
    clock,
    intervalMilliseconds: 5,
    onRefreshError: (error) => faults.push(error),
    refresh: async () => {
      asked++;
      if (down) throw new Error('down');
      return structuredClone(state);
    },
  });
  await polling.start();
  const token = await sign();
  await polling.verify(token);
  down = true;
  await expect.poll(() => faults.length).toBeGreaterThan(1);
  await expect(polling.verify(token)).resolves.toBeDefined();
  down = false;
  state.revocations = [{ kind: 'user', subject: 'usr_1', at: new Date(NOW).toISOString() }];
  await expect
    .poll(() =>
      polling.verify(token).then(
        () => 'good',
        () => 'refused',
      ),
    )
    .toBe('refused');
  polling.stop();
  const before = asked;
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(asked).toBe(before);
});

it('the services’ keys come and go with what identity publishes, and are none of those that sign access tokens', async () => {
  expect(await verifier.serviceKey('k1')).toBeUndefined();
  state.serviceKeys = [otherJwk];
  await verifier.refresh();
  expect(await verifier.serviceKey('k2')).toBeDefined();
  await expect(verifier.verify(await sign(USER, { kid: 'k2' }, other.privateKey))).rejects.toMatchObject(refusal);
  state.serviceKeys = [];
  await verifier.refresh();
  expect(await verifier.serviceKey('k2')).toBeUndefined();
});

it('without any keys it says that it cannot tell', async () => {
  const blind = createTokenVerifier({
    issuer: ISSUER,
    audience: AUDIENCE,
    clock,
    refresh: () => Promise.reject(new Error('down')),
  });
  expect([blind.ready(), verifier.ready()]).toEqual([false, true]);
  await expect(blind.verify(await sign())).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await expect(blind.serviceKey('k1')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function swapPayload(token: string, from: string): string {
  const [header, , signature] = token.split('.');
  return [header, from.split('.')[1], signature].join('.');
}

async function hmac(): Promise<string> {
  const secret = new TextEncoder().encode(JSON.stringify(jwk));
  return await new SignJWT(USER).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: 'k1' }).sign(secret);
}
