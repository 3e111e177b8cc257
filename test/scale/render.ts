import { seeded } from '#test/support/around.ts';
import type { CollectionName } from './collections.ts';
import { MARKS } from './life.ts';
import type { Template } from './template.ts';

/** What makes a seeded tenant another than its template. */
export interface Particulars {
  /** From 0 on: decides its ids and its name. */
  readonly number: number;
  /** How much later than its template it lived everything, in milliseconds. */
  readonly shift: number;
  /** The ids of what tenants share in this data folder, by name. */
  readonly shared: ReadonlyMap<string, string>;
  /** The next invoice number of a year. */
  readonly nextInvoice: (year: string) => string;
}

/** A tenant as the services would have written it. */
export interface Rendered {
  readonly identity: { readonly tenantId: string; readonly name: string; readonly domain: string };
  readonly documents: readonly { readonly collection: CollectionName; readonly document: Record<string, unknown> }[];
  /** A text about the template, about this tenant instead: a path, a manifest. */
  readonly rename: (text: string) => string;
}

type Slot = (of: Subject) => string;
type Parts = readonly (string | Slot)[];

/** The particulars while one tenant is rendered. */
interface Subject extends Particulars {
  readonly random: () => number;
  readonly ids: Map<string, string>;
  readonly name: string;
}

const WORDS = (
  'Acorn Bluebird Cascade Dunmore Eastgate Fairview Granite Harbour Ironwood Juniper Kestrel Lakeside Meridian ' +
  'Northwind Oakridge Pinnacle Quarry Redwood Silverline Tamarack Umber Vantage Westbrook Yellowstone Zephyr'
).split(' ');

const TOKEN =
  /(?<id>\b[a-z]{2,3}_[0-9a-f]{12}7[0-9a-f]{19}\b)|(?<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)|(?<name>Qqxname)|(?<nameKey>qqxname)|(?<mail>qqxmail)|(?<="number":")(?<invoice>\d{4}-\d{6,})|(?<="handleHash":")(?<secret>[\w-]{43})/g;

/**
 * Turns a template into what makes tenants like it: its ids, its times but for whole hours (periods, windows), its name,
 * its users' addresses, its invoices' numbers and its sessions' handles are replaced, the rest stays. The times of usage
 * stay too: windows are made of them.
 */
export function createRenderer({ documents, tenantId }: Template): (particulars: Particulars) => Rendered {
  const shared = sharedResources(documents['provisioning.infrastructures']);
  const compiled = Object.entries(documents).flatMap(([name, texts]) =>
    texts.map((text) => ({
      collection: name as CollectionName,
      parts: compile(text, shared, !name.startsWith('metrics.')),
    })),
  );
  const domain = compile(MARKS.domain, shared, true);
  return (particulars) => {
    const subject: Subject = {
      ...particulars,
      random: seeded(particulars.number + 1),
      ids: new Map(),
      name: `${WORDS[particulars.number % WORDS.length]} ${digits(particulars.number)}`,
    };
    return {
      identity: { tenantId: newId(subject, tenantId), name: subject.name, domain: fill(domain, subject) },
      documents: compiled.map(({ collection, parts }) => ({ collection, document: JSON.parse(fill(parts, subject)) })),
      rename: (text) => fill(compile(text, shared, true), subject),
    };
  };
}

/** The ids of resources that all tenants have, with their names. */
function sharedResources(infrastructures: readonly string[]): ReadonlyMap<string, string> {
  const resources = infrastructures.flatMap((text) =>
    (JSON.parse(text).placements as { resources: Resource[] }[]).flatMap((placement) => placement.resources),
  );
  return new Map(resources.filter((resource) => resource.shared).map(({ resourceId, name }) => [resourceId, name]));
}

interface Resource {
  readonly resourceId: string;
  readonly name: string;
  readonly shared: boolean;
}

function compile(text: string, shared: ReadonlyMap<string, string>, shifts: boolean): Parts {
  const parts: (string | Slot)[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    const slot = slotOf(match, shared, shifts);
    if (slot === undefined) continue;
    parts.push(text.slice(end, match.index), slot);
    end = match.index + match[0].length;
  }
  return [...parts, text.slice(end)];
}

function slotOf(match: RegExpExecArray, shared: ReadonlyMap<string, string>, shifts: boolean): Slot | undefined {
  const { id, time, name, nameKey, mail, invoice, secret } = match.groups ?? {};
  if (id !== undefined) {
    const resource = shared.get(id);
    return resource === undefined ? (of) => newId(of, id) : (of) => of.shared.get(resource) ?? id;
  }
  if (time !== undefined) {
    if (!shifts || time.endsWith(':00:00.000Z')) return undefined;
    const milliseconds = Date.parse(time);
    return (of) => new Date(milliseconds + of.shift).toISOString();
  }
  if (name !== undefined) return (of) => of.name;
  if (nameKey !== undefined) return (of) => of.name.toLowerCase();
  if (mail !== undefined) return (of) => `t${digits(of.number)}`;
  if (invoice !== undefined) return (of) => of.nextInvoice(invoice.slice(0, 4));
  return secret === undefined ? undefined : (of) => randomText(of.random, 43);
}

function fill(parts: Parts, subject: Subject): string {
  return parts.map((part) => (typeof part === 'string' ? part : part(subject))).join('');
}

/** An id as lib/ids.ts makes them, of the template's time and the shift. */
function newId(subject: Subject, id: string): string {
  let made = subject.ids.get(id);
  if (made === undefined) {
    const [prefix = '', body = ''] = id.split('_');
    const time = Number.parseInt(body.slice(0, 12), 16) + subject.shift;
    const variant = '89ab'[Math.floor(subject.random() * 4)];
    made = `${prefix}_${time.toString(16).padStart(12, '0')}${body.slice(12, 16)}${variant}${randomHex(subject.random, 15)}`;
    subject.ids.set(id, made);
  }
  return made;
}

function randomHex(random: () => number, length: number): string {
  let text = '';
  while (text.length < length) {
    text += Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  }
  return text.slice(0, length);
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function randomText(random: () => number, length: number): string {
  return Array.from({ length }, () => ALPHABET[Math.floor(random() * 64)]).join('');
}

function digits(number: number): string {
  return String(number).padStart(6, '0');
}

/** The name under which a search finds a part of all tenants. */
export const [SEARCHED = ''] = WORDS.slice(WORDS.indexOf('Northwind'));
