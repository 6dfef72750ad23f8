import type { Db } from 'mongodb';
import type { SavedView } from './api/inbox.js';

interface StoredViews {
  /** Staff id. */
  readonly _id: string;
  readonly views: readonly SavedView[];
}

/** Everybody's own filters, by name. */
export interface SavedViewStore {
  of(staffId: string): Promise<readonly SavedView[]>;
  keep(staffId: string, views: readonly SavedView[]): Promise<void>;
}

export function createSavedViews(db: Db): SavedViewStore {
  const stored = db.collection<StoredViews>('saved_views');
  return {
    of: async (staffId) => (await stored.findOne({ _id: staffId }))?.views ?? [],
    async keep(staffId, views) {
      await stored.updateOne({ _id: staffId }, { $set: { views } }, { upsert: true });
    },
  };
}
