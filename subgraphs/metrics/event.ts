import { compareDecimals, type Decimal } from '#lib/decimal.ts';
import type { ErrorCode } from '#lib/errors.ts';
import { AGGREGATIONS } from './aggregation.ts';
import { findMeter } from './meter.ts';
import { type InputTime, windowStart } from './range.ts';
import { Unreadable } from './scalars.ts';

/** An event as it comes in. */
export interface UsageEvent {
  readonly id: string;
  readonly tenantId: string;
  readonly meter: string;
  readonly value?: Decimal | Unreadable | null;
  readonly time?: InputTime;
  readonly subject?: string | null;
}

/** An event as it is stored. `eventKey` is its identity: see `eventKeyOf`. */
export interface EventDocument {
  readonly eventKey: string;
  readonly id: string;
  readonly tenantId: string;
  readonly meter: string;
  readonly value: Decimal;
  /** When it happened: RFC 3339 in UTC with milliseconds. */
  readonly time: string;
  /** Whether the sender said when; otherwise `time` is when it came in. */
  readonly timed: boolean;
  readonly subject: string | null;
  /** Whether its window counts it, for certain. An event that is not folded may be counted already: see folding.ts. */
  readonly folded: boolean;
}

/** Why an event is not taken. */
export interface Rejection {
  readonly code: ErrorCode;
  readonly message: string;
}

/** What the tenant service says of a tenant. */
export interface TenantState {
  readonly status: string;
  readonly createdAt: string;
}

const LONGEST_ID = 200; // characters
const MINUTE = 60_000; // milliseconds
const AHEAD = 5 * MINUTE;
const BACK = 35 * 24 * 60 * MINUTE;

/** The tenant and the sender's id. A tenant id holds no slash, so no two pairs share a key. */
export function eventKeyOf(event: { readonly tenantId: string; readonly id: string }): string {
  return `${event.tenantId}/${event.id}`;
}

/** Why an event cannot be taken, whoever its tenant is; `undefined` where it can. */
export function rejectEvent(event: UsageEvent, now: Date): Rejection | undefined {
  return (
    rejectText('id', event.id) ??
    (event.subject == null ? undefined : rejectText('subject', event.subject)) ??
    rejectValue(event) ??
    rejectTime(event.time, now)
  );
}

/**
 * Why an event cannot be taken for its tenant. A suspended tenant's clients can record usage.
 *
 * @param tenant `undefined` when there is none that the sender may see
 */
export function rejectForTenant(event: UsageEvent, tenant: TenantState | undefined): Rejection | undefined {
  if (tenant === undefined) return { code: 'NOT_FOUND', message: 'There is no such tenant.' };
  if (tenant.status !== 'ACTIVE' && tenant.status !== 'SUSPENDED') {
    return { code: 'FAILED_PRECONDITION', message: `The tenant is ${tenant.status}: it takes no usage.` };
  }
  const from = windowStart(tenant.createdAt, 'DAY');
  if (typeof event.time === 'string' && event.time < from) {
    return bad(`time must not be before ${from}, the day on which the tenant was onboarded.`);
  }
  return undefined;
}

/** An event that was not rejected, as it is stored. */
export function newEvent(event: UsageEvent, now: Date): EventDocument {
  const timed = typeof event.time === 'string';
  return {
    eventKey: eventKeyOf(event),
    id: event.id,
    tenantId: event.tenantId,
    meter: event.meter,
    value: quantityOf(event) ?? '0',
    time: timed ? (event.time as string) : now.toISOString(),
    timed,
    subject: event.subject ?? null,
    folded: false,
  };
}

/**
 * Why an event cannot be taken whose identity is taken; `undefined` where it is the same event once more.
 *
 * @param earlier the event that has the identity; `undefined` when it is gone again
 */
export function rejectRepeated(event: EventDocument, earlier: EventDocument | undefined): Rejection | undefined {
  if (earlier === undefined) {
    return { code: 'FAILED_PRECONDITION', message: 'The usage of the tenant is being deleted.' };
  }
  if (sameContent(event, earlier)) return undefined;
  return { code: 'CONFLICT', message: 'An event of this id was recorded with another content.' };
}

/** A time that the server filled in is not compared. */
function sameContent(left: EventDocument, right: EventDocument): boolean {
  return (
    left.meter === right.meter &&
    left.subject === right.subject &&
    compareDecimals(left.value, right.value) === 0 &&
    (!left.timed || !right.timed || left.time === right.time)
  );
}

function rejectText(field: 'id' | 'subject', text: string): Rejection | undefined {
  if (text.length === 0 || text.length > 2 * LONGEST_ID || [...text].length > LONGEST_ID) {
    return bad(`${field} must have 1 to ${LONGEST_ID} characters.`);
  }
  return text.isWellFormed() ? undefined : bad(`${field} must be well-formed Unicode.`);
}

function rejectValue(event: UsageEvent): Rejection | undefined {
  if (findMeter(event.meter) === undefined) return bad('There is no such meter.');
  if (event.value instanceof Unreadable) return bad(`value ${event.value.reason}.`);
  const value = quantityOf(event);
  if (value === undefined) return bad('value is needed for this meter.');
  return compareDecimals(value, '0') < 0 ? bad('value must not be negative.') : undefined;
}

/** The value, or what the meter's aggregation takes an event without one for; `undefined` where there is neither. */
function quantityOf({ value, meter }: UsageEvent): Decimal | undefined {
  if (typeof value === 'string') return value;
  const aggregation = findMeter(meter)?.aggregation;
  return (aggregation === undefined ? null : AGGREGATIONS[aggregation].defaultValue) ?? undefined;
}

function rejectTime(time: InputTime, now: Date): Rejection | undefined {
  if (time == null) return undefined;
  if (time instanceof Unreadable) return bad(`time ${time.reason}.`);
  const lead = Date.parse(time) - now.getTime();
  if (lead > AHEAD) return bad('time must be at most 5 minutes ahead.');
  return -lead > BACK ? bad('time must be at most 35 days back.') : undefined;
}

function bad(message: string): Rejection {
  return { code: 'BAD_USER_INPUT', message };
}
