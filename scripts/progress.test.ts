import { expect, it } from 'vitest';
import { createProgress, type Screen } from './progress.ts';

function screen(isTTY: boolean): Screen & { readonly written: string[] } {
  const written: string[] = [];
  return { isTTY, written, write: (text) => written.push(text) };
}

it('where nobody looks there is a line for each task, when it is done', () => {
  const log = screen(false);
  const progress = createProgress(log);
  progress.begin('billing.db', 2_000, 'pages');
  progress.advance(1_500);
  progress.line('something happened');
  progress.advance(500);
  progress.begin('user.db', 0, 'pages');
  progress.end();
  expect(log.written).toStrictEqual([
    '  something happened\n',
    `  ${'billing.db'.padEnd(44)}2,000 pages\n`,
    `  ${'user.db'.padEnd(44)}0 pages\n`,
  ]);
});

it('on a terminal a bar fills, and gives way to the line', () => {
  const terminal = screen(true);
  const progress = createProgress(terminal);
  progress.begin('billing.db', 4, 'pages');
  expect(terminal.written.at(-1)).toMatch(/billing\.db +░{30} {3}0 %$/);
  progress.advance(3);
  progress.line('half way'); // draws again
  expect(terminal.written.at(-1)).toMatch(/billing\.db +█{23}░{7} {2}75 %$/);
  progress.advance(9);
  progress.end();
  expect(terminal.written.at(-1)).toBe(`\r\u001b[2K  ${'billing.db'.padEnd(44)}12 pages\n`);
});
