import { AppError, type ErrorCode } from '../errors.ts';
import { StoreUnavailable } from '../store/errors.ts';
import type { StepError } from './workflow.ts';

export interface RetryPolicy {
  /** The first wait is random between 0 and this; it doubles with every failure. */
  readonly baseMilliseconds: number;
  /** No wait is longer, unless the service asked for it. */
  readonly longestMilliseconds: number;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** A step's failure. `transient`: it may succeed when it is tried again. */
export interface Failure {
  readonly error: StepError;
  readonly transient: boolean;
  /** What the service asked to wait at least. */
  readonly retryAfterMilliseconds: number;
}

const TRANSIENT: ReadonlySet<ErrorCode> = new Set(['UNAVAILABLE', 'INTERNAL_SERVER_ERROR', 'RATE_LIMITED']);

/** An attempt took longer than its step allows. Whether it took effect is not known. */
export class StepTimedOut extends Error {
  override readonly name = 'StepTimedOut';
}

/** What a step's failure means. What is not an expected failure is masked: its message may hold internals. */
export function failureOf(error: unknown): Failure {
  if (error instanceof AppError) {
    const retryAfterMilliseconds = (error.details.retryAfterSeconds ?? 0) * 1000;
    const message = error.code === 'INTERNAL_SERVER_ERROR' ? 'A service failed.' : error.message;
    return { error: { code: error.code, message }, transient: TRANSIENT.has(error.code), retryAfterMilliseconds };
  }
  if (error instanceof StepTimedOut) return transient('UNAVAILABLE', error.message);
  if (error instanceof StoreUnavailable) return transient('UNAVAILABLE', 'The store was out of reach.');
  return transient('INTERNAL_SERVER_ERROR', 'Something went wrong on the server.');
}

/** Exponential backoff with full jitter: any wait from 0 to the doubled base, so that those who failed together come apart. */
export function waitAfter(failures: number, failure: Failure, policy: RetryPolicy): number {
  const most = Math.min(policy.longestMilliseconds, policy.baseMilliseconds * 2 ** Math.min(failures - 1, 30));
  return Math.max(Math.ceil(policy.random() * most), failure.retryAfterMilliseconds);
}

function transient(code: ErrorCode, message: string): Failure {
  return { error: { code, message }, transient: true, retryAfterMilliseconds: 0 };
}
