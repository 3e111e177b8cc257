/** Members of the discovery document (RFC 8414, section 2) that are true of what is served here. */
const MEMBERS = [
  'issuer',
  'authorization_endpoint',
  'token_endpoint',
  'revocation_endpoint',
  'introspection_endpoint',
  'end_session_endpoint',
  'jwks_uri',
  'scopes_supported',
  'claims_supported',
  'response_types_supported',
  'grant_types_supported',
  'subject_types_supported',
  'code_challenge_methods_supported',
  'id_token_signing_alg_values_supported',
  'token_endpoint_auth_methods_supported',
  'authorization_response_iss_parameter_supported',
];

/** The engine's document, as far as it is true here. */
export function servedMembers(document: unknown): object {
  const served = Object.entries(document as object).filter(([name]) => MEMBERS.includes(name));
  return { ...Object.fromEntries(served), response_modes_supported: ['query'] };
}
