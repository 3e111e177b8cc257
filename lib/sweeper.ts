import type { Logger } from './log.ts';

/** Removes what has expired, now and then. */
export interface Sweeper {
  start(): void;
  /** Sweeps no more, and waits for a sweep under way. */
  stop(): Promise<void>;
}

/**
 * @param sweeps each removes what is over of one kind; one that fails is tried again the next time
 * @param options.everyMilliseconds an hour where nothing is said
 */
export function createSweeper(
  log: Logger,
  sweeps: readonly (() => Promise<unknown>)[],
  { everyMilliseconds = 60 * 60 * 1000 } = {},
): Sweeper {
  let sweeping: Promise<unknown> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const sweep = () => {
    const failed = (err: unknown) => log.error({ err }, 'what is over was not removed');
    sweeping = Promise.all(sweeps.map((one) => one().catch(failed)));
  };
  return {
    start() {
      sweep();
      timer ??= setInterval(sweep, everyMilliseconds).unref();
    },
    async stop() {
      clearInterval(timer);
      await sweeping;
    },
  };
}
