import { type CryptoKey, importJWK, type JWTPayload, SignJWT } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../clock.ts';
import { generateServiceKey, type PrivateServiceKey, publicServiceKey } from './service-key.ts';
import { createServiceTokens, createServiceTokenVerifier, type ServiceTokenVerifier } from './service-token.ts';

const billing = await generateServiceKey('billing');
const tenant = await generateServiceKey('tenant');
const stranger = await generateServiceKey('billing');
const NOW = Date.parse('2026-03-10T12:00:00.000Z') / 1000;
const refusal = { code: 'UNAUTHENTICATED' };

let clock: ManualClock;
let published: PrivateServiceKey[];
let verifier: ServiceTokenVerifier;

beforeEach(() => {
  clock = new ManualClock('2026-03-10T12:00:00.000Z');
  published = [billing, tenant];
  verifier = createServiceTokenVerifier({
    clock,
    async keyOf(kid) {
      const key = published.find((candidate) => candidate.kid === kid);
      return key && ((await importJWK(publicServiceKey(key), 'ES256')) as CryptoKey);
    },
  });
});

const CLAIMS = {
  iss: 'billing',
  sub: 'billing',
  aud: 'metrics',
  iat: NOW,
  exp: NOW + 60,
  jti: 'j1',
  forward: false,
};

const { exp: _, ...ENDLESS } = CLAIMS;

async function sign(claims: JWTPayload = CLAIMS, header: object = {}, key = billing): Promise<string> {
  return await new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', typ: 'service+jwt', kid: key.kid, ...header })
    .sign(await importJWK(key, 'ES256'));
}

describe('a service token', () => {
  it('says which service it is, and whether it carries somebody else’s request', async () => {
    const tokens = createServiceTokens({ service: 'billing', key: billing, clock });
    const command = await tokens.tokenFor('metrics', 'command');
    const forward = await tokens.tokenFor('metrics', 'forward');
    expect(await verifier.verify(command, 'metrics')).toEqual({ service: 'billing', forward: false });
    expect(await verifier.verify(forward, 'metrics')).toEqual({ service: 'billing', forward: true });
  });

  it.each<[string, () => Promise<string>]>([
    ['nothing', async () => ''],
    ['nonsense', async () => 'nonsense'],
    ['another audience', () => sign({ ...CLAIMS, aud: 'tenant' })],
    ['several audiences', () => sign({ ...CLAIMS, aud: ['metrics', 'tenant'] })],
    ['another service’s name', () => sign({ ...CLAIMS, iss: 'onboarding', sub: 'onboarding' })],
    ['another subject', () => sign({ ...CLAIMS, sub: 'onboarding' })],
    ['another service’s key id', () => sign(CLAIMS, { kid: tenant.kid })],
    ['a key that is not published', () => sign(CLAIMS, {}, stranger)],
    ['a published id and another key', () => sign(CLAIMS, { kid: billing.kid }, stranger)],
    ['a key id that names no service', () => sign(CLAIMS, { kid: 'nobody:x' })],
    ['no key id', () => sign(CLAIMS, { kid: undefined })],
    ['the type of an access token', () => sign(CLAIMS, { typ: 'at+jwt' })],
    ['no type', () => sign(CLAIMS, { typ: undefined })],
    ['the end of its time', () => sign({ ...CLAIMS, iat: NOW - 71, exp: NOW - 11 })],
    ['no end', () => sign(ENDLESS)],
    ['too long a life', () => sign({ ...CLAIMS, exp: NOW + 3_600 })],
    ['a beginning in the future', () => sign({ ...CLAIMS, iat: NOW + 60, exp: NOW + 120 })],
    ['no word on whose request it is', () => sign({ ...CLAIMS, forward: undefined })],
    ['the algorithm none', async () => `${encode({ alg: 'none', typ: 'service+jwt' })}.${encode(CLAIMS)}.`],
    ['an HMAC with the public key', () => hmac()],
  ])('with %s is refused', async (_case, token) => {
    await expect(verifier.verify(await sign(), 'metrics'), 'a good one passes').resolves.toBeDefined();
    await expect(verifier.verify(await token(), 'metrics')).rejects.toMatchObject(refusal);
  });

  it('that passed at one service is refused at another', async () => {
    const token = await sign();
    await verifier.verify(token, 'metrics');
    await expect(verifier.verify(token, 'tenant')).rejects.toMatchObject(refusal);
    await expect(verifier.verify(token, 'metrics')).resolves.toBeDefined();
  });

  it('that passed is refused when its time is over, and when its key is taken away', async () => {
    const token = await sign();
    await verifier.verify(token, 'metrics');
    published = [tenant];
    await expect(verifier.verify(token, 'metrics')).rejects.toMatchObject(refusal);
    published = [billing, tenant];
    clock.advance(69_999);
    await expect(verifier.verify(token, 'metrics')).resolves.toBeDefined();
    clock.advance(1_001);
    await expect(verifier.verify(token, 'metrics')).rejects.toMatchObject(refusal);
  });

  it('is used for half its life, and made anew after that or when the clock steps back', async () => {
    const tokens = createServiceTokens({ service: 'billing', key: billing, clock });
    const [first, same] = await Promise.all([
      tokens.tokenFor('metrics', 'command'),
      tokens.tokenFor('metrics', 'command'),
    ]);
    expect(same).toBe(first);
    clock.advance(29_000);
    expect(await tokens.tokenFor('metrics', 'command')).toBe(first);
    clock.advance(1_000);
    const second = await tokens.tokenFor('metrics', 'command');
    expect(second).not.toBe(first);
    clock.advance(-60_000);
    const third = await tokens.tokenFor('metrics', 'command');
    expect(third).not.toBe(second);
    await expect(verifier.verify(third, 'metrics')).resolves.toBeDefined();
  });
});

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

async function hmac(): Promise<string> {
  const secret = new TextEncoder().encode(JSON.stringify(publicServiceKey(billing)));
  return await new SignJWT(CLAIMS)
    .setProtectedHeader({ alg: 'HS256', typ: 'service+jwt', kid: billing.kid })
    .sign(secret);
}
