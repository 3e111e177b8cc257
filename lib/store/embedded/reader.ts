import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { StoreUnavailable } from '../errors.ts';

/** A read-only connection of the main thread: it sees every commit that was answered. */
export class Reader {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(file: string) {
    this.#database = new DatabaseSync(file, { readOnly: true, timeout: 250 });
  }

  /** @throws {StoreUnavailable} */
  all(sql: string, values: readonly SQLInputValue[]): Record<string, SQLOutputValue>[] {
    try {
      let statement = this.#statements.get(sql);
      if (statement === undefined) {
        statement = this.#database.prepare(sql);
        this.#statements.set(sql, statement);
      }
      return statement.all(...values);
    } catch (cause) {
      if (!this.#database.isOpen) throw new StoreUnavailable('the store is closed');
      throw new StoreUnavailable('the store cannot be read', { cause });
    }
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }
}
