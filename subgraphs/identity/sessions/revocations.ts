import { ACCESS_TOKEN_SECONDS, type RevocationKind, revocationKey } from '#lib/auth/access-token.ts';
import type { Clock } from '#lib/clock.ts';
import { KeyTaken } from '#lib/store/errors.ts';
import { modify } from '#lib/store/modify.ts';
import type { IdentityStore } from '../store.ts';
import type { RevocationDocument } from './revocation.ts';

/** How far the clocks of processes may be apart. */
const SKEW_MILLISECONDS = 60_000;

export interface Subject {
  readonly kind: RevocationKind;
  readonly subject: string;
}

export type Revocations = ReturnType<typeof createRevocations>;

/**
 * Orders tokens and revocations of one subject, to the millisecond. A token carries the instant at which its making began,
 * taken before anybody was asked whether its holder may have one; a revocation takes an instant that is not before any
 * such, and the tokens that begin after it a later one. So a token that was being made while its holder was shut out is
 * refused, and one made after that is not, even within one millisecond.
 */
export function createRevocations({ store, clock }: { store: IdentityStore; clock: Clock }) {
  let lastBegun = 0;
  let lastRevoked = 0;

  const nextRevocation = () => {
    lastRevoked = Math.max(clock.now().getTime(), lastBegun, lastRevoked);
    return lastRevoked;
  };

  return {
    /** The instant (milliseconds since 1970) of a token that is going to be made, if all goes well. */
    begin(): number {
      const begun = Math.max(clock.now().getTime(), lastRevoked + 1);
      lastBegun = Math.max(lastBegun, begun); // the clock may have stepped back
      return begun;
    },

    /** An instant (milliseconds since 1970) that is not before any that was begun, and before all that will be begun. */
    instant: nextRevocation,

    /** Whether one of the subjects was revoked since a token began to be made. */
    async revokedSince(begun: number, subjects: readonly Subject[]): Promise<boolean> {
      const keys = subjects.map(({ kind, subject }) => revocationKey(kind, subject));
      const found = await store.revocations.getMany(keys);
      return found.some((revocation) => revocation !== undefined && Date.parse(revocation.at) >= begun);
    },

    /**
     * Revokes what was issued to a subject up to now.
     *
     * @returns the instant; of the first time, when the same command comes again
     */
    async revoke({ kind, subject }: Subject, commandId: string): Promise<string> {
      const at = nextRevocation();
      const revocation: RevocationDocument = {
        key: revocationKey(kind, subject),
        kind,
        subject,
        at: new Date(at).toISOString(),
        expiresAt: new Date(at + ACCESS_TOKEN_SECONDS * 1000 + SKEW_MILLISECONDS).toISOString(),
        commandId,
      };
      for (;;) {
        try {
          return (await store.revocations.insert(revocation)).at;
        } catch (error) {
          if (!(error instanceof KeyTaken)) throw error;
        }
        const standing = await modify(store.revocations, revocation.key, (current) =>
          current.commandId === commandId || current.at >= revocation.at ? undefined : revocation,
        );
        if (standing !== undefined) return standing.at; // otherwise it has just been forgotten
      }
    },
  };
}
