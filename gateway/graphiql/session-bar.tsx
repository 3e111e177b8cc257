import { type FormEvent, useState, useSyncExternalStore } from 'react';
import type { Account, Session } from './session.ts';

/** The bar above the editor: the product's name, and signing in and out. */
export function SessionBar({ session }: { session: Session }) {
  const { account, notice } = useSyncExternalStore(session.subscribe, session.getState);
  return (
    <header className="session-bar">
      <h1>SaaS control plane</h1>
      {account ? <SignedIn account={account} session={session} /> : <SignInForm session={session} notice={notice} />}
    </header>
  );
}

function SignInForm({ session, notice }: { session: Session; notice: string | undefined }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(notice);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setError(undefined);
    try {
      await session.signIn(String(form.get('email')), String(form.get('password')));
    } catch (cause) {
      setError(cause instanceof Error ? cause.message : String(cause));
      setBusy(false);
    }
  }

  return (
    <form className="session-form" aria-label="Sign in" onSubmit={submit}>
      <p className="session-error" role="alert">
        {error}
      </p>
      <label>
        <span>E-mail</span>
        <input name="email" type="email" autoComplete="username" required />
      </label>
      <label>
        <span>Password</span>
        <input name="password" type="password" autoComplete="current-password" required />
      </label>
      <button type="submit" disabled={busy}>
        {busy ? 'Signing in…' : 'Sign in'}
      </button>
    </form>
  );
}

function SignedIn({ account, session }: { account: Account; session: Session }) {
  return (
    <div className="session-form">
      <p role="status">
        Signed in as <strong>{account.email}</strong>
        <span className="session-role">{describeRole(account)}</span>
      </p>
      <button type="button" onClick={() => session.signOut().catch(() => undefined)}>
        Sign out
      </button>
    </div>
  );
}

function describeRole({ role, customer }: Account): string {
  if (!role) return 'platform administrator';
  const words = role.toLowerCase().replace('_', ' ');
  return customer ? `${words} of ${customer}` : words;
}
