import { type Graph, Lost, type Reply } from './graph.ts';

export type Tier = 'FREE' | 'STANDARD' | 'PREMIUM';
export const TIERS = ['FREE', 'STANDARD', 'PREMIUM'] as const;

export type Operation = 'onboard' | 'changeTier' | 'offboard';

/** A mutation under an idempotency key, and all that the server ever said of it. */
export interface Request {
  readonly operation: Operation;
  readonly input: {
    readonly idempotencyKey: string;
    readonly customerName?: string;
    readonly email?: string;
    readonly billingAddress?: string;
    readonly tier?: Tier;
    readonly tenantId?: string;
  };
  /** The workflow that it was answered with; from then on the key stands for it. */
  workflowId?: string;
  /** The tenant that it was answered with last. */
  tenantId?: string;
  /** Whether it was ever answered with a workflow that had succeeded. */
  succeeded: boolean;
  /** The expected refusal that it was answered with: nothing was made, and the key is free again. */
  refused?: string;
  /** The last answer that says nothing: the connection broke, or a service was not there. */
  unsaid?: string;
}

interface Payload {
  readonly workflow: { readonly workflowId: string; readonly status: string };
  readonly tenant: { readonly tenantId: string } | null;
}

const REFUSALS: ReadonlySet<string> = new Set(['CONFLICT', 'FAILED_PRECONDITION', 'NOT_FOUND']);

const MUTATIONS: Readonly<Record<Operation, string>> = {
  onboard: mutation('onboard', 'OnboardInput'),
  changeTier: mutation('changeTier', 'ChangeTierInput'),
  offboard: mutation('offboard', 'OffboardInput'),
};

/** What was asked for on one data folder, and what was promised by the answers. */
export class Journal {
  readonly requests: Request[] = [];
  /** Broken promises, as they came to light. */
  readonly violations: string[] = [];
  /** Addresses of users that were invited, beside those that onboardings name; by tenant. */
  readonly invited = new Map<string, readonly string[]>();
  readonly #prefix: string;

  /** @param prefix of the keys, so that those of several journals are apart */
  constructor(prefix = '') {
    this.#prefix = prefix;
  }

  add(operation: Operation, input: Omit<Request['input'], 'idempotencyKey'>): Request {
    const idempotencyKey = `${this.#prefix}${operation}-${this.requests.length + 1}`;
    const request: Request = { operation, input: { idempotencyKey, ...input }, succeeded: false };
    this.requests.push(request);
    return request;
  }

  /** Sends a request, for the first time or again, and holds the answer against those before. Never throws. */
  async send(graph: Graph, request: Request): Promise<void> {
    // What is known now; an answer to another copy of the request may overtake the one to this.
    const known = { ...request };
    let reply: Reply<Record<string, Payload | null>>;
    try {
      reply = await graph.askAsAdministrator(MUTATIONS[request.operation], { input: request.input });
    } catch (error) {
      if (!(error instanceof Lost)) throw error;
      request.unsaid = error.message;
      return;
    }
    const payload = reply.data?.[request.operation];
    if (payload?.workflow) return this.#answered(request, known, payload);
    const code = reply.errors[0]?.extensions.code ?? 'no error';
    if (REFUSALS.has(code)) return this.#refused(request, known, code);
    request.unsaid = code;
    if (code !== 'UNAVAILABLE') this.#violated(request, `answered ${code}: ${reply.errors[0]?.message}`);
  }

  /** The requests of which it is not known whether anything came of them. */
  unresolved(): Request[] {
    return this.requests.filter(({ workflowId, refused }) => workflowId === undefined && refused === undefined);
  }

  answered(): Request[] {
    return this.requests.filter(({ workflowId }) => workflowId !== undefined);
  }

  #answered(request: Request, known: Request, { workflow, tenant }: Payload): void {
    const { workflowId, status } = workflow;
    if (request.workflowId !== undefined && request.workflowId !== workflowId) {
      this.#violated(request, `its key stood for ${request.workflowId} and now answers ${workflowId}`);
    }
    if (known.succeeded && status !== 'SUCCEEDED') {
      this.#violated(request, `${workflowId} was answered as SUCCEEDED and now as ${status}`);
    }
    request.workflowId = workflowId;
    if (tenant) request.tenantId = tenant.tenantId;
    delete request.refused;
    if (status === 'SUCCEEDED') request.succeeded = true;
  }

  #refused(request: Request, known: Request, code: string): void {
    // Sent twice at once, one may be refused while the other is still to be answered: the workflow has the last word.
    if (request.workflowId === undefined) request.refused = code;
    else if (known.workflowId !== undefined) {
      this.#violated(request, `its key stood for ${known.workflowId} and now answers ${code}`);
    }
  }

  #violated({ operation, input }: Request, what: string): void {
    this.violations.push(`${operation} ${JSON.stringify(input)}: ${what}`);
  }
}

function mutation(operation: Operation, input: string): string {
  return `mutation($input: ${input}!) {
    ${operation}(input: $input) { workflow { workflowId status } tenant { tenantId } }
  }`;
}
