import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Node loads the CommonJS build for everybody; Vite would load the other one too, and graphql refuses two of itself.
  resolve: { alias: [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve('graphql')) }] },
  test: {
    include: ['{lib,gateway,subgraphs,scripts}/**/*.test.ts', 'test/{contract,integration,system}/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    pool: 'forks',
    maxWorkers: 3, // tests wait for the disk half of their time: three keep two cores busy,
  },
});
