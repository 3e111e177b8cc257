import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, expect, it } from 'vitest';
import { type MailServer, startMailServer, startSilentServer } from '../../test/support/mail-server.ts';
import { ManualClock } from '../clock.ts';
import { createLog } from '../log.ts';
import { createFolderMailer } from './folder.ts';
import { MailRefused } from './mail.ts';
import { createSmtpMailer } from './smtp.ts';

const MAIL = {
  messageId: '<wf_1@plane.example>',
  to: 'ann@example.com',
  subject: 'Hällo',
  text: 'Go to:\n\n  https://x/?token=t\n',
};
const FROM = 'plane@example.com';

let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  await close?.();
  close = undefined;
});

async function serve(options: Parameters<typeof startMailServer>[0] = {}): Promise<MailServer> {
  const server = await startMailServer(options);
  close = server.close;
  return server;
}

it('a message reaches the server as plain text, from the sender to the one person that it is for', async () => {
  const { url, received } = await serve();
  await createSmtpMailer({ url, from: FROM }).send(MAIL);
  expect(received).toMatchObject([{ from: FROM, to: ['ann@example.com'] }]);
  const [{ raw } = { raw: '' }] = received;
  expect(raw).toContain('https://x/?token=t');
  expect(raw).toMatch(/^Message-ID: <wf_1@plane.example>/m);
  expect(raw).toMatch(/^Content-Type: text\/plain; charset=utf-8/m);
  expect(raw).toMatch(/^Auto-Submitted: auto-generated/im);
  expect(raw).not.toMatch(/multipart/);
});

it.each(['a@example.com, b@example.com', '"a, b"@example.com', 'a@example.com\r\nBcc: b@example.com'])(
  'an address makes no second recipient and no header: %j',
  async (to) => {
    const { url, received } = await serve();
    const mailer = createSmtpMailer({ url, from: FROM });
    await expect(mailer.send({ ...MAIL, to })).rejects.toBeInstanceOf(MailRefused);
    await mailer.send({ ...MAIL, subject: 'x\r\nBcc: c@example.com' });
    expect(received).toMatchObject([{ to: ['ann@example.com'] }]);
    expect(received[0]?.raw).not.toMatch(/^Bcc:/im);
  },
);

it('what the server refuses for good is told apart from what it does not take now', async () => {
  let responseCode = 550;
  const { url } = await serve({
    onRcptTo: (_address, _session, done) => done(Object.assign(new Error('no such mailbox'), { responseCode })),
  });
  const mailer = createSmtpMailer({ url, from: FROM });
  await expect(mailer.send(MAIL)).rejects.toBeInstanceOf(MailRefused);
  responseCode = 451;
  const later = await mailer.send(MAIL).catch((error: unknown) => error);
  expect(later).toBeInstanceOf(Error);
  expect(later).not.toBeInstanceOf(MailRefused);
});

it('a server that is not there, or says nothing, is given up in time', async () => {
  const silent = await startSilentServer();
  close = silent.close;
  const timeouts = { connect: 200, silence: 200 };
  const begun = performance.now();
  await expect(createSmtpMailer({ url: silent.url, from: FROM, timeouts }).send(MAIL)).rejects.toThrow();
  await expect(createSmtpMailer({ url: 'smtp://127.0.0.1:1', from: FROM, timeouts }).send(MAIL)).rejects.toThrow();
  expect(performance.now() - begun).toBeLessThan(2_000);
});

it('four messages are handed over at once, and one that was given up meanwhile is not', async () => {
  let [open, most] = [0, 0];
  const { url, received } = await serve({
    onConnect(_session, done) {
      most = Math.max(most, ++open);
      setTimeout(done, 30);
    },
    onClose: () => {
      open -= 1;
    },
  });
  const mailer = createSmtpMailer({ url, from: FROM });
  const given = new AbortController();
  const sent = Array.from({ length: 8 }, (_, index) => mailer.send({ ...MAIL, messageId: `<${index}@x>` }));
  const late = mailer.send({ ...MAIL, messageId: '<late@x>' }, given.signal);
  const refused = expect(late).rejects.toThrow();
  given.abort();
  await Promise.all(sent);
  await refused;
  expect(received).toHaveLength(8);
  expect(most).toBeLessThanOrEqual(4);
});

it('without a server a message is a file that only its owner reads, and its secret is in no line of the log', async () => {
  const root = await mkdtemp(join(tmpdir(), 'mail-'));
  close = () => rm(root, { recursive: true, force: true });
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const folder = join(root, 'mail');
  const clock = new ManualClock('2026-03-10T12:00:00.000Z');
  const mailer = createFolderMailer({ folder, clock, log: createLog('trace', destination) });
  await mailer.send(MAIL);
  const [name = ''] = await readdir(folder);
  expect(await readFile(join(folder, name), 'utf8')).toBe(
    `To: ann@example.com\nSubject: Hällo\nMessage-ID: <wf_1@plane.example>\n\n${MAIL.text}`,
  );
  expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  expect(lines.join()).toContain(name);
  expect(lines.join()).not.toContain('token=t');
  for (let count = 0; count < 210; count++) await mailer.send({ ...MAIL, messageId: `<${count}>` });
  expect(await readdir(folder)).toHaveLength(200);
});
