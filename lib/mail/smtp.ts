import { createTransport } from 'nodemailer';
import { type Mail, type Mailer, MailRefused } from './mail.ts';

/** A server that is slower than this is given up, and asked again later. */
const CONNECT_MILLISECONDS = 5_000;
const SILENCE_MILLISECONDS = 10_000;
/** How many messages are handed over at once. */
const CONCURRENT = 4;

/** What an address looks like of which nobody can make two, or a header; others (RFC 5322, quoted ones) get no mail. */
const PLAIN_ADDRESS = /^[^\s\p{Cc},;:<>()[\]"\\@]+@[^\s\p{Cc},;:<>()"\\@]+$/u;

export interface SmtpOptions {
  /** `smtp://user:password@host:587` (TLS where the server offers it) or `smtps://…` (TLS from the start). */
  readonly url: string;
  /** The sender's address. */
  readonly from: string;
  readonly timeouts?: { readonly connect: number; readonly silence: number };
}

/** Mail by SMTP (RFC 5321), a connection for each message. */
export function createSmtpMailer({ url, from, timeouts }: SmtpOptions): Mailer {
  const { connect, silence } = timeouts ?? { connect: CONNECT_MILLISECONDS, silence: SILENCE_MILLISECONDS };
  const transport = createTransport({
    url,
    connectionTimeout: connect,
    greetingTimeout: silence,
    socketTimeout: silence,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const waiting: (() => void)[] = [];
  let running = 0;

  async function turn<T>(work: () => Promise<T>): Promise<T> {
    if (running >= CONCURRENT) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next(); // takes over the place
    }
  }

  return {
    delivers: true,
    send: (mail, signal) =>
      turn(async () => {
        signal?.throwIfAborted();
        if (!PLAIN_ADDRESS.test(mail.to)) throw new MailRefused('the address is not one that mail is sent to');
        try {
          await transport.sendMail(messageOf(mail, from));
        } catch (error) {
          throw isFinal(error) ? new MailRefused('the mail server refused the message', { cause: error }) : error;
        }
      }),
  };
}

function messageOf({ messageId, to, subject, text }: Mail, from: string) {
  return {
    messageId,
    from,
    to,
    subject,
    text,
    // RFC 3834, section 5: nobody's holiday notice is to answer it.
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}

/** RFC 5321, section 4.2.1: a code of 500 and more is for good. That of a refused sign-in is not the message's fault. */
function isFinal(error: unknown): boolean {
  const { code, responseCode } = Object(error) as { code?: unknown; responseCode?: unknown };
  return code !== 'EAUTH' && typeof responseCode === 'number' && responseCode >= 500;
}
