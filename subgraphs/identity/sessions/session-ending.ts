import { ACCESS_TOKEN_SECONDS } from '#lib/auth/access-token.ts';
import type { Clock } from '#lib/clock.ts';
import { deleteArtifactsOf, type IdentityStore, sessionsOf } from '../store.ts';
import type { Revocations } from './revocations.ts';
import type { SessionDocument } from './session.ts';

/** In place of a hash: no secret of a refresh token matches it. */
const CLOSED = '';

/** Every verifier reads all revocations every second: rather than more of them at once, one takes all of a person's tokens. */
const MOST_REVOCATIONS = 100;

export type SessionEnding = ReturnType<typeof createSessionEnding>;

/** How sessions come to their end before their time. */
export function createSessionEnding({
  store,
  clock,
  revocations,
}: {
  readonly store: IdentityStore;
  readonly clock: Clock;
  readonly revocations: Revocations;
}) {
  /**
   * Ends a session and its access tokens. First it is closed to refreshes, so that none which begins after the revocation
   * gets a token; it goes last, so that whoever ends it again finishes what was cut short.
   *
   * @returns whether it was there to be ended
   */
  async function end(session: SessionDocument, options = { revoke: true }): Promise<boolean> {
    const { handleHash, sessionId } = session;
    const closed = await store.sessions.update(handleHash, {}, { secretHash: CLOSED });
    if (closed.outcome !== 'updated') return false;
    if (options.revoke) await revocations.revoke({ kind: 'session', subject: sessionId }, `end/${sessionId}`);
    return (await store.sessions.delete(handleHash)).outcome === 'deleted';
  }

  /** Whether a token of the session may still be good. */
  function isFresh({ startedAt, lastUsedAt }: SessionDocument): boolean {
    const since = clock.now().getTime() - (ACCESS_TOKEN_SECONDS + 60) * 1000;
    return Date.parse(lastUsedAt ?? startedAt) >= since;
  }

  return {
    end,

    /**
     * Ends the sessions of a person that began up to an instant, but for one. Where very many are in use at once, the access
     * token of the one that goes on is refused too: it is refreshed.
     */
    async endAll(subject: string, { upTo, keep }: { upTo: string; keep: string | null }): Promise<void> {
      await deleteArtifactsOf(store, subject, upTo); // what could become a session yet: sign-ins in browsers, codes
      const all = (await sessionsOf(store, subject, upTo)).filter(({ sessionId }) => sessionId !== keep);
      const fresh = all.filter(isFresh);
      const revoke = fresh.length <= MOST_REVOCATIONS;
      if (!revoke) await revocations.revoke({ kind: 'user', subject }, `end-all/${subject}/${upTo}`);
      await Promise.all(all.map((session) => end(session, { revoke: revoke && isFresh(session) })));
    },
  };
}
