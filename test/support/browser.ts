import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { beforeEach } from 'vitest';

/** Where Linux distributions, macOS and Windows put Chromium and Chrome. */
const wellKnownPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

const NO_BROWSER = `browser tests were NOT run: no Chromium or Chrome at ${wellKnownPlaces.join(', ')}`;

/** The path of an installed Chromium or Chrome. */
export function findBrowser(): string | undefined {
  return wellKnownPlaces.find((path) => existsSync(path));
}

/**
 * Makes the tests of the enclosing `describe` need a browser. Without one they are reported as skipped, with the reason
 * and a line on stderr; with CI=true they fail.
 */
export function requireBrowser(): void {
  const missing = findBrowser() === undefined;
  if (missing) process.stderr.write(`\n${NO_BROWSER}\n`);
  beforeEach((context) => {
    if (!missing) return;
    // A variable of the test run, not of the product, which is why lib/config.ts does not know it.
    if (process.env.CI === 'true') throw new Error(NO_BROWSER);
    context.skip(NO_BROWSER);
  });
}

/** A headless browser that starts no service of its own and calls nobody. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new Error(NO_BROWSER);
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
