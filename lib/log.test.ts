import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { createLog } from './log.ts';

test('a secret never reaches the log, wherever it stands in a record', () => {
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk, _, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const log = createLog('info', destination);
  log.info({ password: 'top-1', input: { password: 'top-2', token: 'top-3' } }, 'one');
  log.info(
    { request: { headers: { authorization: 'Bearer top-4' } }, answer: { signIn: { refreshToken: 'top-5' } } },
    'two',
  );
  log.child({ clientSecret: 'top-6' }).info('three');
  expect(lines).toHaveLength(3);
  expect(lines.join('')).not.toMatch(/top-\d/);
});
