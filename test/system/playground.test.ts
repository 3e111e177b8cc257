import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { launchBrowser, requireBrowser } from '../support/browser.ts';
import { ADMIN, startTestServer, type TestServer } from '../support/server.ts';

/** The playground as the gateway serves it, in a browser, against the real graph. */
describe('the playground', () => {
  requireBrowser();

  let server: TestServer;
  let browser: Browser | undefined;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    server = await startTestServer();
    browser = await launchBrowser().catch(() => undefined);
    if (browser === undefined) return;
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) complaints.push(message.text());
    });
    await page.goto(`${server.url}/graphql`);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await server.close();
  });

  test('signs an administrator in from within', async () => {
    await page.getByLabel('E-mail').fill(ADMIN.email);
    await page.getByLabel('Password').fill(ADMIN.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect.poll(() => page.getByRole('banner').getByRole('status').textContent()).toContain(ADMIN.email);
  });

  test('runs the example that onboards a customer, and the one query that reads it', async () => {
    expect(await run('Onboard', '"status": "SUCCEEDED"')).toContain('"workflow"');
    expect(await run('Customer', '"isolation": "BRIDGE"')).toContain('"name": "Acme"');
    expect(complaints).toEqual([]);
  });

  /** Opens a tab, executes its operation and answers the part of the response that is on the screen once `text` is. */
  async function run(tab: string, text: string): Promise<string> {
    await page.getByRole('tab', { name: tab, exact: true }).click();
    await page.locator('.graphiql-tab-active', { hasText: tab }).waitFor();
    const shown = async () => {
      const lines = await page.locator('.graphiql-response .view-line').allTextContents();
      return lines.join('\n').replaceAll('\u00a0', ' ');
    };
    // The page learns which operation a tab holds a moment after the tab is open: until then it sends the one before.
    await vi.waitFor(
      async () => {
        await page.getByRole('button', { name: /^Execute query/ }).click();
        await expect.poll(shown, { timeout: 2_000 }).toContain(text);
      },
      { timeout: 15_000, interval: 200 },
    );
    return await shown();
  }
});
