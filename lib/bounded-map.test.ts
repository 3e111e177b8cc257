import { expect, test } from 'vitest';
import { BoundedMap } from './bounded-map.ts';

test('forgets what was used longest ago once it is full', () => {
  const map = new BoundedMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.get('a');
  map.set('c', 3);
  expect([map.get('a'), map.get('b'), map.get('c'), map.size]).toEqual([1, undefined, 3, 2]);
});

test('weighs its entries: what is heavy makes room by itself, and what is too heavy is not kept', () => {
  const map = new BoundedMap<string, string>(10, (key, value) => key.length + value.length);
  map.set('a', '1234');
  map.set('b', '1234');
  map.set('c', '12');
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([undefined, '1234', '12']);
  map.set('d', 'x'.repeat(20));
  expect([map.get('d'), map.size]).toEqual([undefined, 2]);
  map.set('b', '1');
  map.set('b', '12345678');
  expect([map.get('b'), map.size]).toEqual(['12345678', 1]);
});
