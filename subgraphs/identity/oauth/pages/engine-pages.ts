import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider';
import type { Page } from './page.ts';
import { messagePage, signOutForm } from './pages.ts';

/** Pages in the place of those that the engine brings: these work without JavaScript, and look like the others. */
export async function renderError(context: KoaContextWithOIDC, out: ErrorOut): Promise<void> {
  const { status } = context;
  const text =
    status >= 500
      ? 'Something went wrong on the server. Go back to the application and try again.'
      : `The application’s request cannot be answered (${out.error}${
          out.error_description === undefined ? '' : `: ${out.error_description}`
        }). Go back to the application and start again.`;
  show(context, messagePage('This did not work', text, { status }));
}

/** Asks whether to sign out, so that no other page can do it; where nobody is signed in, leads on. */
export async function signOutPage(context: KoaContextWithOIDC): Promise<void> {
  const { session, params, oidc } = { ...context.oidc, oidc: context.oidc };
  const xsrf = session?.state?.secret;
  if (typeof xsrf !== 'string') return;
  const redirectUri = params?.post_logout_redirect_uri;
  const form = {
    action: oidc.urlFor('end_session_confirm'),
    xsrf,
    signedIn: session?.accountId !== undefined,
    redirectUri: typeof redirectUri === 'string' ? redirectUri : undefined,
  };
  show(context, signOutForm(form));
}

export async function signedOutPage(context: KoaContextWithOIDC): Promise<void> {
  show(context, messagePage('You are signed out', 'You can close this page.'));
}

function show(context: KoaContextWithOIDC, { status, headers, body }: Page): void {
  context.status = status;
  context.set({ ...headers });
  context.body = body;
}
