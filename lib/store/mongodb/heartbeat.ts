import { setTimeout as delay } from 'node:timers/promises';
import type { MongoClient } from 'mongodb';

const LOOK_MILLISECONDS = 500;
/** What a busy event loop may add to the driver's own limits. */
const SLACK_MILLISECONDS = 1_000;

/** Ends the watch. Resolves when nothing of it goes on. */
export type EndWatch = () => Promise<void>;

/**
 * Connects a client anew when a heartbeat of its driver does not end.
 *
 * The driver (mongodb 7.9, `Connection.writeCommand`) waits for `drain` when a write to a socket answers `false`, and a socket
 * that is destroyed, with its `close` still to come, answers so and tells nothing any more. When all connections break at
 * once, one of those that are told first makes the monitor write to its own: that heartbeat never ends, no other begins, and
 * a server that was lost stays lost.
 */
export function watchHeartbeats(client: MongoClient): EndWatch {
  const { connectTimeoutMS, heartbeatFrequencyMS } = client.options;
  const due = new Map<string, number>();
  const connected = new Set<string>();
  let overdue = false;
  let ended = false;
  let working: Promise<void> | undefined;

  client.on('serverHeartbeatStarted', ({ connectionId, awaited }) => {
    // To ask, and to connect before that, a limit each; what is awaited may be answered with the next heartbeat only.
    const steps = connected.has(connectionId) ? 1 : 2;
    const limit = steps * connectTimeoutMS + (awaited ? heartbeatFrequencyMS : 0) + SLACK_MILLISECONDS;
    due.set(connectionId, performance.now() + limit);
  });
  client.on('serverHeartbeatSucceeded', ({ connectionId }) => {
    due.delete(connectionId);
    connected.add(connectionId);
  });
  const forget = (address: string) => {
    due.delete(address);
    connected.delete(address);
  };
  client.on('serverHeartbeatFailed', ({ connectionId }) => forget(connectionId));
  client.on('serverClosed', ({ address }) => forget(address));

  async function connectAnew(): Promise<void> {
    await client.close();
    while (!ended) {
      try {
        await client.connect();
        return;
      } catch {
        await delay(LOOK_MILLISECONDS); // the server is away: this is no longer the driver's doing
      }
    }
  }

  function look(): void {
    const now = performance.now();
    const wasOverdue = overdue;
    overdue = [...due.values()].some((time) => time < now);
    // Seen twice, since what came while the process stood still is heard after the first look.
    if (!overdue || !wasOverdue || working !== undefined) return;
    overdue = false;
    due.clear();
    connected.clear();
    working = connectAnew().finally(() => {
      working = undefined;
    });
  }

  const timer = setInterval(look, LOOK_MILLISECONDS).unref();
  return async () => {
    ended = true;
    clearInterval(timer);
    await working;
  };
}
