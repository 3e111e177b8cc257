import { expect, test } from 'vitest';
import { customerNameKey, parseCustomerName } from './customer-name.ts';

test.each([
  ['Acme', ' ACME '],
  ['Straße', 'STRASSE'],
  ['ΑΣ', 'ας'],
  ['ΑΣ', 'ασ'],
  ['Åse', 'Åse'],
  ['İzmir', 'i̇zmir'],
])('%s and %s are one name', (left, right) => {
  expect(customerNameKey(left)).toBe(customerNameKey(right));
});

test('what differs in more than case is another name', () => {
  expect(customerNameKey('Acme 1')).not.toBe(customerNameKey('Acme 2'));
  expect(customerNameKey('Ase')).not.toBe(customerNameKey('Åse'));
});

test.each([
  '',
  '   ',
  'x'.repeat(201),
  'x'.repeat(1_000_000),
  'a\u0000',
  'Ac\u200bme',
  '\u202eemcA',
  '\u3164',
  'a\u2028b',
])('a name that cannot be read is refused', (name) => {
  expect(() => parseCustomerName(name, 'input.customerName')).toThrowError(/name/);
});

test.each(['Acme', '株式会社', 'می\u200cخواهم', '👩\u200d🚀 Inc', 'x'.repeat(200)])('%s is a name', (name) => {
  expect(parseCustomerName(name, 'input.customerName')).toBe(name);
});
