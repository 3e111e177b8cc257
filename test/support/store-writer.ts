/**
 * Writes to the embedded store in the folder of its first argument until it is killed, 16 writers at once: each inserts
 * notes whose keys begin with the second argument, in the service of the third (`notes`), and counts them. Prints what was answered, a line each: `key <key>`
 * and `count <the counter's new value>`. A store that cannot be opened: the reason on standard error, exit code 1.
 */
import { noteSpec } from '#lib/store/contract/note.ts';
import { openEmbeddedStores } from '#lib/store/embedded/embedded.ts';

const [dataDir = '', prefix = '', service = 'notes'] = process.argv.slice(2);

try {
  const stores = await openEmbeddedStores({ dataDir });
  const notes = (await stores.open(service, [noteSpec])).collection(noteSpec);
  await Promise.all(
    Array.from({ length: 16 }, async (_, writer) => {
      for (let turn = 0; ; turn++) {
        const { noteId } = await notes.insert({ noteId: `${prefix}-${writer}-${turn}`, count: turn });
        process.stdout.write(`key ${noteId}\n`);
        const counter = await notes.increment('counter', { count: 1 }, { noteId: 'counter' });
        process.stdout.write(`count ${counter.count}\n`);
      }
    }),
  );
} catch (error) {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
}
