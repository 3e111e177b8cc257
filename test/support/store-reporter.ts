import type { Reporter } from 'vitest/node';

/** Says in the last lines of a run which part of the tests was not run. */
export class StoreReporter implements Reporter {
  readonly #embeddedOnly: readonly string[];

  /** @param embeddedOnly the files that are left out where MONGODB_URL is set */
  constructor(embeddedOnly: readonly string[]) {
    this.#embeddedOnly = embeddedOnly;
  }

  onTestRunEnd(): void {
    const text = process.env.MONGODB_URL
      ? `On the server of MONGODB_URL; of the embedded store alone, and NOT run: ${this.#embeddedOnly.join(', ')}`
      : 'The MongoDB half was NOT run: MONGODB_URL is not set. `npm run test:mongodb` runs it on FerretDB (needs Go).';
    setImmediate(() => process.stdout.write(`\n  ${text}\n\n`)); // after the summary, which is printed at this event too
  }
}
