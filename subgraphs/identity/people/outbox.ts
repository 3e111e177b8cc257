import type { Clock } from '#lib/clock.ts';
import { unavailable } from '#lib/errors.ts';
import type { Logger } from '#lib/log.ts';
import { type Mailer, MailRefused } from '#lib/mail/mail.ts';
import { KeyTaken } from '#lib/store/errors.ts';
import { deleteOldChanges } from '#lib/workflow/change.ts';
import type { StepContext, StepDefinition, WorkflowDefinition } from '#lib/workflow/definition.ts';
import { createWorkflowEngine } from '#lib/workflow/engine.ts';
import type { JsonObject } from '#lib/workflow/workflow.ts';
import type { Directory } from '../directory.ts';
import { derivedSecret } from '../secret.ts';
import type { IdentityStore } from '../store.ts';
import { type Holder, hasPassword, holderOf } from './credential.ts';
import type { DeriveSecret } from './invitation-secrets.ts';
import { administratorInvitationMessage, invitationMessage, type Message, newPasswordMessage } from './messages.ts';
import { isOpen, newInvitation, type StoredInvitation } from './user-identity.ts';

/** One attempt: more than a mail server that says nothing takes to be given up. */
const SEND_MILLISECONDS = 60_000;
/** A server that is out of order is asked again after this long at most. */
const LONGEST_WAIT_MILLISECONDS = 10 * 60 * 1000;
const CONCURRENT = 8;
/** A message that is being handed over when the process stops is not waited for: it is sent again, under the same id. */
const STOP_MILLISECONDS = 2_000;
const KEPT_MILLISECONDS = 24 * 60 * 60 * 1000;
const RESET_MILLISECONDS = 60 * 60 * 1000;

export interface OutboxInit {
  readonly store: IdentityStore;
  readonly clock: Clock;
  readonly log: Logger;
  readonly mailer: Mailer;
  readonly directory: Directory;
  readonly secretOf: DeriveSecret;
  readonly publicUrl: string;
  readonly exclusive: boolean;
}

type InvitationInput = { readonly subject: string; readonly commandId: string };
type ResetInput = { readonly email: string };

export type Outbox = ReturnType<typeof createOutbox>;

/**
 * Mail, each message a durable workflow: whoever asks for one waits for the disk and for no mail server. The secret in it
 * follows from the command that asked for it, so that it is in no document, and a message that is of no use any more is not
 * sent.
 */
export function createOutbox(init: OutboxInit) {
  const { store, clock, log, mailer, directory, secretOf } = init;
  const stopping = new AbortController();

  const sending = <Input extends JsonObject>(
    compose: (context: StepContext<Input>) => Promise<{ to: string; message: Message } | undefined>,
  ): StepDefinition<Input> => ({
    name: 'SEND',
    timeoutMilliseconds: SEND_MILLISECONDS,
    maxAttempts: Number.MAX_SAFE_INTEGER,
    async run(context) {
      const composed = await compose(context);
      if (composed === undefined) return { output: 'WITHDRAWN' };
      const messageId = `<${context.workflowId}@${new URL(init.publicUrl).hostname}>`;
      try {
        const { to, message } = composed;
        await orStopped(mailer.send({ messageId, to, ...message }, context.signal), stopping.signal);
      } catch (error) {
        if (!(error instanceof MailRefused)) throw unavailable('The mail server does not take it now.');
        log.warn({ workflowId: context.workflowId, err: error.cause }, 'a message was refused and is given up');
        return { output: 'REFUSED' };
      }
      return { output: 'SENT' };
    },
  });

  /** The holder of an invitation that this command made, and that can still be accepted. */
  async function openInvitation({ subject, commandId }: InvitationInput): Promise<OpenSecret | undefined> {
    const holder = await holderOf(store, subject);
    return await openSecret(holder, holder?.credential.invitation, commandId);
  }

  async function openSecret(
    holder: Holder | undefined,
    stored: StoredInvitation | null | undefined,
    commandId: string,
  ) {
    if (holder === undefined || stored?.commandId !== commandId || !isOpen(stored, clock.now())) return undefined;
    const token = `${holder.subject}.${await secretOf(commandId, holder.subject)}`;
    return { holder, occasion: { publicUrl: init.publicUrl, token, expiresAt: stored.expiresAt } };
  }

  const userInvitation: WorkflowDefinition<InvitationInput> = {
    kind: 'INVITATION_MAIL',
    version: 1,
    steps: [
      sending(async ({ input, workflowId }) => {
        const open = await openInvitation(input);
        const user = open && (await directory.user(input.subject, workflowId));
        const tenant = open?.holder.tenantId && (await directory.tenant(open.holder.tenantId, workflowId));
        if (!open || !user || !tenant || user.status === 'DISABLED') return undefined;
        // A customer that is being onboarded may yet be undone.
        if (tenant.status !== 'ACTIVE') throw unavailable(`The tenant is ${tenant.status}.`);
        return { to: user.email, message: invitationMessage({ ...open.occasion, tenantName: tenant.name }) };
      }),
    ],
  };

  const administratorInvitation: WorkflowDefinition<InvitationInput> = {
    kind: 'ADMINISTRATOR_INVITATION_MAIL',
    version: 1,
    steps: [
      sending(async ({ input }) => {
        const open = await openInvitation(input);
        const to = open?.holder.email;
        return open && to ? { to, message: administratorInvitationMessage(open.occasion) } : undefined;
      }),
    ],
  };

  /** The user of an address who may have a new password; its address as it is known here. */
  async function resettable(email: string, requestId: string) {
    const found = await directory.userByEmail(email, requestId);
    const tenantId = found?.tenant?.tenantId;
    if (found?.status !== 'ACTIVE' || tenantId === undefined) return undefined;
    if ((await directory.tenantStatus(tenantId, requestId)) !== 'ACTIVE') return undefined;
    const holder = await holderOf(store, found.userId);
    return holder !== undefined && hasPassword(holder.credential) ? holder : undefined;
  }

  const passwordReset: WorkflowDefinition<ResetInput> = {
    kind: 'PASSWORD_RESET_MAIL',
    version: 1,
    steps: [
      {
        name: 'MAKE_SECRET',
        timeoutMilliseconds: 10_000,
        maxAttempts: 20,
        async run({ input, workflowId }) {
          const holder = await resettable(input.email, workflowId);
          if (holder === undefined) return undefined;
          if (holder.credential.reset?.commandId !== workflowId) {
            const { stored } = newInvitation({
              userId: holder.subject,
              secret: await secretOf(workflowId, holder.subject),
              commandId: workflowId,
              now: clock.now(),
              milliseconds: RESET_MILLISECONDS,
            });
            if (!(await holder.update({ reset: stored }))) throw unavailable('Somebody else changed it at once.');
          }
          return { output: { subject: holder.subject } };
        },
      },
      sending(async ({ outputs, workflowId }) => {
        const { subject } = Object(outputs.MAKE_SECRET) as { subject?: string };
        if (subject === undefined) return undefined;
        const holder = await holderOf(store, subject);
        const open = await openSecret(holder, holder?.credential.reset, workflowId);
        // Not the address as it was given: two that count as the same may be two people's mailboxes.
        const user = open && (await directory.user(subject, workflowId));
        return open && user ? { to: user.email, message: newPasswordMessage(open.occasion) } : undefined;
      }),
    ],
  };

  const engine = createWorkflowEngine({
    workflows: store.outbox,
    definitions: [userInvitation, administratorInvitation, passwordReset],
    clock,
    log,
    exclusive: init.exclusive,
    concurrency: CONCURRENT,
    retry: { baseMilliseconds: 1_000, longestMilliseconds: LONGEST_WAIT_MILLISECONDS },
  });

  async function post(workflow: { workflowId: string; kind: string; tenantId: string; input: JsonObject }) {
    try {
      await engine.start({ ...workflow, startedBy: 'service:identity' }, 0);
    } catch (error) {
      if (!(error instanceof KeyTaken)) throw error; // it is on its way
    }
  }

  return {
    engine,

    /** Whether messages reach people. */
    delivers: mailer.delivers,

    /** Tells a user of an invitation. The same command again tells it once. */
    async invite(subject: string, tenantId: string, commandId: string): Promise<void> {
      const input = { subject, commandId };
      await post({ workflowId: idOf(commandId, subject), kind: userInvitation.kind, tenantId, input });
    },

    async inviteAdministrator(subject: string, commandId: string): Promise<void> {
      const input = { subject, commandId };
      await post({ workflowId: idOf(commandId, subject), kind: administratorInvitation.kind, tenantId: '', input });
    },

    /** Lets whoever has this address choose a new password, if that is somebody who has one. */
    async resetPassword(workflowId: string, email: string): Promise<void> {
      await post({ workflowId, kind: passwordReset.kind, tenantId: '', input: { email } });
    },

    sweep: () => deleteOldChanges(store.outbox, clock, KEPT_MILLISECONDS),

    async stop(): Promise<void> {
      const timer = setTimeout(() => stopping.abort(), STOP_MILLISECONDS).unref();
      await engine.stop();
      clearTimeout(timer);
    },
  };
}

interface OpenSecret {
  readonly holder: Holder;
  readonly occasion: { readonly publicUrl: string; readonly token: string; readonly expiresAt: string };
}

/** A name for the message of a command, under which it is sent once. */
function idOf(commandId: string, subject: string): string {
  return `wf_mail_${derivedSecret('mail', JSON.stringify([commandId, subject])).slice(0, 32)}`;
}

async function orStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const stopped = Promise.withResolvers<never>();
  const stop = () => stopped.reject(unavailable('The service is shutting down.'));
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work, stopped.promise]);
  } finally {
    signal.removeEventListener('abort', stop);
    stopped.promise.catch(() => undefined);
    work.catch(() => undefined);
  }
}
