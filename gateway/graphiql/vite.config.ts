import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { defineConfig, type Plugin, type Rolldown } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: '/graphiql/',
  logLevel: 'warn',
  plugins: [gzipAssets()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // The Content-Security-Policy allows no fonts from data: addresses, so every asset stays a file.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 4000,
    reportCompressedSize: false,
    rolldownOptions: {
      onLog,
      // GraphiQL titles its icons by the names of their functions: "close icon", or, when those are shortened, "ob icon".
      output: { minify: { mangle: { keepNames: true }, compress: { keepNames: { function: true, class: true } } } },
    },
  },
  worker: { format: 'es', rolldownOptions: { onLog } },
});

/** Writes `file.gz` beside each asset, which `@fastify/static` sends to browsers that take it: 1.8 MB, not 6.9. */
function gzipAssets(): Plugin {
  const compress = promisify(gzip);
  return {
    name: 'gzip-assets',
    async writeBundle({ dir = '' }, bundle) {
      const assets = Object.keys(bundle).filter((name) => /\.(js|css|ttf|svg)$/.test(name));
      await Promise.all(
        assets.map(async (name) => {
          const path = join(dir, name);
          await writeFile(`${path}.gz`, await compress(await readFile(path)));
        }),
      );
    },
  };
}

/** React libraries begin with "use client" and the like, which means nothing in a browser bundle: a page of warnings. */
function onLog(level: Rolldown.LogLevel, log: Rolldown.RolldownLog, report: Rolldown.LogOrStringHandler): void {
  if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
}
