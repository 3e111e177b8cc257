import type { Reporter } from 'vitest/node';

const NOT_RUN =
  'The MongoDB half was NOT run: MONGODB_URL is not set. `npm run test:mongodb` runs everything on FerretDB (needs Go).';

/** Says in the last lines of a run which half of the tests was not run. */
export class UnsetReporter implements Reporter {
  onTestRunEnd(): void {
    if (process.env.MONGODB_URL) return;
    setImmediate(() => process.stdout.write(`\n  ${NOT_RUN}\n\n`)); // after the summary, which is printed at this event too
  }
}
