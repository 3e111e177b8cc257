import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ConfigError, ENVIRONMENT, readConfig } from './config.ts';

describe('the configuration', () => {
  test('has a default for everything', () => {
    expect(readConfig({})).toMatchObject({
      port: 4000,
      host: '127.0.0.1',
      dataDir: './data',
      publicUrl: 'http://127.0.0.1:4000',
    });
  });

  test('names all faults at once, a line each, and never a value', () => {
    const faulty = {
      PORT: 'eighty',
      ADMIN_PASSWORD: 'short-secret',
      ADMIN_EMAIL: 'nobody',
      LOG_LEVEL: 'loud',
      PUBLIC_URL: 'ftp://x',
      MONGODB_URL: 'http://user:hidden@x',
    };
    expect(() => readConfig({ ...faulty, ADMIN_PASSWORD: 'hunter2' })).toThrowError(ConfigError);
    try {
      readConfig({ ...faulty, ADMIN_PASSWORD: 'hunter2' });
    } catch (error) {
      const { faults } = error as ConfigError;
      expect(faults.map((fault) => fault.split(' ')[0]).sort()).toEqual([
        'ADMIN_EMAIL',
        'ADMIN_PASSWORD',
        'LOG_LEVEL',
        'MONGODB_URL',
        'PORT',
        'PUBLIC_URL',
      ]);
      for (const value of ['eighty', 'hunter2', 'nobody', 'loud', 'ftp://x', 'hidden'])
        expect(faults.join('\n')).not.toContain(value);
    }
  });

  test('takes an empty variable for an unset one', () => {
    expect(readConfig({ PORT: '', ADMIN_PASSWORD: '' })).toMatchObject({ port: 4000, adminPassword: undefined });
  });

  test('takes keys of 32 bytes in base64, and tells none of them', () => {
    const [key, other] = [Buffer.alloc(32, 7), Buffer.alloc(32, 9)];
    const read = readConfig({
      SECRET_KEY: key.toString('base64'),
      SECRET_KEY_PREVIOUS: `${other.toString('base64url')}, ${key.toString('base64')}`,
    });
    expect([read.secretKey, ...read.previousSecretKeys].map((one) => Buffer.from(one ?? []))).toEqual([
      key,
      other,
      key,
    ]);
    for (const bad of ['short', Buffer.alloc(31).toString('base64'), Buffer.alloc(33).toString('base64')]) {
      expect(() => readConfig({ SECRET_KEY: bad })).toThrow(/^SECRET_KEY must be 32 bytes/);
      expect(() => readConfig({ SECRET_KEY_PREVIOUS: `${key.toString('base64')},${bad}` })).toThrow(
        /^SECRET_KEY_PREVIOUS must be 32 bytes/,
      );
    }
  });

  test('takes a mail server with a sender, and not without one', () => {
    const SMTP_URL = 'smtps://user:secret@mail.example';
    expect(readConfig({ SMTP_URL, MAIL_FROM: 'plane@example.com' }).mail).toEqual({
      smtpUrl: SMTP_URL,
      from: 'plane@example.com',
    });
    expect(readConfig({ MAIL_FROM: 'plane@example.com' }).mail).toBeUndefined();
    expect(() => readConfig({ SMTP_URL })).toThrow(/^MAIL_FROM must be set with SMTP_URL$/);
    expect(() => readConfig({ SMTP_URL: 'http://user:secret@mail.example' })).toThrow(/^SMTP_URL must be/);
  });

  test.each([
    ['SUBGRAPH_BILLING_URL', 'billing:4000', 'must be an http or https address'],
    ['SUBGRAPH_BILLING_URL', 'http://one:4000, two', 'must be an http or https address'],
    ['SUBGRAPH_BILLING_URL', 'http://billing:4000/graphql', 'must be an address without a path'],
    ['SUBGRAPH_BILLING_URL', 'http://user:secret@billing:4000', 'must be an address without a path'],
    ['SUBGRAPH_BILLING_URL', ' , ', 'must be an address'],
    ['GATEWAY_URL', 'gateway', 'must be an http or https address'],
    ['SERVICE_KEYS', '[]', 'must be a key as `npm run service-keys` writes it'],
  ])('%s=%s stops the start with one line that names it', (name, value, message) => {
    expect(() => readConfig({ [name]: value })).toThrowError(new ConfigError([`${name} ${message}`]));
  });

  test('a subgraph without an address runs with the gateway; for a subgraph all but itself runs elsewhere', () => {
    const env = { SUBGRAPH_BILLING_URL: 'http://b1:4000/, http://b2:4000', PUBLIC_URL: 'https://plane.example/x' };
    expect(readConfig(env).remotes).toEqual({ billing: ['http://b1:4000', 'http://b2:4000'] });
    const { port, publicUrl, remotes } = readConfig({ ...env, GATEWAY_URL: 'http://gateway:4000' }, 'metrics');
    expect({ port, publicUrl }).toEqual({ port: 4007, publicUrl: 'https://plane.example/x' });
    expect(remotes.billing).toEqual(['http://b1:4000', 'http://b2:4000']);
    expect(remotes.tenant).toEqual(['http://gateway:4000']);
    expect(remotes.metrics).toBeUndefined();
    expect(readConfig(env, 'billing').remotes.tenant).toEqual(['https://plane.example']);
    expect(readConfig({ HOST: '127.0.0.2' }, 'billing')).toMatchObject({
      publicUrl: 'http://127.0.0.2:4000',
      port: 4005,
    });
  });

  test('takes proxies as addresses and networks', () => {
    const read = (TRUSTED_PROXIES: string) => readConfig({ TRUSTED_PROXIES }).trustedProxies;
    expect(read('127.0.0.1, 10.0.0.0/8 ::1 fd00::/8')).toEqual(['127.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8']);
    for (const bad of ['*', 'proxy.example', '10.0.0.0/33', '10.0.0.0/', '10/8', '1.2.3.4/8/8']) {
      expect(() => read(bad)).toThrow(/^TRUSTED_PROXIES must be addresses/);
    }
  });

  test('cannot be changed once it is read', () => {
    expect(Object.isFrozen(readConfig({}))).toBe(true);
  });

  test('drops the slash at the end of the public address, since the issuer is compared letter by letter', () => {
    expect(readConfig({ PUBLIC_URL: 'https://plane.example/' }).publicUrl).toBe('https://plane.example');
  });

  test('is listed in the README, every variable and no other', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const section = readme.slice(readme.indexOf('## Environment'));
    const documented = [...section.slice(0, section.indexOf('\n## ', 5)).matchAll(/^\| `([A-Z_]+)` \|/gm)].map(
      ([, name]) => name,
    );
    expect(documented.sort()).toEqual(Object.keys(ENVIRONMENT.shape).sort());
  });
});
