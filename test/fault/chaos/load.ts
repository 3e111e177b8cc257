import { setTimeout as delay } from 'node:timers/promises';
import { nextRequest } from '../callers.ts';
import type { Graph } from '../graph.ts';
import { Journal, type Request, TIERS } from '../journal.ts';
import type { Random } from '../random.ts';
import { readInvoices, readTenantPage, readTenantsPages, type Steady } from './pages.ts';
import { People } from './people.ts';
import { type Ending, Tally } from './tally.ts';
import { Usage } from './usage.ts';

const STEADY = 6;
/** The longest pause of a caller between two requests. */
const PAUSE_MILLISECONDS = 60;

/** A mix of everything that clients do, held against what is known to be right. */
export class Load {
  readonly tally = new Tally();
  /** Wrong answers, as they came. */
  readonly violations: string[] = [];
  /** What was asked for by workflows. */
  readonly journal = new Journal();
  readonly usage: Usage;
  readonly people: People;
  readonly #graph: Graph;
  readonly #random: Random;
  readonly #steadyJournal = new Journal('steady-');
  readonly #steady: Steady[] = [];

  constructor(graph: Graph, random: Random) {
    this.#graph = graph;
    this.#random = random;
    this.usage = new Usage(graph, this.violations);
    this.people = new People(graph, this.violations, 'person');
  }

  /** Brings in the tenants that stay. @throws {Error} when one does not come */
  async prepare(): Promise<void> {
    for (let number = 0; number < STEADY; number++) {
      const tier = TIERS[number % TIERS.length] ?? 'FREE';
      const [name, email] = [`Steady ${number}`, `${number}@steady.example`];
      const input = { customerName: name, email, billingAddress: '1 Steady Road', tier };
      const request = this.#steadyJournal.add('onboard', input);
      for (let attempt = 0; attempt < 20 && !request.succeeded; attempt++) {
        await this.#steadyJournal.send(this.#graph, request);
      }
      const { tenantId } = request;
      if (!request.succeeded || tenantId === undefined) throw new Error(`no tenant: ${JSON.stringify(request)}`);
      this.#steady.push({ tenantId, name, tier, email });
    }
  }

  /** Sends requests until it is told to stop. @returns what stops it, when every request under way has come to its end */
  start(callers: number): () => Promise<void> {
    let stopped = false;
    const caller = async () => {
      while (!stopped) {
        await this.#next();
        await delay(this.#random.between(0, PAUSE_MILLISECONDS));
      }
    };
    const calling = Array.from({ length: callers }, caller);
    return async () => {
      stopped = true;
      await Promise.all(calling);
    };
  }

  /** Asks for what was never answered until it is. Afterwards `journal` has all that was promised. */
  async settle(): Promise<void> {
    await this.people.settle();
    await this.usage.settle(this.#steady.map(({ tenantId }) => tenantId));
    for (const { tenantId } of this.#steady) {
      const emails = this.people.of(tenantId).map(({ email }) => email);
      this.journal.invited.set(tenantId, emails);
    }
    this.journal.requests.push(...this.#steadyJournal.requests);
    this.journal.violations.push(...this.#steadyJournal.violations);
  }

  /** One of the tenants that stay. */
  anyTenant(): Steady {
    const tenant = this.#random.pick(this.#steady);
    if (tenant === undefined) throw new Error('the load is not prepared');
    return tenant;
  }

  async #next(): Promise<void> {
    const [random, graph, violations] = [this.#random, this.#graph, this.violations];
    const tenant = this.anyTenant();
    const dice = random.next();
    if (dice < 0.2) return await this.#workflow(nextRequest(this.journal, random));
    if (dice < 0.45) {
      const batch = this.usage.next(tenant.tenantId, random);
      return await this.#attempt('recordUsage', () => this.usage.send(batch));
    }
    if (dice < 0.5) return await this.#attempt('usageToDate', () => this.usage.check(tenant.tenantId));
    if (dice < 0.7) {
      const invited = this.people.of(tenant.tenantId).filter((person) => person.invited);
      const emails = invited.map(({ email }) => email);
      return await this.#attempt('tenant page', () => readTenantPage(graph, tenant, emails, violations));
    }
    if (dice < 0.78) return await this.#attempt('tenants pages', () => readTenantsPages(graph, violations));
    if (dice < 0.83) {
      const { tenantId = tenant.tenantId } = random.pick(this.journal.answered()) ?? {};
      return await this.#attempt('invoices', () => readInvoices(graph, tenantId, violations));
    }
    return await this.#person(tenant, dice);
  }

  async #person({ tenantId }: Steady, dice: number): Promise<void> {
    const known = this.people.known(this.#random);
    if (dice > 0.92 && known !== undefined) return await this.#attempt('signIn', () => this.people.signIn(known));
    const waiting = this.people.acceptable(this.#random);
    if (waiting !== undefined) return await this.#attempt('acceptInvitation', () => this.people.accept(waiting));
    const person = this.people.invitable(tenantId);
    if (person !== undefined) await this.#attempt('inviteUser', () => this.people.invite(person));
  }

  async #workflow(request: Request): Promise<void> {
    await this.#attempt(request.operation, async () => {
      delete request.unsaid;
      await this.journal.send(this.#graph, request);
      return request.unsaid === undefined ? 'answered' : 'failed';
    });
  }

  async #attempt(name: string, send: () => Promise<Ending>): Promise<void> {
    await this.tally.attempt(name, send);
  }
}
