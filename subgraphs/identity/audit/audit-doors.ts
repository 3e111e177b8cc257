import { type Clock, timestamp } from '#lib/clock.ts';
import { AppError, type ErrorCode, unavailable } from '#lib/errors.ts';
import type { Ids } from '#lib/ids.ts';
import type { Logger } from '#lib/log.ts';
import type { Account } from '../sessions/session.ts';
import type { Caller } from '../sessions/session-service.ts';
import type { AuditActorKind } from './audit.ts';
import type { AuditService, BegunEntry, EndedEntry } from './audit-service.ts';

/** Refusals that are on their way to the store at once: what comes beyond is counted in the log alone. */
const MOST_NOTED = 1_000;

/** Something that comes in by a door of this service's own: a form, the token endpoint. */
export interface Deed extends Caller {
  /** The name of the mutation that does the same. */
  readonly action: string;
  /** The application in whose name. */
  readonly clientId?: string;
  readonly email?: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
}

export interface Refusal extends Deed {
  readonly targets: EndedEntry['targets'];
  readonly tenantId: string | null;
  readonly errorCode: ErrorCode;
}

export type AuditDoors = ReturnType<typeof createAuditDoors>;

/** The audit log at the doors beside the gateway's. */
export function createAuditDoors({
  audit,
  clock,
  ids,
  log,
}: {
  audit: AuditService;
  clock: Clock;
  ids: Ids;
  log: Logger;
}) {
  let noting = 0;
  let unnoted = 0;

  function begun(deed: Deed): BegunEntry {
    const { action, clientAddress: address, clientId, email, requestId } = deed;
    return {
      entryId: ids.next('aud'),
      actor: { kind: 'ANONYMOUS', clientId: clientId ?? null, address },
      action,
      targets: [],
      arguments: deed.arguments ?? {},
      addresses: email === undefined ? {} : { email },
      requestId,
      begunAt: timestamp(clock),
    };
  }

  async function write(refusal: Refusal): Promise<void> {
    const entry = begun(refusal);
    const { targets, tenantId, errorCode } = refusal;
    await audit.begin([{ ...entry, targets, tenantId }]);
    await audit.end([{ entryId: entry.entryId, targets, result: 'FAILED', errorCode, endedAt: timestamp(clock) }]);
  }

  return {
    /**
     * Carries out what proves who somebody is. As at the gateway's door it is on disk before, and its end after.
     *
     * @throws {AppError} what the work throws; `UNAVAILABLE` when it cannot be written down, and is not carried out
     */
    async carryOut<T extends { readonly account: Account } | undefined>(
      deed: Deed,
      work: () => Promise<T>,
    ): Promise<T> {
      const entry = begun(deed);
      const end = async (ended: Pick<EndedEntry, 'actor' | 'targets' | 'tenantId' | 'result' | 'errorCode'>) => {
        const one = { entryId: entry.entryId, endedAt: timestamp(clock), ...ended };
        await audit
          .end([one])
          .catch((err: unknown) => log.error({ err, entry: one }, 'the end of an audit entry was not written'));
      };
      await audit.begin([entry]).catch((err: unknown) => {
        log.error({ err, requestId: deed.requestId }, 'the audit log cannot be written');
        throw unavailable('The audit log cannot be written, so that nothing was done. Try again.');
      });
      try {
        const result = await work();
        await end({ ...provenBy(result?.account, entry), targets: [], result: 'DONE' });
        return result;
      } catch (error) {
        const known = error instanceof AppError;
        const subject = known ? error.subject : null;
        const targets = subject === null ? [] : [{ type: subject.type, id: subject.id }];
        const errorCode = known ? error.code : 'INTERNAL_SERVER_ERROR';
        await end({ targets, tenantId: subject?.tenantId ?? null, result: 'FAILED', errorCode });
        throw error;
      }
    },

    /** Writes down what was refused, without anybody waiting for it. */
    note(refusal: Refusal): void {
      if (noting >= MOST_NOTED) {
        if (unnoted++ % MOST_NOTED === 0) log.warn({ unnoted }, 'more is refused than the audit log can take');
        return;
      }
      noting += 1;
      write(refusal)
        .catch((err: unknown) => log.error({ err, requestId: refusal.requestId }, 'a refusal was not written down'))
        .finally(() => {
          noting -= 1;
        });
    },
  };
}

/** Who it turned out to be, where that is known. */
function provenBy(account: Account | undefined, { actor }: BegunEntry): Pick<EndedEntry, 'actor' | 'tenantId'> {
  if (account === undefined) return { actor: null, tenantId: null };
  const { kind, subject: actorId, tenantId } = account;
  return { actor: { ...actor, kind: kind.toUpperCase() as AuditActorKind, actorId, tenantId }, tenantId };
}
