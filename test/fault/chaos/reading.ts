import { type Graph, Lost, type Reply } from '../graph.ts';
import type { Ending } from './tally.ts';

/** What may be said while something is broken: it can be asked again. */
const PASSING: ReadonlySet<string> = new Set(['UNAVAILABLE']);

export interface Reading<Data> {
  /** Parts of it are null where the ending is `failed`. */
  readonly data: Data | null;
  readonly ending: Ending;
  /** Of the first error; `undefined` where there is none, `LOST` where there was no answer. */
  readonly code: string | undefined;
}

/**
 * Asks as the administrator, or with a token of one's own. An error that does not pass is a wrong answer.
 *
 * @param token `null`: as nobody
 * @param alsoRight codes that are right answers here
 */
export async function read<Data>(
  graph: Graph,
  what: string,
  source: string,
  variables: object,
  violations: string[],
  { token, alsoRight = [] }: { readonly token?: string | null; readonly alsoRight?: readonly string[] } = {},
): Promise<Reading<Data>> {
  let reply: Reply<Data>;
  try {
    reply =
      token === undefined
        ? await graph.askAsAdministrator<Data>(source, variables)
        : await graph.ask<Data>(source, variables, token ?? undefined);
  } catch (error) {
    if (!(error instanceof Lost)) throw error;
    return { data: null, ending: 'failed', code: 'LOST' };
  }
  const codes = reply.errors.map(({ extensions }) => extensions?.code ?? 'no code');
  const wrong = codes.filter((code) => !PASSING.has(code) && !alsoRight.includes(code));
  if (wrong.length > 0) violations.push(`${what} ${JSON.stringify(variables)}: ${JSON.stringify(reply.errors)}`);
  const isPassing = codes.some((code) => PASSING.has(code));
  return { data: reply.data, ending: isPassing ? 'failed' : 'answered', code: codes[0] };
}
