/** Pages of this service, served beside the sign-in page (`oauth/`): they take the token as `?token=`. */
export const INVITATION_PATH = '/oauth/invitation';
export const NEW_PASSWORD_PATH = '/oauth/new-password';

export interface Message {
  readonly subject: string;
  readonly text: string;
}

interface Occasion {
  /** Where the pages are, without a slash at the end. */
  readonly publicUrl: string;
  readonly token: string;
  /** RFC 3339, UTC. */
  readonly expiresAt: string;
}

export function invitationMessage(occasion: Occasion & { readonly tenantName: string }): Message {
  return {
    subject: `Your invitation to ${occasion.tenantName}`,
    text: letter(
      [`You are invited to join ${occasion.tenantName}. To accept, choose a password here:`],
      link(INVITATION_PATH, occasion),
      [
        `The invitation can be used once, until ${readable(occasion.expiresAt)}.`,
        'If you did not expect it, ignore it.',
      ],
    ),
  };
}

export function administratorInvitationMessage(occasion: Occasion): Message {
  return {
    subject: 'Your invitation to administer the platform',
    text: letter(
      ['You are invited to become a platform administrator. To accept, choose a password here:'],
      link(INVITATION_PATH, occasion),
      [
        `The invitation can be used once, until ${readable(occasion.expiresAt)}.`,
        'If you did not expect it, ignore it.',
      ],
    ),
  };
}

export function newPasswordMessage(occasion: Occasion): Message {
  return {
    subject: 'A new password',
    text: letter(
      ['Somebody, you we hope, asked for a new password for this address. To choose one, go here:'],
      link(NEW_PASSWORD_PATH, occasion),
      [
        `The link can be used once, until ${readable(occasion.expiresAt)}. It ends all your sessions.`,
        'If it was not you who asked, ignore this: nothing has changed.',
      ],
    ),
  };
}

function letter(before: readonly string[], address: string, after: readonly string[]): string {
  return `${['Hello,', '', ...before, '', address, '', ...after].join('\n')}\n`;
}

function link(path: string, { publicUrl, token }: Occasion): string {
  return `  ${publicUrl}${path}?token=${encodeURIComponent(token)}`;
}

/** `2026-03-10 12:00 UTC` */
function readable(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`;
}
