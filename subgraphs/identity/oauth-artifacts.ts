import { type Clock, timestamp } from '#lib/clock.ts';
import { KeyTaken } from '#lib/store/errors.ts';
import type { Stored } from '#lib/store/port.ts';
import type { OAuthArtifactDocument } from './oauth-artifact.ts';
import { isStillProven } from './people/credential.ts';
import type { Revocations } from './revocations.ts';
import { hashSecret } from './secret.ts';
import { subjectsOf } from './session-service.ts';
import { artifactByUid, deleteArtifactsOfGrant, deleteBrowser, type IdentityStore } from './store.ts';

/** Who an artifact speaks for, and when that was proven. */
export interface Person {
  readonly subject: string;
  readonly tenantId: string | null;
  /** Milliseconds since 1970: see `createRevocations`. */
  readonly begun: number;
}

export interface ArtifactInit {
  readonly model: string;
  /** Known to the engine and to who holds it: a code, the value of a cookie. */
  readonly id: string;
  readonly uid: string | null;
  readonly grantId: string | null;
  readonly person: Person | undefined;
  /** JSON. */
  readonly payload: string;
  readonly expiresInSeconds: number;
}

export type OAuthArtifacts = ReturnType<typeof createOAuthArtifacts>;

/** What the OAuth engine keeps between requests; none outlives what revokes the person that it speaks for. */
export function createOAuthArtifacts(init: { store: IdentityStore; clock: Clock; revocations: Revocations }) {
  const { store, clock, revocations } = init;
  const { artifacts } = store;

  const alive = (found: Stored<OAuthArtifactDocument> | undefined) =>
    found !== undefined && found.expiresAt > timestamp(clock) ? found : undefined;

  /** Who shut the person out may have looked for artifacts before this one was written. */
  async function deleteIfRevoked({ key }: OAuthArtifactDocument, { begun, ...person }: Person): Promise<void> {
    const revoked = await revocations.revokedSince(begun, subjectsOf(person));
    if (revoked || !(await isStillProven(store, person.subject, begun))) await artifacts.delete(key);
  }

  return {
    async write(artifact: ArtifactInit): Promise<void> {
      const document = documentOf(artifact, clock.now());
      const { key: _, ...changes } = document;
      for (;;) {
        const updated = await artifacts.update(document.key, {}, changes);
        if (updated.outcome === 'updated') break;
        try {
          await artifacts.insert(document);
          break;
        } catch (error) {
          if (!(error instanceof KeyTaken)) throw error;
        }
      }
      if (artifact.person !== undefined) await deleteIfRevoked(document, artifact.person);
    },

    async find(model: string, id: string): Promise<OAuthArtifactDocument | undefined> {
      return alive(await artifacts.get(artifactKey(model, id)));
    },

    async findByUid(model: string, uid: string): Promise<OAuthArtifactDocument | undefined> {
      return alive(await artifactByUid(store, model, uid));
    },

    /** Of many who use it at once, one is told that it did. @returns the artifact where another did */
    async consume(
      model: string,
      id: string,
    ): Promise<{ consumed: boolean; artifact: OAuthArtifactDocument | undefined }> {
      const at = timestamp(clock);
      const result = await artifacts.update(artifactKey(model, id), { consumedAt: null }, { consumedAt: at });
      return {
        consumed: result.outcome === 'updated',
        artifact: result.outcome === 'absent' ? undefined : result.document,
      };
    },

    async destroy(model: string, id: string): Promise<void> {
      await artifacts.delete(artifactKey(model, id));
    },

    destroyBrowser: (uid: string): Promise<void> => deleteBrowser(store, uid),

    destroyByGrant: (grantId: string): Promise<void> => deleteArtifactsOfGrant(store, grantId),
  };
}

/** Where the artifact stands: its id, which opens things, is not stored. */
function artifactKey(model: string, id: string): string {
  return `${model}/${hashSecret(id)}`;
}

function documentOf(init: ArtifactInit, now: Date): OAuthArtifactDocument {
  const { model, id, uid, grantId, person, payload, expiresInSeconds } = init;
  return {
    key: artifactKey(model, id),
    model,
    uid,
    grantId,
    subject: person?.subject ?? null,
    tenantId: person?.tenantId ?? null,
    provenAt: person === undefined ? null : new Date(person.begun).toISOString(),
    consumedAt: null,
    payload,
    expiresAt: new Date(now.getTime() + expiresInSeconds * 1000).toISOString(),
  };
}
