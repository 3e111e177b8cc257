import type { Storage as EditorStorage } from '@graphiql/toolkit';

/** What may outlive a reload. GraphiQL leaves request headers out of these, but not out of its history. */
const persistent = new Set([
  'graphiql:query',
  'graphiql:variables',
  'graphiql:tabState',
  'graphiql:theme',
  'graphiql:visiblePlugin',
  'graphiql:docExplorerFlex',
  'graphiql:editorFlex',
  'graphiql:secondaryEditorFlex',
]);

/**
 * The storage that GraphiQL is given in place of `localStorage`: open tabs and layout live as long as the browser tab
 * (`sessionStorage`), everything else, such as the history with its request headers, as long as the page.
 */
export function editorStorage(session: Storage): EditorStorage {
  const memory = new Map<string, string>();
  return {
    getItem: (key) => (persistent.has(key) ? session.getItem(key) : (memory.get(key) ?? null)),
    setItem: (key, value) => {
      if (persistent.has(key)) session.setItem(key, value);
      else memory.set(key, value);
    },
    removeItem: (key) => {
      if (persistent.has(key)) session.removeItem(key);
      else memory.delete(key);
    },
    clear: () => {
      for (const key of persistent) session.removeItem(key);
      memory.clear();
    },
    get length() {
      return session.length + memory.size;
    },
  };
}
