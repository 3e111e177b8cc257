import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);
const FORBIDDEN = [
  ['lib/a.ts', '#gateway/server.ts'],
  ['lib/store/b.ts', '#subgraphs/billing/plan.ts'],
  ['subgraphs/billing/c.ts', '../tenant/tenant.ts'],
  ['subgraphs/billing/d.ts', '#subgraphs/tenant/tenant.ts'],
  ['subgraphs/billing/e.ts', '#gateway/server.ts'],
  ['subgraphs/billing/service.ts', './resolvers.ts'],
  ['subgraphs/billing/store.ts', './service.ts'],
] as const;
const ALLOWED = [
  ['gateway/f.ts', '#subgraphs/billing/index.ts'],
  ['subgraphs/billing/resolvers.ts', './service.ts'],
  ['subgraphs/user/service.ts', './store.ts'],
  ['subgraphs/user/store.ts', '#lib/errors.ts'],
] as const;

let folder: string;
let report: string;

/** A tree of one-line files under the project's own Biome configuration, linted in one go. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'imports-'));
  const configuration = JSON.parse(readFileSync(new URL('biome.json', root), 'utf8'));
  writeFileSync(join(folder, 'biome.json'), JSON.stringify({ ...configuration, vcs: { enabled: false } }));
  for (const [path, from] of [...FORBIDDEN, ...ALLOWED]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), `import { a } from '${from}';\n\nexport const b = a;\n`);
  }
  const biome = new URL('node_modules/.bin/biome', root).pathname;
  report = spawnSync(biome, ['lint', '--only=style/noRestrictedImports', '--reporter=github', '.'], {
    cwd: folder,
    encoding: 'utf8',
  }).stdout;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(FORBIDDEN)('%s may not import %s', (path) => {
  expect(report).toContain(path);
});

test.each(ALLOWED)('%s may import %s', (path) => {
  expect(report).not.toContain(path);
});
