import type { Environment } from 'monaco-editor';
import EditorWorker from 'monaco-editor/esm/vs/editor/editor.worker.js?worker';
import JsonWorker from 'monaco-editor/esm/vs/language/json/json.worker.js?worker';
import GraphQLWorker from 'monaco-graphql/esm/graphql.worker.js?worker';

/**
 * Gives the editor its workers as files of this build, for the two languages that the page has. What `graphiql`
 * brings for it (`graphiql/setup-workers/vite`) is the same and writes a line to the console for each worker.
 */
export function installWorkers(): void {
  const environment: Environment = { getWorker: (_id, label) => startWorker(label) };
  window.MonacoEnvironment = environment;
}

function startWorker(label: string): Worker {
  if (label === 'json') return new JsonWorker();
  if (label === 'graphql') return new GraphQLWorker();
  return new EditorWorker();
}
