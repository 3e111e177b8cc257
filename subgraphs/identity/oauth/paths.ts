import { INVITATION_PATH, NEW_PASSWORD_PATH } from '../people/messages.ts';

/** Where everything is, below the path of the public address. The engine serves the first nine. */
export const PATHS = {
  discovery: '/.well-known/openid-configuration',
  jwks: '/.well-known/jwks.json',
  authorize: '/oauth/authorize',
  token: '/oauth/token',
  revoke: '/oauth/revoke',
  introspect: '/oauth/introspect',
  logout: '/oauth/logout',
  logoutConfirmed: '/oauth/logout/confirm',
  loggedOut: '/oauth/logout/success',
  signIn: '/oauth/sign-in',
  invitation: INVITATION_PATH,
  newPassword: NEW_PASSWORD_PATH,
  forgottenPassword: '/oauth/forgotten-password',
} as const;

/** The path of the public address, without a slash at its end: what stands before every path that a browser sees. */
export function publicPrefix(issuer: string): string {
  return new URL(issuer).pathname.replace(/\/$/, '');
}
