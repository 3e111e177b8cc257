import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, importJWK, type JWK, type JWTHeaderParameters, SignJWT } from 'jose';

/** A provider of one's own on 127.0.0.1: it has keys that change, and can be out of order. */
export class OutsideIssuer {
  /** What it answers instead of what it should. */
  fault: 'none' | 'down' | 'silent' | 'nonsense' | 'another issuer' | 'a redirect' = 'none';
  /** How often its metadata and its keys were asked for. */
  readonly asked = { metadata: 0, keys: 0 };
  #keys: { readonly kid: string; readonly alg: string; readonly publicJwk: JWK; readonly privateKey: CryptoKey }[] = [];
  #url = '';
  readonly #waiting = new Set<ServerResponse>();
  readonly #server = createServer((request, response) => this.#answer(request.url ?? '', response));

  static async start(): Promise<OutsideIssuer> {
    const issuer = new OutsideIssuer();
    await new Promise<void>((resolve) => issuer.#server.listen(0, '127.0.0.1', resolve));
    issuer.#url = `http://127.0.0.1:${(issuer.#server.address() as AddressInfo).port}`;
    await issuer.rotate();
    return issuer;
  }

  get url(): string {
    return this.#url;
  }

  /** Signs by a new key from now on; only the last so many are published. */
  async rotate(alg = 'RS256', published = 2): Promise<void> {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    const kid = `outside-${this.#keys.length}-${alg}`;
    const publicJwk = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' };
    this.#keys = [{ kid, alg, publicJwk, privateKey }, ...this.#keys].slice(0, published);
  }

  /** The key that signs, as text: what somebody would take for a shared secret. */
  async publicPem(): Promise<string> {
    const [key] = this.#keys;
    if (key === undefined) throw new Error('no key');
    return await exportSPKI((await importJWK(key.publicJwk, key.alg, { extractable: true })) as CryptoKey);
  }

  get kid(): string {
    return this.#keys[0]?.kid ?? '';
  }

  async sign(
    claims: Readonly<Record<string, unknown>>,
    header: Partial<JWTHeaderParameters> = {},
    privateKey?: CryptoKey,
  ): Promise<string> {
    const [key] = this.#keys;
    if (key === undefined) throw new Error('no key');
    const now = Math.floor(Date.now() / 1000);
    return await new SignJWT({ iss: this.url, iat: now, exp: now + 600, sub: 'ann', ...claims })
      .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'JWT', ...header })
      .sign(privateKey ?? key.privateKey);
  }

  close(): Promise<void> {
    for (const response of this.#waiting) response.destroy();
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #answer(path: string, response: ServerResponse): void {
    const isMetadata = path === '/.well-known/openid-configuration';
    this.asked[isMetadata ? 'metadata' : 'keys'] += 1;
    if (this.fault === 'silent') return void this.#waiting.add(response);
    if (this.fault === 'down') return void response.writeHead(503).end();
    if (this.fault === 'nonsense') return void response.end('<html>');
    if (this.fault === 'a redirect') return void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
    const issuer = this.fault === 'another issuer' ? 'https://another.example' : this.url;
    const metadata = { issuer, jwks_uri: `${this.url}/keys` };
    const keys = { keys: this.#keys.map(({ publicJwk }) => publicJwk) };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(isMetadata ? metadata : keys));
  }
}
