import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { COLLECTIONS } from '../../scripts/collections.ts';

const page = readFileSync(new URL('../../docs/scale.md', import.meta.url), 'utf8');

it('docs/scale.md names every collection with its key and its indexes, as they are declared', () => {
  const declared = Object.entries(COLLECTIONS).flatMap(([service, specs]) =>
    specs.map((spec) => {
      const indexes = Object.entries(spec.indexes).map(
        ([name, fields]) => `\`${name}\` (${(fields as readonly string[]).map((field) => `\`${field}\``).join(', ')})`,
      );
      return [`\`${service}.${spec.name}\``, `\`${spec.key}\``, indexes.join(', ')];
    }),
  );
  const [, section = ''] = page.split('## What serves a collection');
  const [table = ''] = section.split('## ');
  const told = table
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').slice(1, 4))
    .map((cells) => cells.map((cell) => cell.trim()));
  expect(told.sort()).toStrictEqual(declared.sort());
});
