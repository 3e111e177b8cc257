/**
 * Every error code that an answer of this API can carry, with what it means to the caller. `docs/errors.md` lists the
 * same codes and a test compares the two. Apollo Server's own codes for requests that it cannot read are among them.
 */
export const ERROR_CODES = {
  UNAUTHENTICATED: { retry: false, meaning: 'No valid access token, or wrong credentials.' },
  FORBIDDEN: { retry: false, meaning: 'The token lacks the scope that the field asks for.' },
  NOT_FOUND: { retry: false, meaning: 'There is no such thing, or the caller may not see it.' },
  CONFLICT: { retry: false, meaning: 'Something with this name, address, id or period is there already.' },
  IDEMPOTENCY_CONFLICT: { retry: false, meaning: 'The idempotency key was used with another input.' },
  BAD_USER_INPUT: {
    retry: false,
    meaning: 'A value is not acceptable; `extensions.field` names its path in the input.',
  },
  FAILED_PRECONDITION: { retry: false, meaning: 'The state of things does not allow it now.' },
  QUOTA_EXCEEDED: { retry: false, meaning: 'A limit of the plan is reached.' },
  RATE_LIMITED: { retry: true, meaning: 'Too much at once; try again after `extensions.retryAfterSeconds`.' },
  UNAVAILABLE: {
    retry: true,
    meaning: 'A service or a value that it needs is out of reach; it is safe to send the request again.',
  },
  OPERATION_TOO_COMPLEX: { retry: false, meaning: 'The operation is too deep, too long, or has too many aliases.' },
  INTERNAL_SERVER_ERROR: { retry: true, meaning: 'A fault of the server; `extensions.requestId` finds it in the log.' },
  GRAPHQL_PARSE_FAILED: { retry: false, meaning: 'The document is not GraphQL.' },
  GRAPHQL_VALIDATION_FAILED: { retry: false, meaning: 'The document does not fit the schema.' },
  OPERATION_RESOLUTION_FAILURE: { retry: false, meaning: 'The document has no operation of that name.' },
  BAD_REQUEST: { retry: false, meaning: 'The HTTP request is not one that GraphQL over HTTP allows.' },
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_CODES, code);
}

/** What stands beside the code in `extensions`. */
export interface ErrorDetails {
  /** The input path that is at fault, for example `input.email`. */
  readonly field?: string;
  readonly retryAfterSeconds?: number;
  /** What is in the way, for example the workflow that runs. */
  readonly workflowId?: string;
}

/** A thing with an id of its own that something is about, and the tenant that it belongs to. */
export interface Subject {
  /** `Tenant`, `User`, `Invoice`, … */
  readonly type: string;
  readonly id: string;
  readonly tenantId: string | null;
}

/** An expected failure: its message is for the caller. Everything else that is thrown is masked on its way out. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
  /** What it is about, for the audit log; never answered. */
  subject: Subject | null = null;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

/** @param field the path in the input, for example `input.email` */
export function badUserInput(field: string, message: string): AppError {
  return new AppError('BAD_USER_INPUT', message, { field });
}

/** @param what for a person: `tenant`, `user`, … */
export function notFound(what: string): AppError {
  return new AppError('NOT_FOUND', `There is no such ${what}.`);
}

export function conflict(message: string): AppError {
  return new AppError('CONFLICT', message);
}

export function failedPrecondition(message: string, details: ErrorDetails = {}): AppError {
  return new AppError('FAILED_PRECONDITION', message, details);
}

export function unavailable(message: string): AppError {
  return new AppError('UNAVAILABLE', message);
}
