import type { ManualClock } from '#lib/clock.ts';

/** Moves a test's clock ten times as fast as the world's while something is done: retries come due, leases end. */
export async function whileTimePasses<T>(clock: ManualClock, work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => clock.advance(200), 20);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
