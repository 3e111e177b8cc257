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

/** The store could not answer: closed, out of reach, out of time, out of space. The write may or may not have happened; it is safe to send again. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** The store cannot be opened as asked: the data is in use by another process, or of a kind that this program does not know. */
export class StoreUnusable extends Error {
  override readonly name = 'StoreUnusable';
}
