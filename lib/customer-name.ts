import { badUserInput } from './errors.ts';

const MAX_LENGTH = 200;

/** A customer's name as people write it: trimmed, 1 to 200 characters, without control characters. */
export function parseCustomerName(name: string, field: string): string {
  const trimmed = name.trim().normalize('NFC');
  if (trimmed === '') throw badUserInput(field, 'The name is empty.');
  if ([...trimmed].length > MAX_LENGTH) throw badUserInput(field, `The name has more than ${MAX_LENGTH} characters.`);
  if (/\p{Cc}/u.test(trimmed)) throw badUserInput(field, 'The name has control characters.');
  return trimmed;
}

/** What two names have in common that count as the same: trimmed, in one case. */
export function customerNameKey(name: string): string {
  return name.trim().normalize('NFC').toLowerCase();
}
