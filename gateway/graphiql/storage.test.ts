import { expect, it } from 'vitest';
import { editorStorage } from './storage.ts';

function webStorage(): Storage {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
    clear: () => items.clear(),
    key: (index) => [...items.keys()][index] ?? null,
    get length() {
      return items.size;
    },
  };
}

it('open tabs survive a reload', () => {
  const session = webStorage();
  editorStorage(session).setItem('graphiql:tabState', '{"tabs":[]}');
  expect(editorStorage(session).getItem('graphiql:tabState')).toBe('{"tabs":[]}');
});

it.each(['graphiql:queries', 'graphiql:favorites', 'graphiql:headers', 'graphiql:something-new'])(
  '%s, which may hold request headers, does not survive a reload',
  (key) => {
    const session = webStorage();
    const storage = editorStorage(session);
    storage.setItem(key, 'Bearer secret');
    expect(storage.getItem(key)).toBe('Bearer secret');
    expect(session.length).toBe(0);
    expect(editorStorage(session).getItem(key)).toBeNull();
  },
);

it('clearing removes what is the editor’s and nothing else', () => {
  const session = webStorage();
  session.setItem('other', 'kept');
  const storage = editorStorage(session);
  storage.setItem('graphiql:theme', 'dark');
  storage.setItem('graphiql:queries', '[]');
  storage.clear();
  expect([storage.getItem('graphiql:theme'), storage.getItem('graphiql:queries')]).toEqual([null, null]);
  expect(session.getItem('other')).toBe('kept');
});
