import { randomBytes } from 'node:crypto';
import type { Clock } from './clock.ts';

/** The kinds of thing that carry an id, by the prefix of that id. */
export type IdPrefix = 'ten' | 'usr' | 'adm' | 'cli' | 'app' | 'ses' | 'inv' | 'wf' | 'res' | 'req' | 'key' | 'aud';

/** Makes ids of the form `ten_0192f0c4a1b27c3d8e9f…`: opaque, unique, sortable by creation. */
export interface Ids {
  next(prefix: IdPrefix): string;
}

/**
 * Ids are UUIDv7 (RFC 9562, section 5.7) in hexadecimal without hyphens: 48 bits of Unix milliseconds, then a 12-bit
 * counter within the millisecond (section 6.2, method 1), then 62 random bits. Ids of one process sort in the order in
 * which they were made, also within a millisecond and when the clock steps back.
 */
export function createIds(clock: Clock): Ids {
  let lastMilliseconds = 0;
  let counter = 0;

  return {
    next(prefix) {
      const now = clock.now().getTime();
      if (now > lastMilliseconds) {
        lastMilliseconds = now;
        counter = 0;
      } else if (++counter > 0xfff) {
        lastMilliseconds += 1;
        counter = 0;
      }
      const time = lastMilliseconds.toString(16).padStart(12, '0');
      const random = randomBytes(8);
      random[0] = 0x80 | ((random[0] ?? 0) & 0x3f); // variant bits: RFC 9562, section 4.1
      return `${prefix}_${time}7${counter.toString(16).padStart(3, '0')}${random.toString('hex')}`;
    },
  };
}
