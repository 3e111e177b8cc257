import { createHash } from 'node:crypto';
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from 'jose';
import { ConfigError } from './config.ts';

/** What tells a sealed text from one in clear: no key and no secret of this project has a colon in it. */
const SEALED = 'jwe:';
const ALGORITHM = { alg: 'dir', enc: 'A256GCM' } as const;

export interface SealingKeys {
  /** 32 bytes: what is stored from now on is sealed with it. Without it nothing is sealed. */
  readonly secretKey: Uint8Array | undefined;
  /** What may still be stored was sealed with one of these. */
  readonly previousSecretKeys: readonly Uint8Array[];
}

/** Keeps secrets encrypted where they are stored (JWE, RFC 7516, `dir` with `A256GCM`). */
export interface Sealer {
  /**
   * @param purpose where the secret belongs: sealed for one place it opens in no other
   * @returns the secret as it is stored; in clear where there is no key
   */
  seal(secret: string, purpose: string): Promise<string>;
  /** @throws {ConfigError} when it was sealed with a key that is not known here */
  open(stored: string, purpose: string): Promise<string>;
  /** Whether it is stored as `seal` would store it now. */
  isCurrent(stored: string): boolean;
}

export function createSealer({ secretKey, previousSecretKeys }: SealingKeys): Sealer {
  const current = secretKey === undefined ? undefined : { id: keyId(secretKey), key: secretKey };
  const known = new Map([...previousSecretKeys, ...(secretKey === undefined ? [] : [secretKey])].map(byId));

  return {
    async seal(secret, purpose) {
      if (current === undefined) return secret;
      const header = { ...ALGORITHM, kid: current.id, purpose };
      const jwe = new CompactEncrypt(new TextEncoder().encode(secret)).setProtectedHeader(header);
      return `${SEALED}${await jwe.encrypt(current.key)}`;
    },

    async open(stored, purpose) {
      if (!stored.startsWith(SEALED)) return stored;
      const key = known.get(sealedWith(stored) ?? '');
      if (key === undefined) throw new ConfigError([unreadable(current !== undefined)]);
      const { plaintext, protectedHeader } = await compactDecrypt(stored.slice(SEALED.length), key, {
        keyManagementAlgorithms: [ALGORITHM.alg],
        contentEncryptionAlgorithms: [ALGORITHM.enc],
      });
      if (protectedHeader.purpose !== purpose) throw new Error(`${purpose}: this was sealed for another purpose`);
      return new TextDecoder().decode(plaintext);
    },

    isCurrent: (stored) => sealedWith(stored) === current?.id,
  };
}

function unreadable(isSet: boolean): string {
  return isSet
    ? 'SECRET_KEY is not the key that the data was encrypted with; that one belongs in SECRET_KEY_PREVIOUS'
    : 'SECRET_KEY is missing: the data was encrypted with one';
}

function byId(key: Uint8Array): [string, Uint8Array] {
  return [keyId(key), key];
}

/** Says which key it is and nothing about it: the key is random, and this is not the key's hash but that of a longer text. */
function keyId(key: Uint8Array): string {
  return createHash('sha256').update('key id of ').update(key).digest('base64url').slice(0, 16);
}

/** The id of the key that a text is sealed with; `undefined` for one in clear. */
function sealedWith(stored: string): string | undefined {
  if (!stored.startsWith(SEALED)) return undefined;
  const { kid } = decodeProtectedHeader(stored.slice(SEALED.length)) as { kid?: string };
  return kid ?? '';
}
