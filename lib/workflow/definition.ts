import type { JsonValue } from '../store/port.ts';
import type { JsonObject, WorkflowDocument } from './workflow.ts';

/** What is known to a step before it runs. */
export interface StepView<Input extends JsonObject = JsonObject> {
  readonly workflowId: string;
  readonly tenantId: string;
  readonly input: Input;
  /** By step name: what the steps that are done answered. */
  readonly outputs: Readonly<Record<string, JsonValue>>;
}

/** What a step is given when it runs. */
export interface StepContext<Input extends JsonObject = JsonObject> extends StepView<Input> {
  /** `workflowId/STEP`: the same for every attempt of the step and of its compensation. */
  readonly commandId: string;
  readonly timeoutMilliseconds: number;
  /** Aborted when the time is over: the attempt is then given up. */
  readonly signal: AbortSignal;
}

export interface StepResult {
  /** Kept in the workflow's document, for later steps to read. */
  readonly output?: JsonValue;
  /** Goes to whoever waits for the workflow in this process, and is stored nowhere. */
  readonly secret?: unknown;
}

/** An idempotent command on a service: it may be run again after it took effect. */
export interface StepDefinition<Input extends JsonObject = JsonObject> {
  readonly name: string;
  /** How long one attempt may take, of the step and of its compensation, in real time. */
  readonly timeoutMilliseconds: number;
  /** How often it may fail before it has failed for good. */
  readonly maxAttempts: number;
  /** How often its compensation may fail before an operator must step in; as often as the step where nothing is said. */
  readonly maxCompensationAttempts?: number;
  /** Once this step has begun, the workflow only goes forward. */
  readonly pointOfNoReturn?: boolean;
  /** Whether it is not needed. Decided from what is on record, when its turn comes; must be pure. */
  skip?(view: StepView<Input>): boolean;
  run(context: StepContext<Input>): Promise<StepResult | undefined>;
  /** Undoes what `run` may have done; succeeds when there is nothing to undo. */
  compensate?(context: StepContext<Input>): Promise<void>;
}

/**
 * The steps of a kind of workflow. What running workflows rest on (the steps, their order, the meaning of input and
 * outputs) never changes under a version: a change is a new version beside the old one, which stays until none runs on it.
 */
export interface WorkflowDefinition<Input extends JsonObject = JsonObject> {
  readonly kind: string;
  readonly version: number;
  readonly steps: readonly StepDefinition<Input>[];
  /**
   * Called before the first step is begun, and again when the runner died over it: takes what the workflow must have for
   * itself, such as its tenant. An `AppError` that it throws means that the workflow cannot be: it is withdrawn without a
   * trace.
   */
  admit?(workflow: WorkflowDocument): Promise<void>;
  /** Called when the workflow has succeeded or is compensated: gives back what `admit` took. Again after a crash. */
  ended?(workflow: WorkflowDocument): Promise<void>;
}

/** Definitions by kind and version. */
export class Definitions {
  readonly #byVersion = new Map<string, WorkflowDefinition>();
  readonly #latest = new Map<string, WorkflowDefinition>();

  // biome-ignore lint/suspicious/noExplicitAny: definitions with different inputs stand in one list
  constructor(definitions: readonly WorkflowDefinition<any>[]) {
    for (const definition of definitions) {
      const key = `${definition.kind}/${definition.version}`;
      if (this.#byVersion.has(key)) throw new TypeError(`workflow ${key}: defined twice`);
      if (new Set(definition.steps.map(({ name }) => name)).size !== definition.steps.length) {
        throw new TypeError(`workflow ${key}: two steps have one name`);
      }
      this.#byVersion.set(key, definition);
      const latest = this.#latest.get(definition.kind);
      if (latest === undefined || latest.version < definition.version) this.#latest.set(definition.kind, definition);
    }
  }

  /** Every kind that is defined, once. */
  kinds(): readonly string[] {
    return [...this.#latest.keys()];
  }

  /** What a new workflow of the kind is started with. @throws {TypeError} for a kind that is not defined */
  latest(kind: string): WorkflowDefinition {
    const definition = this.#latest.get(kind);
    if (definition === undefined) throw new TypeError(`workflow ${kind}: not defined`);
    return definition;
  }

  /** What a workflow goes on with; `undefined` when it was started by newer code than this. */
  of(workflow: Pick<WorkflowDocument, 'kind' | 'definitionVersion'>): WorkflowDefinition | undefined {
    return this.#byVersion.get(`${workflow.kind}/${workflow.definitionVersion}`);
  }
}
