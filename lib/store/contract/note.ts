import type { CollectionSpec, IndexValue, JsonValue } from '../port.ts';

/** The document of the store's tests. */
export interface Note {
  readonly noteId: string;
  readonly tenantId?: string;
  readonly rank?: IndexValue;
  readonly text?: string;
  readonly count?: number;
  readonly other?: number;
  readonly body?: JsonValue;
}

export const noteSpec: CollectionSpec<Note> = {
  name: 'notes',
  key: 'noteId',
  indexes: { byKey: [], byRank: ['rank'], byTenant: ['tenantId', 'rank'], byThree: ['tenantId', 'text', 'rank'] },
};
