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
  invitation: '/oauth/invitation',
} as const;

/** The path of the public address, without a slash at its end: what stands before every path that a browser sees. */
export function publicPrefix(issuer: string): string {
  return new URL(issuer).pathname.replace(/\/$/, '');
}
