import type { FastifyReply, FastifyRequest } from 'fastify';
import type Provider from 'oidc-provider';
import { type Client, errors } from 'oidc-provider';
import { hashSecret, secretMatches } from '../../secret.ts';
import type { Service } from '../../service.ts';
import { wrongCredentials } from '../../session-service.ts';
import type { SignInResult } from '../adapter.ts';
import { admits } from '../clients.ts';
import { PATHS } from '../paths.ts';
import { messagePage, type SignInForm, signInPage } from './pages.ts';
import { addressOf, callerOf, complaintOf, fieldOf, requireEmail, show } from './request.ts';

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

export interface PageRequest {
  readonly service: Service;
  readonly provider: Provider;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** The page that asks who it is, for the browser that the authorization request came from and no other. */
export async function showSignIn(page: PageRequest): Promise<FastifyReply> {
  const found = await findInteraction(page);
  if (found === undefined) return expired(page.reply);
  const { interaction, client } = found;
  if (interaction.prompt.name === 'consent') return await finish(page, interaction, { consent: {} });
  const hint = interaction.params.login_hint;
  return show(page.reply, signInPage(formOf(page, interaction, client, typeof hint === 'string' ? hint : undefined)));
}

export async function answerSignIn(page: PageRequest): Promise<FastifyReply> {
  const { request, reply } = page;
  const found = await findInteraction(page);
  if (found === undefined) return expired(reply);
  const { interaction, client } = found;
  if (!secretMatches(fieldOf(request.body, 'csrf'), hashSecret(interaction.cid))) return expired(reply);
  if (fieldOf(request.body, 'cancel') !== '') {
    return await finish(page, interaction, { error: 'access_denied', error_description: 'the person went back' });
  }
  const email = fieldOf(request.body, 'email');
  try {
    return await finish(page, interaction, await signIn(page, client, email));
  } catch (error) {
    const form = formOf(page, interaction, client, email);
    return show(reply, signInPage({ ...form, complaint: complaintOf(error) }));
  }
}

async function signIn({ service, request }: PageRequest, client: Client, email: string): Promise<SignInResult> {
  const password = fieldOf(request.body, 'password');
  requireEmail(email);
  const caller = callerOf(request);
  const deed = { action: 'signIn', ...caller, clientId: client.clientId, email };
  const { account, begun } = await service.auditDoors.carryOut(deed, async () => {
    const proof = await service.sessions.prove({ email, password }, caller);
    // Whoever belongs to another tenant does not exist for this application.
    if (!admits(client, proof.account)) throw wrongCredentials();
    return proof;
  });
  const login = { accountId: account.subject, remember: false, amr: ['pwd'] };
  return { login, proof: { tenantId: account.tenantId, begun } };
}

async function finish(
  { service, reply }: PageRequest,
  interaction: Interaction,
  result: SignInResult | { consent: Record<string, unknown> } | { error: string; error_description: string },
): Promise<FastifyReply> {
  const { session } = interaction;
  if ('login' in result && session !== undefined && session.accountId !== result.login?.accountId) {
    // Somebody else was signed in in this browser, and is not any more.
    await service.artifacts.destroyBrowser(session.uid);
    interaction.session = undefined;
  }
  interaction.result = 'consent' in result ? { ...interaction.lastSubmission, ...result } : { ...result };
  await interaction.persist();
  return reply.code(303).header('cache-control', 'no-store').header('location', interaction.returnTo).send();
}

/** The interaction of the address, where its cookie is there; `undefined` when it is over, or another browser's. */
async function findInteraction({ provider, request, reply }: PageRequest) {
  const { uid } = request.params as { uid: string };
  try {
    const interaction = await provider.interactionDetails(request.raw, reply.raw);
    const client = await provider.Client.find(String(interaction.params.client_id));
    return interaction.uid === uid && client !== undefined ? { interaction, client } : undefined;
  } catch (error) {
    if (error instanceof errors.SessionNotFound) return undefined;
    throw error;
  }
}

function formOf(
  { service }: PageRequest,
  interaction: Interaction,
  client: Client,
  email: string | undefined,
): SignInForm {
  return {
    action: addressOf(service, `${PATHS.signIn}/${interaction.uid}`),
    csrf: interaction.cid,
    application: client.clientName ?? client.clientId,
    email,
    forgotten: addressOf(service, PATHS.forgottenPassword),
    redirectUri: String(interaction.params.redirect_uri),
  };
}

function expired(reply: FastifyReply): FastifyReply {
  const text = 'Go back to the application and start again.';
  return show(reply, messagePage('This sign-in has expired', text, { status: 400 }));
}
