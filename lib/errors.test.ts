import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ERROR_CODES } from './errors.ts';

test('the documentation lists the codes of the registry, with the same meaning, and no other', () => {
  const page = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8');
  const documented = [...page.matchAll(/^\| `([A-Z_]+)` \| (yes|no) \| (.+) \|$/gm)].map(
    ([, code, again, meaning]) => ({ code, again, meaning }),
  );
  const registered = Object.entries(ERROR_CODES).map(([code, { retry, meaning }]) => ({
    code,
    again: retry ? 'yes' : 'no',
    meaning,
  }));
  expect(documented).toEqual(registered);
});
