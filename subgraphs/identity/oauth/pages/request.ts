import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError, badUserInput } from '#lib/errors.ts';
import { clientAddressOf } from '#lib/http/client-address.ts';
import { StoreUnavailable } from '#lib/store/errors.ts';
import type { Service } from '../../service.ts';
import type { Caller } from '../../sessions/session-service.ts';
import { publicPrefix } from '../paths.ts';
import type { Page } from './page.ts';
import { type Complaint, messagePage } from './pages.ts';

const STATUS: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  BAD_USER_INPUT: 400,
  RATE_LIMITED: 429,
  UNAVAILABLE: 503,
};
const CONFLICT = 409;

/** A parameter of a form or an address; empty where it is missing or given twice. */
export function fieldOf(values: unknown, name: string): string {
  const value = (Object(values) as Record<string, unknown>)[name];
  return typeof value === 'string' && value.isWellFormed() ? value : '';
}

/** @throws {AppError} `BAD_USER_INPUT` */
export function requireEmail(email: string): void {
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) throw badUserInput('email', 'This is not an e-mail address.');
}

/** What a form says of a failure that is the caller's to know. @throws what is not */
export function complaintOf(error: unknown): Complaint {
  if (error instanceof StoreUnavailable) return { status: 503, message: 'Something is out of reach: try again.' };
  if (!(error instanceof AppError)) throw error;
  const { code, message, details } = error;
  return { status: STATUS[code] ?? CONFLICT, message, retryAfterSeconds: details.retryAfterSeconds };
}

export function callerOf(request: FastifyRequest): Caller {
  return { requestId: request.id, clientAddress: clientAddressOf(request) };
}

/** Where a browser finds a page: below the path of the public address. */
export function addressOf({ tokenSource }: Service, path: string): string {
  return `${publicPrefix(tokenSource.issuer)}${path}`;
}

export function show(reply: FastifyReply, { status, headers, body }: Page): FastifyReply {
  return reply.code(status).headers(headers).send(body);
}

/** A page in the place of one that there is not. */
export function showFailure(reply: FastifyReply, status: number, text: string): FastifyReply {
  return show(reply, messagePage('This did not work', text, { status }));
}
