import type { FastifyInstance } from 'fastify';
import type { Service } from '../../service.ts';
import type { Caller } from '../../sessions/session-service.ts';
import { PATHS } from '../paths.ts';
import { forgottenPasswordPage, messagePage, passwordPage } from './pages.ts';
import { addressOf, callerOf, complaintOf, fieldOf, requireEmail, show, showFailure } from './request.ts';

/** The pages on which somebody chooses a password by a link with a token in it, and the one that sends such a link. */
export function passwordPages(routes: FastifyInstance, service: Service): void {
  choosePassword(routes, service, {
    path: PATHS.invitation,
    title: 'Choose your password',
    text: 'You were invited. With a password you can sign in.',
    use: (input, caller) =>
      service.auditDoors.carryOut({ action: 'acceptInvitation', ...caller }, () =>
        service.identities.acceptInvitation(input, caller.requestId),
      ),
  });
  choosePassword(routes, service, {
    path: PATHS.newPassword,
    title: 'Choose a new password',
    text: 'It takes the place of the old one, and ends all your sessions.',
    use: (input, caller) =>
      service.auditDoors.carryOut({ action: 'resetPassword', ...caller }, () =>
        service.passwords.reset(input, caller.requestId).then(() => undefined),
      ),
  });
  forgottenPassword(routes, service);
}

interface ChoosePassword {
  readonly path: string;
  readonly title: string;
  readonly text: string;
  /** Sets the password that the token stands for. */
  readonly use: (input: { token: string; password: string }, caller: Caller) => Promise<unknown>;
}

function choosePassword(routes: FastifyInstance, service: Service, init: ChoosePassword): void {
  const { path, use, ...texts } = init;
  const form = { ...texts, action: addressOf(service, path) };

  routes.get(path, async (request, reply) => {
    const token = fieldOf(request.query, 'token');
    if (token === '') return showFailure(reply, 400, 'The link is not complete: open it from your mail again.');
    return show(reply, passwordPage({ ...form, token }));
  });
  routes.post(path, async (request, reply) => {
    const token = fieldOf(request.body, 'token');
    const password = fieldOf(request.body, 'password');
    try {
      if (password !== fieldOf(request.body, 'repeated')) {
        const complaint = { status: 400, message: 'The two passwords are not the same.' };
        return show(reply, passwordPage({ ...form, token, complaint }));
      }
      await use({ token, password }, callerOf(request));
    } catch (error) {
      return show(reply, passwordPage({ ...form, token, complaint: complaintOf(error) }));
    }
    return show(reply, messagePage('Your password is set', 'You can sign in with it now.'));
  });
}

/** Whoever forgot its password is sent a link to choose another; whether there is such an account is not told. */
function forgottenPassword(routes: FastifyInstance, service: Service): void {
  const form = { action: addressOf(service, PATHS.forgottenPassword) };

  routes.get(PATHS.forgottenPassword, async (_request, reply) => show(reply, forgottenPasswordPage(form)));
  routes.post(PATHS.forgottenPassword, async (request, reply) => {
    const email = fieldOf(request.body, 'email');
    try {
      requireEmail(email);
      const caller = callerOf(request);
      await service.auditDoors.carryOut({ action: 'requestPasswordReset', ...caller, email }, () =>
        service.passwords.requestReset({ email }, caller).then(() => undefined),
      );
    } catch (error) {
      return show(reply, forgottenPasswordPage({ ...form, email, complaint: complaintOf(error) }));
    }
    const text = 'If there is an account with this address, a link to choose a new password is on its way to it.';
    return show(reply, messagePage('Look into your mail', text));
  });
}
