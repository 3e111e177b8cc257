import { describe, expect, it } from 'vitest';
import { type Answer, type Operation, type Send, Session } from './session.ts';

const start = Date.parse('2026-01-01T00:00:00.000Z');

/** An identity service with rotating refresh tokens: one that is presented twice ends the session. */
class Identity {
  now = start;
  issued = 0;
  live = '';
  refreshes = 0;
  signedOut: string[] = [];
  offline = false;
  user: object | null = { userId: 'usr_1' };

  readonly send: Send = async (operation, accessToken) => {
    await Promise.resolve();
    if (this.offline) throw new TypeError('fetch failed');
    return this.#answer(operation, accessToken);
  };

  #answer({ query, variables }: Operation, accessToken: string | undefined): Answer {
    const input = (variables?.input ?? {}) as Record<string, string>;
    if (query.includes('signIn('))
      return input.password === 'right' ? this.#issue('signIn') : refuse('Wrong password.');
    if (query.includes('refreshSession(')) {
      this.refreshes += 1;
      return input.refreshToken === this.live ? this.#issue('refreshSession') : refuse('Session ended.');
    }
    if (query.includes('signOut(')) this.signedOut.push(input.refreshToken ?? '');
    if (query.includes('me {') && accessToken) {
      return { data: { me: { email: 'ada@acme.example', role: 'TENANT_ADMIN', tenant: { name: 'Acme' } } } };
    }
    return { data: {} };
  }

  #issue(field: string): Answer {
    this.issued += 1;
    this.live = `refresh-${this.issued}`;
    const expiresAt = new Date(this.now + 15 * 60_000).toISOString();
    return {
      data: { [field]: { accessToken: `access-${this.issued}`, refreshToken: this.live, expiresAt, user: this.user } },
    };
  }
}

function refuse(message: string): Answer {
  return { data: null, errors: [{ message, extensions: { code: 'UNAUTHENTICATED' } }] };
}

async function signedIn() {
  const identity = new Identity();
  const session = new Session(identity.send, () => identity.now);
  await session.signIn('ada@acme.example', 'right');
  return { identity, session };
}

describe('a session of the playground', () => {
  it('tells who is signed in, with role and customer', async () => {
    const { session } = await signedIn();
    expect(session.getState().account).toEqual({ email: 'ada@acme.example', role: 'TENANT_ADMIN', customer: 'Acme' });
    expect(await session.accessToken()).toBe('access-1');
  });

  it('tells a platform administrator by the absence of a user', async () => {
    const identity = new Identity();
    identity.user = null;
    const session = new Session(identity.send, () => identity.now);
    await session.signIn('admin@example.com', 'right');
    expect(session.getState().account).toEqual({ email: 'admin@example.com' });
  });

  it('rejects with the message of the server when the password is wrong, and nobody is signed in', async () => {
    const session = new Session(new Identity().send, () => start);
    await expect(session.signIn('ada@acme.example', 'wrong')).rejects.toThrow('Wrong password.');
    expect(session.getState()).toEqual({});
    expect(await session.accessToken()).toBeUndefined();
  });

  it('keeps a token until the last minute before it expires', async () => {
    const { identity, session } = await signedIn();
    identity.now = start + 14 * 60_000;
    expect(await session.accessToken()).toBe('access-1');
    identity.now += 1;
    expect(await session.accessToken()).toBe('access-2');
  });

  it('renews a token once, however many requests wait for it', async () => {
    const { identity, session } = await signedIn();
    identity.now = start + 20 * 60_000;
    const tokens = await Promise.all(Array.from({ length: 10 }, () => session.accessToken()));
    expect(new Set(tokens)).toEqual(new Set(['access-2']));
    expect(identity.refreshes).toBe(1);
    expect(session.getState().account?.email).toBe('ada@acme.example');
  });

  it('says that the session has ended when the server refuses to renew it', async () => {
    const { identity, session } = await signedIn();
    identity.live = 'revoked';
    identity.now = start + 20 * 60_000;
    expect(await session.accessToken()).toBeUndefined();
    expect(session.getState()).toEqual({ notice: 'The session has ended. Please sign in again.' });
  });

  it('survives a server that is away for a while', async () => {
    const { identity, session } = await signedIn();
    identity.now = start + 20 * 60_000;
    identity.offline = true;
    await expect(session.accessToken()).rejects.toThrow('fetch failed');
    identity.offline = false;
    expect(await session.accessToken()).toBe('access-2');
  });

  it('ends on the server too, with the newest refresh token, when the user signs out during a renewal', async () => {
    const { identity, session } = await signedIn();
    identity.now = start + 20 * 60_000;
    const renewal = session.accessToken();
    await session.signOut();
    await renewal;
    expect(identity.signedOut).toEqual(['refresh-2']);
    expect(session.getState()).toEqual({});
    expect(await session.accessToken()).toBeUndefined();
  });
});
