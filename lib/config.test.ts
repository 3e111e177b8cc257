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
        'PORT',
        'PUBLIC_URL',
      ]);
      for (const value of ['eighty', 'hunter2', 'nobody', 'loud', 'ftp://x'])
        expect(faults.join('\n')).not.toContain(value);
    }
  });

  test('takes an empty variable for an unset one', () => {
    expect(readConfig({ PORT: '', ADMIN_PASSWORD: '' })).toMatchObject({ port: 4000, adminPassword: undefined });
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
