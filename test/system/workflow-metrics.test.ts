import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '#test/support/server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

test('/metrics tells how the workflows do', async () => {
  const token = await server.signIn();
  const input = { customerName: 'Acme', email: 'ada@acme.example', billingAddress: '1 Main Street', tier: 'FREE' };
  const source = 'mutation ($input: OnboardInput!) { onboard(input: $input) { workflow { status } } }';
  const { data, errors } = await server.query(source, { input }, token);
  expect([errors, data?.onboard.workflow.status]).toEqual([[], 'SUCCEEDED']);
  const text = await server.metrics();
  for (const service of ['onboarding', 'tenant', 'user', 'identity']) {
    expect(text).toMatch(new RegExp(`^workflows{service="${service}",.*status="FAILED"} 0$`, 'm'));
  }
  const labels = 'service="onboarding",kind="ONBOARDING"';
  expect(text).toContain(
    `\nworkflow_step_attempts_total{${labels},step="ACTIVATE_TENANT",action="run",outcome="done"} 1\n`,
  );
  expect(text).toContain(`\nworkflows{${labels},status="RUNNING"} 0\n`);
  expect(text).toContain(`\nworkflow_oldest_seconds{${labels},status="FAILED"} 0\n`);
});
