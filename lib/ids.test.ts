import { expect, test } from 'vitest';
import { ManualClock } from './clock.ts';
import { createIds } from './ids.ts';

test('ids sort in the order in which they were made, within a millisecond and when the clock steps back', () => {
  const clock = new ManualClock('2026-03-01T00:00:00.000Z');
  const ids = createIds(clock);
  const made: string[] = [];
  for (let count = 0; count < 10_000; count++) {
    if (count === 5_000) clock.advance(-1_000);
    if (count % 1_000 === 999) clock.advance(1);
    made.push(ids.next('ten'));
  }
  expect(made.toSorted()).toEqual(made);
  expect(new Set(made).size).toBe(made.length);
});

test('an id is a UUIDv7 in hexadecimal behind its prefix (RFC 9562, section 5.7)', () => {
  const ids = createIds(new ManualClock('2026-03-01T00:00:00.000Z'));
  expect(ids.next('usr')).toMatch(/^usr_[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
});
