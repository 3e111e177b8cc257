/** A message to one person, in plain text. */
export interface Mail {
  /** The same for every attempt, so that a message that comes twice can be told to be one (RFC 5322, section 3.6.4). */
  readonly messageId: string;
  readonly to: string;
  readonly subject: string;
  /** Lines of 78 characters at most, but for addresses of pages. */
  readonly text: string;
}

/** Where mail leaves the process. */
export interface Mailer {
  /** Whether mail goes to people; otherwise it stays on this machine. */
  readonly delivers: boolean;
  /**
   * Hands a message over. When this resolves whoever took it is answerable for it.
   *
   * @param signal once aborted, a message whose turn has not come is not sent
   * @throws {MailRefused} when the message will never be taken; any other error: another attempt may do better
   */
  send(mail: Mail, signal?: AbortSignal): Promise<void>;
}

/** The message will not be taken, however often it is sent: the address does not exist, for example. */
export class MailRefused extends Error {
  override readonly name = 'MailRefused';
}
