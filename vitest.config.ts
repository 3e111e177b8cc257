import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{lib,gateway,subgraphs,scripts}/**/*.test.ts', 'test/{contract,integration,system}/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
