import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';
import './playground.css';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { examples } from './examples.ts';
import { send, sessionFetcher } from './fetcher.ts';
import { Session } from './session.ts';
import { SessionBar } from './session-bar.tsx';
import { editorStorage } from './storage.ts';
import { installWorkers } from './workers.ts';

const session = new Session(send, Date.now);
const fetcher = sessionFetcher(session);
const storage = editorStorage(sessionStorage);
const plugins = [HISTORY_PLUGIN];

// Without these GraphiQL leaves the first tab's variables out of their editor, and adds a tab at the first reload.
if (storage.getItem('graphiql:tabState') === null) {
  storage.setItem('graphiql:query', examples[0].query ?? '');
  storage.setItem('graphiql:variables', examples[0].variables ?? '');
}

function Playground() {
  return (
    <>
      <SessionBar session={session} />
      <main>
        <GraphiQL
          fetcher={fetcher}
          storage={storage}
          plugins={plugins}
          defaultTabs={examples}
          defaultEditorToolsVisibility="variables"
          shouldPersistHeaders={false}
          inputValueDeprecation
          schemaDescription
        >
          <GraphiQL.Logo>{null}</GraphiQL.Logo>
        </GraphiQL>
      </main>
    </>
  );
}

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element "root"');
installWorkers();
createRoot(root).render(
  <StrictMode>
    <Playground />
  </StrictMode>,
);
