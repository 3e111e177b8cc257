import { ANONYMOUS, type Principal } from '../auth/principal.ts';
import type { Logger } from '../log.ts';
import type { MutationReport } from './reports.ts';

/** What is known of a request beside its operation. Lives as long as the request. */
export class Request {
  readonly requestId: string;
  readonly log: Logger;
  /** The address that the request came from; null when a service asks on its own account. */
  readonly clientAddress: string | null;
  #principal: Principal;
  #accessToken: string | null;

  constructor(init: {
    requestId: string;
    log: Logger;
    principal?: Principal;
    accessToken?: string | null;
    clientAddress?: string | null;
  }) {
    this.requestId = init.requestId;
    this.log = init.log;
    this.clientAddress = init.clientAddress ?? null;
    this.#principal = init.principal ?? ANONYMOUS;
    this.#accessToken = init.accessToken ?? null;
  }

  get principal(): Principal {
    return this.#principal;
  }

  /** By which the principal has proven who it is, to be shown to services in other processes; null for nobody and for services. */
  get accessToken(): string | null {
    return this.#accessToken;
  }

  /** Goes on as somebody who has just proven who it is, so that `signIn { user { email } }` can be answered. */
  become(principal: Principal, accessToken: string): void {
    this.#principal = principal;
    this.#accessToken = accessToken;
  }
}

/** What a resolver gets as its context: the request, and loaders that live as long as one fetch of the query plan. */
export class RequestContext {
  readonly request: Request;
  /** What became of the mutations of this fetch. */
  readonly reports: MutationReport[] = [];
  readonly #loaders = new Map<object, unknown>();

  constructor(request: Request) {
    this.request = request;
  }

  get principal(): Principal {
    return this.request.principal;
  }

  get requestId(): string {
    return this.request.requestId;
  }

  get log(): Logger {
    return this.request.log;
  }

  /**
   * One loader per owner and fetch. They do not outlive the fetch: what a mutation changed must be seen by the reads
   * that follow it in the same operation.
   *
   * @param owner stands for what is loaded: a collection, a service
   */
  loader<L>(owner: object, create: () => L): L {
    const known = this.#loaders.get(owner) as L | undefined;
    if (known !== undefined) return known;
    const made = create();
    this.#loaders.set(owner, made);
    return made;
  }
}
