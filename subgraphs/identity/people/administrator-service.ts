import type { Principal } from '#lib/auth/principal.ts';
import { type Clock, timestamp } from '#lib/clock.ts';
import { emailKey } from '#lib/email.ts';
import { AppError, conflict, notFound, unavailable } from '#lib/errors.ts';
import { type Connection, connectionOf, type PageArguments } from '#lib/graphql/connections.ts';
import { idempotent } from '#lib/idempotency.ts';
import type { Ids } from '#lib/ids.ts';
import type { Stored } from '#lib/store/port.ts';
import { carryOut } from '#lib/workflow/change.ts';
import type { WorkflowEngine } from '#lib/workflow/engine.ts';
import type { Directory } from '../directory.ts';
import type { Account } from '../sessions/session.ts';
import { administratorById, type IdentityStore } from '../store.ts';
import { invitationRefused } from './acceptance.ts';
import { type AdministratorDocument, administratorAccount, requireWholePower } from './administrator.ts';
import { ADMINISTRATOR_REMOVAL, isLeaving } from './administrator-removal.ts';
import { hasPassword } from './credential.ts';
import type { Invitation } from './identity-service.ts';
import type { DeriveSecret } from './invitation-secrets.ts';
import type { Outbox } from './outbox.ts';
import type { Passwords } from './password.ts';
import { newInvitation, opens } from './user-identity.ts';

export type AdministratorPage = Connection<Stored<AdministratorDocument>>;

export interface CreateAdministrator {
  readonly email: string;
  readonly idempotencyKey?: string | null;
}

export interface CreatedAdministrator {
  readonly administrator: AdministratorDocument;
  readonly invitation: Invitation | null;
}

/** The two parts of an invitation's token: the first is whoever is invited. */
interface Presented {
  readonly userId: string;
  readonly secret: string;
}

export interface AdministratorServiceInit {
  readonly store: IdentityStore;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly directory: Directory;
  readonly passwords: Passwords;
  readonly engine: WorkflowEngine;
  readonly outbox: Outbox;
  readonly secretOf: DeriveSecret;
}

export type AdministratorService = ReturnType<typeof createAdministratorService>;

/** Who may do everything, and how they come and go. */
export function createAdministratorService(init: AdministratorServiceInit) {
  const { store, clock, ids, directory, outbox } = init;

  /** A token outlives its holder's removal by the seconds that its revocation takes. */
  async function requireStanding(principal: Principal): Promise<void> {
    if (principal.kind !== 'administrator') return;
    const isThere = (await administratorById(store, principal.id)) !== undefined;
    if (!isThere || (await isLeaving(store, principal.id))) {
      throw new AppError('UNAUTHENTICATED', 'The access token is not valid any more. Sign in again.');
    }
  }

  /** An address is one person's. @throws {AppError} `CONFLICT` */
  async function refuseUsersAddress(email: string, requestId: string): Promise<void> {
    if ((await directory.userByEmail(email, requestId)) !== null) throw addressTaken();
  }

  /** Takes the address for somebody who is yet to be invited, or answers with who is. */
  async function reserve(email: string): Promise<Stored<AdministratorDocument>> {
    const [key, createdAt] = [emailKey(email), timestamp(clock)];
    const fresh = {
      emailKey: key,
      administratorId: ids.next('adm'),
      email,
      passwordHash: null,
      invitation: null,
      createdAt,
    };
    await store.administrators.insertMany([fresh]);
    const reserved = await store.administrators.get(key);
    if (reserved === undefined) throw unavailable('Somebody else changed it at once.');
    if (hasPassword(reserved)) throw conflict('This address belongs to an administrator already.');
    return reserved;
  }

  async function create(email: string, commandId: string, requestId: string): Promise<CreatedAdministrator> {
    await refuseUsersAddress(email, requestId);
    const reserved = await reserve(email);
    const { administratorId } = reserved;
    const secret = await init.secretOf(commandId, administratorId);
    const { token, stored } = newInvitation({ userId: administratorId, secret, commandId, now: clock.now() });
    const guard = { version: reserved.version };
    const written = await store.administrators.update(reserved.emailKey, guard, { invitation: stored });
    if (written.outcome !== 'updated') throw unavailable('Somebody else changed it at once.');
    await keepUnlessUsers(written.document, requestId);
    await outbox.inviteAdministrator(administratorId, commandId);
    return { administrator: written.document, invitation: { token, expiresAt: stored.expiresAt } };
  }

  /** A user may have taken the address meanwhile: each looks for the other after it has taken it, so one of them sees it. */
  async function keepUnlessUsers(administrator: Stored<AdministratorDocument>, requestId: string): Promise<void> {
    try {
      await refuseUsersAddress(administrator.email, requestId);
    } catch (error) {
      const { administratorId, invitation } = administrator;
      await store.administrators.delete(administrator.emailKey, { administratorId, invitation: invitation ?? null });
      throw error;
    }
  }

  return {
    list: (page: PageArguments): Promise<AdministratorPage> =>
      connectionOf(store.administrators, { index: 'id' }, page),

    /** Once more for one who has not accepted: the invitation before is worth nothing from then on. */
    async create(principal: Principal, input: CreateAdministrator, requestId: string): Promise<CreatedAdministrator> {
      requireWholePower(principal);
      await requireStanding(principal);
      return await idempotent({
        claims: store.idempotency,
        clock,
        principal,
        operation: 'createAdministrator',
        key: input.idempotencyKey,
        input: { email: emailKey(input.email) },
        newId: () => ids.next('req'),
        async run({ id, finished }) {
          if (!finished) return await create(input.email, `${id}/CREATE_ADMINISTRATOR`, requestId);
          const administrator = await store.administrators.get(emailKey(input.email));
          if (administrator === undefined) throw notFound('administrator');
          return { administrator, invitation: null };
        },
      });
    },

    /** @throws {AppError} `FAILED_PRECONDITION` for the last one who can sign in */
    async remove(principal: Principal, administratorId: string): Promise<void> {
      await requireStanding(principal);
      const isThere = (await administratorById(store, administratorId)) !== undefined;
      if (!isThere && !(await isLeaving(store, administratorId))) throw notFound('administrator');
      const input = { administratorId };
      const workflow = { kind: ADMINISTRATOR_REMOVAL, tenantId: '', startedBy: principal.id, input };
      await carryOut(init.engine, { workflowId: ids.next('wf'), ...workflow });
    },

    /**
     * Sets the first password of whoever is invited; `undefined` where that is no administrator.
     *
     * @throws {AppError} `UNAUTHENTICATED` for a token that is not good; `CONFLICT` when a user has the address by now
     */
    async accept({ userId, secret }: Presented, password: string, requestId: string): Promise<Account | undefined> {
      const administrator = await administratorById(store, userId);
      if (administrator === undefined) return undefined;
      if (!opens(secret, administrator.invitation ?? null, clock.now())) throw invitationRefused();
      await refuseUsersAddress(administrator.email, requestId);
      const passwordHash = await init.passwords.hash(password);
      const guard = { version: administrator.version };
      const set = { passwordHash, invitation: null };
      const accepted = await store.administrators.update(administrator.emailKey, guard, set);
      if (accepted.outcome !== 'updated') throw invitationRefused();
      return administratorAccount(administrator);
    },
  };
}

function addressTaken(): AppError {
  return conflict('This e-mail address belongs to a user.');
}
