import { alert, field, hidden } from './form.ts';
import { html } from './html.ts';
import { type Page, page } from './page.ts';

/** What a form complains of. */
export interface Complaint {
  readonly status: number;
  readonly message: string;
  readonly retryAfterSeconds?: number | undefined;
}

export interface SignInForm {
  readonly action: string;
  readonly csrf: string;
  readonly application: string;
  readonly email: string | undefined;
  /** Where whoever forgot the password goes. */
  readonly forgotten: string;
  /** Where the browser goes when it is done. */
  readonly redirectUri: string;
  readonly complaint?: Complaint | undefined;
}

export function signInPage(form: SignInForm): Page {
  const { action, csrf, application, email, forgotten, redirectUri, complaint } = form;
  const invalid = complaint?.status === 400 || complaint?.status === 401;
  const known = email !== undefined && email !== '';
  return page({
    ...answerOf(complaint),
    title: titleOf(`Sign in to ${application}`, complaint),
    formTargets: [redirectUri],
    main: html`<h1>Sign in</h1>
<p class="muted">to go on to ${application}</p>
${alert(complaint?.message)}
<form method="post" action="${action}">
${hidden('csrf', csrf)}
${field({ name: 'email', label: 'E-mail address', type: 'email', autocomplete: 'username', value: email, focus: !known, invalid })}
${field({ name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password', focus: known, invalid })}
<button type="submit">Sign in</button>
<button type="submit" class="quiet" name="cancel" value="yes" formnovalidate>Back to ${application}</button>
</form>
<p class="below"><a href="${forgotten}">Forgot your password?</a></p>`,
  });
}

export interface PasswordForm {
  readonly action: string;
  readonly token: string;
  readonly title: string;
  readonly text: string;
  readonly complaint?: Complaint | undefined;
}

/** A form for a new password: an invitation's, or one that takes the place of a forgotten one. */
export function passwordPage({ action, token, title, text, complaint }: PasswordForm): Page {
  const invalid = complaint?.status === 400;
  return page({
    ...answerOf(complaint),
    title: titleOf(title, complaint),
    main: html`<h1>${title}</h1>
<p class="muted">${text}</p>
${alert(complaint?.message)}
<form method="post" action="${action}">
${hidden('token', token)}
${field({
  name: 'password',
  label: 'New password',
  type: 'password',
  autocomplete: 'new-password',
  hint: '12 characters at least. Several words are easy to remember.',
  focus: true,
  invalid,
})}
${field({ name: 'repeated', label: 'New password again', type: 'password', autocomplete: 'new-password', invalid })}
<button type="submit">Set password</button>
</form>`,
  });
}

export interface ForgottenPasswordForm {
  readonly action: string;
  readonly email?: string;
  readonly complaint?: Complaint;
}

export function forgottenPasswordPage({ action, email, complaint }: ForgottenPasswordForm): Page {
  const invalid = complaint?.status === 400;
  return page({
    ...answerOf(complaint),
    title: titleOf('Forgot your password?', complaint),
    main: html`<h1>Forgot your password?</h1>
<p class="muted">We send you a link to choose a new one.</p>
${alert(complaint?.message)}
<form method="post" action="${action}">
${field({ name: 'email', label: 'E-mail address', type: 'email', autocomplete: 'username', value: email, focus: true, invalid })}
<button type="submit">Send the link</button>
</form>`,
  });
}

/** A page that only says something. */
export function messagePage(title: string, text: string, init: { status?: number } = {}): Page {
  return page({ ...init, title, main: html`<h1>${title}</h1>\n<p>${text}</p>` });
}

export interface SignOutForm {
  readonly action: string;
  readonly xsrf: string;
  readonly signedIn: boolean;
  readonly redirectUri: string | undefined;
}

export function signOutForm({ action, xsrf, signedIn, redirectUri }: SignOutForm): Page {
  const title = signedIn ? 'Sign out' : 'You are signed out';
  const text = signedIn
    ? 'This ends your sign-in in this browser, and in the applications that you opened with it.'
    : '';
  return page({
    title,
    formTargets: redirectUri === undefined ? [] : [redirectUri],
    main: html`<h1>${title}</h1>
<p class="muted">${text}</p>
<form method="post" action="${action}">
${hidden('xsrf', xsrf)}
<button type="submit" name="logout" value="yes" autofocus>${signedIn ? 'Sign out' : 'Go on'}</button>
</form>`,
  });
}

function answerOf(complaint: Complaint | undefined): { status: number; headers: Record<string, string> } {
  const { status = 200, retryAfterSeconds } = complaint ?? {};
  return { status, headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) } };
}

/** The title is what is read first: whether it went wrong stands there too. */
function titleOf(title: string, complaint: Complaint | undefined): string {
  return complaint === undefined ? title : `Error: ${title}`;
}
