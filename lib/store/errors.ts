/** A document with this key is there already. */
export class KeyTaken extends Error {
  override readonly name = 'KeyTaken';
  readonly collection: string;
  readonly key: string;

  constructor(collection: string, key: string) {
    super(`${collection}: the key is taken`);
    this.collection = collection;
    this.key = key;
  }
}

/**
 * The store could not answer: closed, out of reach, out of time, out of space. The write may or may not have happened.
 * It can be sent again, but for `increment`, which would add twice; an `insert` may then find the key taken by itself.
 */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/**
 * The store cannot be opened as asked: the data is in use by another process, or of a kind that this program does not
 * know. The message is one line for the operator.
 */
export class StoreUnusable extends Error {
  override readonly name = 'StoreUnusable';
}
