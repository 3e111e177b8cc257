import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { StoreReporter } from './test/support/store-reporter.ts';

/** Tests that speak to a whole control plane over HTTP: they hold whether its subgraphs run in one process or in many. */
const IN_BOTH_SHAPES = [
  'test/contract/contract.test.ts',
  'test/system/{bad-input,client-address,failing-service,hostile,outside-issuer,scenario,suspension,user-management,workflow-metrics}.test.ts',
];

/** Tests of what only the embedded store has, not run with MONGODB_URL. */
const EMBEDDED_ONLY = ['test/system/{backup,restore,seeded-tenants}.test.ts'];

export default defineConfig({
  // Node loads the CommonJS build for everybody; Vite would load the other one too, and graphql refuses two of itself.
  resolve: { alias: [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve('graphql')) }] },
  test: {
    reporters: ['default', new StoreReporter(EMBEDDED_ONLY)],
    testTimeout: process.env.MONGODB_URL ? 60_000 : 20_000, // FerretDB takes several times as long
    hookTimeout: 30_000,
    pool: 'forks',
    maxWorkers: 3, // tests wait for the disk half of their time: three keep two cores busy,
    projects: [
      {
        extends: true,
        test: {
          name: 'one',
          include: ['{lib,gateway,subgraphs,scripts}/**/*.test.ts', 'test/{contract,integration,system}/**/*.test.ts'],
          exclude: process.env.MONGODB_URL ? EMBEDDED_ONLY : [],
        },
      },
      { extends: true, test: { name: 'many', include: IN_BOTH_SHAPES, env: { SHAPE: 'many' } } },
    ],
  },
});
