import type { Graph } from './graph.ts';
import { type Journal, type Request, TIERS } from './journal.ts';
import type { Random } from './random.ts';

/** Several callers that send a random mix of mutations, one after the other each, until they are told to stop. */
export interface Callers {
  /** Resolves when every request under way was answered or lost. */
  stop(): Promise<void>;
}

export function startCallers(graph: Graph, journal: Journal, random: Random, count: number): Callers {
  let stopped = false;
  const caller = async () => {
    while (!stopped) {
      const request = nextRequest(journal, random);
      // A client that is impatient: the same request twice at once.
      const copies = random.chance(0.15) ? 2 : 1;
      await Promise.all(Array.from({ length: copies }, () => journal.send(graph, request)));
      if (request.unsaid !== undefined) await pause(20); // the server is gone, or about to be
    }
  };
  const calling = Array.from({ length: count }, caller);
  return {
    async stop() {
      stopped = true;
      await Promise.all(calling);
    },
  };
}

/** What somebody asks for now: something new, or what was not answered before. */
export function nextRequest(journal: Journal, random: Random): Request {
  const lost = random.chance(0.3) ? random.pick(journal.unresolved()) : undefined;
  if (lost !== undefined) return lost;
  const here = journal.answered().filter((request) => request.operation === 'onboard' && request.succeeded);
  const known = random.pick(here.slice(-12));
  const dice = random.next();
  if (known === undefined || dice < 0.35) return onboarding(journal, random);
  const { customerName = '', tier = 'FREE' } = known.input;
  const email = `${journal.requests.length}@joins.example`;
  if (dice < 0.6) return journal.add('onboard', { customerName, tier, email, billingAddress: '1 Joining Road' });
  const tenantId = known.tenantId ?? '';
  if (dice < 0.82) return journal.add('changeTier', { tenantId, tier: random.pick(TIERS) ?? 'FREE' });
  return journal.add('offboard', random.chance(0.5) ? { tenantId } : { customerName });
}

/** Of a new customer: now and then under a name or with an address that somebody else asks for too. */
function onboarding(journal: Journal, random: Random): Request {
  const number = journal.requests.length;
  const emails = journal.requests.map(({ input }) => input.email).filter((email) => email !== undefined);
  const taken = random.chance(0.1) ? random.pick(emails) : undefined;
  return journal.add('onboard', {
    customerName: random.chance(0.15) ? `Contested ${Math.floor(number / 12)}` : `Customer ${number}`,
    email: taken ?? `${number}@first.example`,
    billingAddress: `${number} First Road`,
    tier: random.pick(TIERS) ?? 'FREE',
  });
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
