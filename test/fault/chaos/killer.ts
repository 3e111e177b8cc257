import { setTimeout as delay } from 'node:timers/promises';
import type { Processes } from '../processes.ts';
import type { Random } from '../random.ts';

/** How long all live at most, between a return and the next death. */
const PEACE_MILLISECONDS = 3_000;
/** How long the dead stays dead at most: who watches over it starts it again. */
const DEAD_MILLISECONDS = 1_000;

export interface Killer {
  /** What was killed, by name; in order. */
  readonly killed: readonly string[];
  /** Resolves when everything is ready again. @throws {Error} when a process did not come back, or ended by itself */
  stop(): Promise<void>;
}

/** Kills one process at a time with SIGKILL, at random moments, and starts it again. */
export function startKiller(processes: Processes, random: Random): Killer {
  let stopped = false;
  const killed: string[] = [];
  const work = async () => {
    while (!stopped) {
      await delay(random.between(0, PEACE_MILLISECONDS));
      const victim = random.pick(processes.all);
      if (stopped || victim === undefined) return;
      for (const one of processes.all) if (!one.isRunning) throw new Error(`${one.place.name} ended: ${one.output()}`);
      await victim.kill();
      killed.push(victim.place.name);
      await delay(random.between(0, DEAD_MILLISECONDS));
      victim.start();
      await victim.ready();
    }
  };
  const working = work();
  working.catch(() => {}); // told when it is stopped
  return {
    killed,
    async stop() {
      stopped = true;
      await working;
    },
  };
}
