import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import {
  buildSchema,
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
} from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LEFT_OUT } from '#gateway/audit-entry.ts';
import { type ControlPlane, startControlPlane } from '#gateway/control-plane.ts';
import { readConfig } from '#lib/config.ts';
import { createLog } from '#lib/log.ts';
import { NEVER } from '../contract/authorization/fixture.ts';
import { rootOperation } from '../contract/authorization/operations.ts';
import { auditOnDisk } from '../support/audit.ts';
import { ADMIN, clientToken } from '../support/server.ts';

const api = buildSchema(readFileSync(new URL('../../schema/api.graphql', import.meta.url), 'utf8'));
const MUTATIONS = Object.keys(api.getMutationType()?.getFields() ?? {});

/** Arguments whose values are secrets. */
const SECRETS = ['password', 'currentPassword', 'newPassword', 'token', 'refreshToken', 'clientSecret'];
/** Free text and addresses: no secrets, but the audit log has no use for them. */
const NOT_FOR_THE_LOG = [...SECRETS, 'email', 'reason', 'billingAddress', 'address', 'idempotencyKey', 'redirectUris'];

let dataDir: string;
let plane: ControlPlane;
let printed = '';

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'audit-secrets-'));
  const env = {
    PORT: '0',
    DATA_DIR: dataDir,
    LOG_LEVEL: 'trace',
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
  };
  const destination = new Writable({
    write(chunk, _, done) {
      printed += String(chunk);
      done();
    },
  });
  const config = readConfig(env);
  plane = await startControlPlane(config, createLog(config.logLevel, destination));
});
afterAll(async () => {
  await plane.close();
  await rm(dataDir, { recursive: true, force: true });
});

// biome-ignore lint/suspicious/noExplicitAny: answers of any shape
async function send(query: string, variables: object, token?: string): Promise<any> {
  const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) };
  const response = await fetch(`${plane.url}/graphql`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ query, variables }),
  });
  return await response.json();
}

/** Every file under the data folder, as text. */
async function stored(): Promise<string> {
  const files = await readdir(dataDir, { recursive: true, withFileTypes: true });
  const texts = files
    .filter((file) => file.isFile())
    .map((file) => readFile(join(file.parentPath, file.name), 'latin1'));
  return (await Promise.all(texts)).join('\n');
}

test('secrets that are sent and answered stand in no file of the stores and in no line of the log', async () => {
  const secrets: string[] = [ADMIN.password];
  const signIn = 'mutation ($input: SignInInput!) { signIn(input: $input) { accessToken refreshToken } }';
  const { accessToken: admin, refreshToken } = (await send(signIn, { input: ADMIN })).data.signIn;
  secrets.push(admin, refreshToken);

  // Whatever there is, refused or not, by an administrator, by nobody and with a token that is none.
  for (const name of MUTATIONS) {
    const marks = marksOf(name);
    secrets.push(...marks.secrets);
    const { source } = rootOperation(api, 'Mutation', name);
    for (const token of [admin, undefined]) await send(source, marks.variables, token);
  }
  await send('{ me { userId } }', {}, 'marked-bearer-token-that-is-none');
  secrets.push('marked-bearer-token-that-is-none');

  // And what comes through: a customer, its admin's password, tokens, a client's secret.
  const order = { customerName: 'Acme', email: 'ada@acme.example', billingAddress: 'x', tier: 'FREE' };
  const onboard =
    'mutation ($input: OnboardInput!) { onboard(input: $input) { tenant { tenantId } invitation { token } } }';
  const { tenant, invitation } = (await send(onboard, { input: order }, admin)).data.onboard;
  const accept =
    'mutation ($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { accessToken refreshToken } }';
  const password = 'marked horse battery staple';
  const accepted = (await send(accept, { input: { token: invitation.token, password } })).data.acceptInvitation;
  const refresh =
    'mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { accessToken refreshToken } }';
  const refreshed = (await send(refresh, { input: { refreshToken: accepted.refreshToken } })).data.refreshSession;
  const create =
    'mutation ($input: CreateServiceClientInput!) { createServiceClient(input: $input) { client { clientId } clientSecret } }';
  const input = { name: 'App', scopes: ['usage:write'], tenantId: tenant.tenantId };
  const { client, clientSecret } = (await send(create, { input }, admin)).data.createServiceClient;
  const token = await clientToken(plane.url, client.clientId, clientSecret);
  await clientToken(plane.url, client.clientId, 'marked-wrong-client-secret').catch(() => undefined);
  const signOut = 'mutation ($input: SignOutInput!) { signOut(input: $input) { signedOut } }';
  await send(signOut, { input: { refreshToken: refreshed.refreshToken } });
  secrets.push(invitation.token, password, clientSecret, token, 'marked-wrong-client-secret');
  secrets.push(...[accepted, refreshed].flatMap((tokens) => [tokens.accessToken, tokens.refreshToken]));

  const everything = `${await stored()}\n${printed}`;
  expect(everything).toContain('Acme'); // it does look where things are
  expect(secrets.filter((secret) => everything.includes(secret))).toEqual([]);
});

test('every mutation is in the audit log but usage, and nothing of free text and addresses', () => {
  const entries = auditOnDisk(dataDir);
  expect(MUTATIONS.filter((name) => !entries.some(({ action }) => action === name))).toEqual([...LEFT_OUT]);
  expect(entries.filter(({ result }) => result === 'PENDING')).toEqual([]);
  expect(JSON.stringify(entries)).not.toMatch(/marked-/);
});

/** Known-good values for a mutation, but what is not for the log, which is marked. */
function marksOf(name: string): { variables: Record<string, unknown>; secrets: string[] } {
  const secrets: string[] = [];
  const mark = (member: string): string => {
    const value = member === 'email' ? `marked-${name}@marked.example` : `marked-${name}-${member}-secret`;
    if (SECRETS.includes(member)) secrets.push(value);
    return value;
  };
  const marked = (member: string, type: GraphQLInputType, value: unknown): unknown => {
    const inputType = getNamedType(type);
    if (isInputObjectType(inputType)) {
      const members = Object.values(inputType.getFields()).map((field) => {
        const given = (value as Record<string, unknown> | undefined)?.[field.name];
        return [field.name, NOT_FOR_THE_LOG.includes(field.name) ? marked(field.name, field.type, given) : given];
      });
      return Object.fromEntries(members.filter(([, given]) => given !== undefined));
    }
    return isListType(getNullableType(type)) ? [mark(member)] : mark(member);
  };
  const field = api.getMutationType()?.getFields()[name];
  const [argument] = field?.args ?? [];
  if (argument === undefined) throw new Error(`${name} takes no input`);
  const good = rootOperation(api, 'Mutation', name).variables(NEVER);
  const isUsage = LEFT_OUT.has(name);
  return { variables: isUsage ? good : { input: marked('input', argument.type, good.input) }, secrets };
}
