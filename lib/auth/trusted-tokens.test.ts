import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OutsideIssuer } from '../../test/support/outside-issuer.ts';
import { systemClock } from '../clock.ts';
import { readConfig } from '../config.ts';
import { unavailable } from '../errors.ts';
import { ROLE_SCOPES } from './scopes.ts';
import type { TrustedIssuer } from './trusted-issuer.ts';
import { createTrustedKeys } from './trusted-keys.ts';
import { createTrustedTokens, type TrustedTokens } from './trusted-tokens.ts';

const refusal = { code: 'UNAUTHENTICATED' };
const outOfReach = { code: 'UNAVAILABLE' };
const ANN = { aud: 'control-plane', tid: 'ten_1', groups: ['staff', 'owners'] };

let issuer: OutsideIssuer;
let tenants: Map<string, boolean>;
let asked: number;
let down: boolean;
let tokens: TrustedTokens;
let errors: unknown[];

beforeEach(async () => {
  issuer = await OutsideIssuer.start();
  tenants = new Map([['ten_1', true]]);
  [asked, down, errors] = [0, false, []];
  tokens = trusting({});
});
afterEach(async () => {
  tokens.stop();
  await issuer.close();
});

function trusting(changes: Partial<TrustedIssuer>, refreshMilliseconds = 60_000, cooldownMilliseconds = 50) {
  const trusted: TrustedIssuer = {
    issuer: issuer.url,
    audience: 'control-plane',
    tenantClaim: 'tid',
    rolesClaim: 'groups',
    roles: { owners: 'TENANT_ADMIN', staff: 'TENANT_MEMBER' },
    ...changes,
  };
  return createTrustedTokens({
    issuers: [trusted],
    clock: systemClock,
    keysOf: (one) =>
      createTrustedKeys({
        trusted: one,
        refreshMilliseconds,
        cooldownMilliseconds,
        onError: (error) => errors.push(error),
      }),
    async admits(tenantId) {
      asked += 1;
      if (down) throw unavailable('down');
      return tenants.get(tenantId) ?? false;
    },
  });
}

describe('a token of an outside provider', () => {
  it('makes its holder a person of the tenant, with the most that its roles stand for', async () => {
    const token = await issuer.sign(ANN);
    expect(tokens.isOurs(token)).toBe(true);
    expect(await tokens.verify(token)).toEqual({
      kind: 'user',
      id: `${issuer.url}|ann`,
      tenantId: 'ten_1',
      roles: ['TENANT_ADMIN'],
      scopes: new Set(ROLE_SCOPES.TENANT_ADMIN),
      issuer: issuer.url,
    });
    expect(await tokens.verify(await issuer.sign({ ...ANN, groups: 'other, staff' }))).toMatchObject({
      roles: ['TENANT_MEMBER'],
    });
  });

  it.each([['RS256'], ['PS256'], ['ES256'], ['ES384'], ['EdDSA']])('may be signed with %s', async (alg) => {
    await issuer.rotate(alg);
    await expect(tokens.verify(await issuer.sign(ANN))).resolves.toBeDefined();
  });

  it('holds no scope that it names itself', async () => {
    const token = await issuer.sign({
      ...ANN,
      scope: 'service:command platform:write tenant:write',
      groups: ['staff'],
    });
    const { scopes } = await tokens.verify(token);
    expect([...scopes].sort()).toEqual([...ROLE_SCOPES.TENANT_MEMBER].sort());
  });

  it.each<[string, () => Promise<string>]>([
    ['another audience', () => issuer.sign({ ...ANN, aud: 'another-app' })],
    ['no audience', () => issuer.sign({ ...ANN, aud: undefined })],
    ['no tenant', () => issuer.sign({ ...ANN, tid: undefined })],
    ['an empty tenant', () => issuer.sign({ ...ANN, tid: '' })],
    ['several tenants', () => issuer.sign({ ...ANN, tid: ['ten_1'] })],
    ['a tenant that does not exist', () => issuer.sign({ ...ANN, tid: 'ten_none' })],
    ['no role', () => issuer.sign({ ...ANN, groups: undefined })],
    [
      'a role that stands for nothing',
      () => issuer.sign({ ...ANN, groups: ['visitors', 'TENANT_ADMIN', 'constructor'] }),
    ],
    ['no subject', () => issuer.sign({ ...ANN, sub: undefined })],
    ['no end', () => issuer.sign({ ...ANN, exp: undefined })],
    ['no beginning', () => issuer.sign({ ...ANN, iat: undefined })],
    ['a time that is over', () => issuer.sign({ ...ANN, exp: Math.floor(Date.now() / 1000) - 31 })],
    ['a time to come', () => issuer.sign({ ...ANN, nbf: Math.floor(Date.now() / 1000) + 60 })],
    ['another type', () => issuer.sign(ANN, { typ: 'logout+jwt' })],
    ['an unknown key', () => issuer.sign(ANN, { kid: 'another' })],
    ['a kid that is a path', () => issuer.sign(ANN, { kid: '../../../dev/null' })],
    ['another key’s signature', async () => issuer.sign(ANN, {}, (await generateKeyPair('RS256')).privateKey)],
    ['the algorithm none', async () => `${encode({ alg: 'none' })}.${encode({ iss: issuer.url, ...ANN })}.`],
    ['an HMAC with the public key', () => hmac()],
  ])('with %s is refused', async (_case, token) => {
    await expect(tokens.verify(await issuer.sign(ANN)), 'a good one passes').resolves.toBeDefined();
    await expect(tokens.verify(await token())).rejects.toMatchObject(refusal);
  });

  it('fetches no key from where its header says', async () => {
    const evil = await OutsideIssuer.start();
    const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
    for (const header of ['jku', 'x5u']) {
      const token = await issuer.sign(ANN, { [header]: `${evil.url}/keys`, kid: evil.kid }, privateKey);
      await expect(tokens.verify(token)).rejects.toMatchObject(refusal);
    }
    const embedded = await issuer.sign(ANN, { jwk: await exportJWK(publicKey), kid: 'embedded' }, privateKey);
    await expect(tokens.verify(embedded)).rejects.toMatchObject(refusal);
    expect(evil.asked).toEqual({ metadata: 0, keys: 0 });
    await evil.close();
  });

  it('of another provider is not taken for one of this', async () => {
    const other = await OutsideIssuer.start();
    expect(tokens.isOurs(await other.sign(ANN))).toBe(false);
    await expect(tokens.verify(await other.sign(ANN))).rejects.toMatchObject(refusal);
    await expect(tokens.verify(await other.sign({ ...ANN, iss: issuer.url }))).rejects.toMatchObject(refusal);
    for (const nonsense of ['', 'x', 'a.b.c', `${encode({})}.${encode([])}.x`])
      expect(tokens.isOurs(nonsense)).toBe(false);
    await other.close();
  });

  it('speaks for the tenants alone that its provider may speak for', async () => {
    tenants.set('ten_2', true);
    tokens = trusting({ tenants: ['ten_2'] });
    await expect(tokens.verify(await issuer.sign({ ...ANN, tid: 'ten_2' }))).resolves.toBeDefined();
    await expect(tokens.verify(await issuer.sign(ANN))).rejects.toMatchObject(refusal);
  });

  it('may have its claims within others, or under names with dots', async () => {
    tokens = trusting({ tenantClaim: 'https://acme.example/tenant', rolesClaim: 'realm_access.roles' });
    const claims = { aud: ANN.aud, 'https://acme.example/tenant': 'ten_1', realm_access: { roles: ['staff'] } };
    await expect(tokens.verify(await issuer.sign(claims))).resolves.toMatchObject({ roles: ['TENANT_MEMBER'] });
    const { realm_access: _, ...without } = claims;
    await expect(tokens.verify(await issuer.sign(without))).rejects.toMatchObject(refusal);
  });
});

describe('the keys of an outside provider', () => {
  it('are asked for once, by many at once', async () => {
    const token = await issuer.sign(ANN);
    await Promise.all(Array.from({ length: 50 }, () => tokens.verify(token)));
    expect(issuer.asked).toEqual({ metadata: 1, keys: 1 });
  });

  it('change: a new one is asked for when it is met, and what is withdrawn goes', async () => {
    tokens = trusting({}, 100);
    tokens.start();
    const old = await issuer.sign(ANN);
    await tokens.verify(old);
    await issuer.rotate();
    await new Promise((resolve) => setTimeout(resolve, 60)); // the keys have just been asked for
    await expect(tokens.verify(await issuer.sign(ANN))).resolves.toBeDefined();
    await expect(tokens.verify(old)).resolves.toBeDefined();
    await issuer.rotate('RS256', 1);
    await expect.poll(() => tokens.verify(old).catch((error: unknown) => error)).toMatchObject(refusal);
  });

  it.each(['down', 'nonsense', 'another issuer', 'a redirect', 'silent'] as const)(
    'stay in force while the provider is out of order (%s)',
    async (fault) => {
      tokens = trusting({}, 20);
      tokens.start();
      const token = await issuer.sign(ANN);
      await tokens.verify(token);
      const asks = () => issuer.asked.metadata + issuer.asked.keys;
      const before = asks();
      issuer.fault = fault;
      await expect.poll(asks).toBeGreaterThan(before + (fault === 'silent' ? 0 : 2));
      await expect(tokens.verify(token)).resolves.toBeDefined();
      if (fault !== 'silent') expect(errors.length).toBeGreaterThan(0);
    },
  );

  it.each(['down', 'nonsense', 'another issuer', 'a redirect'] as const)(
    'that were never known make a token that nobody can tell (%s), and the provider is left alone for a while',
    async (fault) => {
      tokens = trusting({}, 60_000, 300);
      issuer.fault = fault;
      const token = await issuer.sign(ANN);
      for (let times = 0; times < 20; times++) await expect(tokens.verify(token)).rejects.toMatchObject(outOfReach);
      expect(issuer.asked.metadata).toBe(1);
      issuer.fault = 'none';
      await expect
        .poll(() =>
          tokens.verify(token).then(
            () => 'good',
            () => 'not yet',
          ),
        )
        .toBe('good');
    },
  );

  it('are not asked for by every token with a key that is not known', async () => {
    tokens = trusting({}, 60_000, 10_000);
    await tokens.verify(await issuer.sign(ANN));
    for (let count = 0; count < 20; count++) {
      await expect(tokens.verify(await issuer.sign(ANN, { kid: `k${count}` }))).rejects.toMatchObject(refusal);
    }
    expect(issuer.asked.keys).toBe(1);
  });

  it('may be where the configuration says, and then nobody asks for metadata', async () => {
    tokens = trusting({ jwksUri: `${issuer.url}/keys` });
    await tokens.verify(await issuer.sign(ANN));
    expect(issuer.asked).toEqual({ metadata: 0, keys: 1 });
  });
});

describe('the tenant of a token', () => {
  it('is asked for every other second at most, by many at once', async () => {
    const token = await issuer.sign(ANN);
    await Promise.all(Array.from({ length: 20 }, () => tokens.verify(token)));
    await tokens.verify(token);
    expect(asked).toBe(1);
  });

  it('that lets nobody in any more is known within five seconds', async () => {
    const token = await issuer.sign(ANN);
    await tokens.verify(token);
    tenants.set('ten_1', false);
    const begun = performance.now();
    await expect
      .poll(
        () =>
          tokens.verify(token).then(
            () => 'good',
            () => 'refused',
          ),
        { timeout: 5_000 },
      )
      .toBe('refused');
    expect(performance.now() - begun).toBeLessThan(5_000);
  });

  it('that nobody can be asked about is let in for five seconds more, and then nobody can tell', async () => {
    const token = await issuer.sign(ANN);
    await tokens.verify(token);
    down = true;
    await expect(tokens.verify(token)).resolves.toBeDefined();
    await expect
      .poll(() => tokens.verify(token).catch((error: unknown) => error), { timeout: 7_000 })
      .toMatchObject(outOfReach);
  });
});

describe('TRUSTED_ISSUERS', () => {
  const GOOD = {
    issuer: 'https://login.example',
    audience: 'control-plane',
    tenantClaim: 'tid',
    rolesClaim: 'groups',
    roles: { owners: 'TENANT_ADMIN' },
  };
  const read = (...issuers: object[]) => readConfig({ TRUSTED_ISSUERS: JSON.stringify(issuers) }).trustedIssuers;

  it('names issuers, and what their claims mean', () => {
    expect(read(GOOD, { ...GOOD, issuer: 'https://other.example/', tenants: ['ten_1'] })).toHaveLength(2);
    expect(readConfig({}).trustedIssuers).toEqual([]);
  });

  it.each<[string, object, RegExp]>([
    ['an address in clear', { ...GOOD, issuer: 'http://login.example' }, /0\.issuer: must be an https address/],
    ['keys in clear', { ...GOOD, jwksUri: 'http://login.example/keys' }, /0\.jwksUri: must be an https address/],
    ['a role of the platform', { ...GOOD, roles: { x: 'PLATFORM_ADMINISTRATOR' } }, /TENANT_ADMIN or TENANT_MEMBER/],
    ['no role', { ...GOOD, roles: {} }, /0\.roles: must name a role/],
    ['no audience', { ...GOOD, audience: '' }, /0\.audience: must not be empty/],
    ['what nobody knows', { ...GOOD, scopes: ['platform:write'] }, /scopes/],
    ['itself', { ...GOOD, issuer: 'http://127.0.0.1:4000' }, /must not name PUBLIC_URL/],
  ])('with %s stops the start in one line', (_case, trusted, line) => {
    expect(() => read(trusted)).toThrow(line);
    expect(() => read(trusted)).toThrow(/^TRUSTED_ISSUERS [^\n]*$/);
  });

  it('with an issuer twice, or what is no JSON, neither', () => {
    expect(() => read(GOOD, GOOD)).toThrow(/^TRUSTED_ISSUERS [^\n]*twice$/);
    expect(() => readConfig({ TRUSTED_ISSUERS: '{' })).toThrow(/^TRUSTED_ISSUERS must be a list/);
  });
});

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

async function hmac(): Promise<string> {
  const secret = new TextEncoder().encode(await issuer.publicPem());
  const now = Math.floor(Date.now() / 1000);
  const claims = { ...ANN, iss: issuer.url, sub: 'ann', iat: now, exp: now + 600 };
  return await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: issuer.kid }).sign(secret);
}
