import { badUserInput } from './errors.ts';

const MAX_LENGTH = 200;
/** Of a name as it comes, in UTF-16 units: what is longer is no name, and is not looked at further. */
const LONGEST_INPUT = 20 * MAX_LENGTH;
/** Control characters, line and paragraph separators, and what is invisible or turns the direction of the text. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u200b\u2060\ufeff\u3164\u202a-\u202e\u2066-\u2069]/u;

/** A customer's name as people write it: trimmed, 1 to 200 characters, all of which can be seen. */
export function parseCustomerName(name: string, field: string): string {
  if (name.length > LONGEST_INPUT) throw badUserInput(field, `The name has more than ${MAX_LENGTH} characters.`);
  const trimmed = name.trim().normalize('NFC');
  if (trimmed === '') throw badUserInput(field, 'The name is empty.');
  if ([...trimmed].length > MAX_LENGTH) throw badUserInput(field, `The name has more than ${MAX_LENGTH} characters.`);
  if (UNPRINTABLE.test(trimmed)) throw badUserInput(field, 'The name has characters that cannot be seen.');
  return trimmed;
}

/** What two names have in common that count as the same: trimmed, and whatever the case, by every letter's upper case. */
export function customerNameKey(name: string): string {
  const folded = name.slice(0, LONGEST_INPUT).trim().normalize('NFC').toUpperCase().toLowerCase();
  return folded.replaceAll('ς', 'σ');
}
