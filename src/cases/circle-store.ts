import type { Db } from 'mongodb';
import type { Circle, NamedCircles } from './circle.js';

interface StoredCircle {
  readonly _id: Circle;
  readonly staffIds: readonly string[];
}

/** Who is named for which restricted circle. A handful of documents. */
export interface CircleStore {
  all(): Promise<NamedCircles>;
  /** Names the staff of a circle, in place of those before; the caller audits it. */
  name(circle: Circle, staffIds: readonly string[]): Promise<void>;
}

export function createCircleStore(db: Db): CircleStore {
  const circles = db.collection<StoredCircle>('circles');
  return {
    async all() {
      const stored = await circles.find({}).toArray();
      return new Map(stored.map(({ _id, staffIds }) => [_id, staffIds]));
    },
    async name(circle, staffIds) {
      await circles.updateOne({ _id: circle }, { $set: { staffIds: [...new Set(staffIds)] } }, { upsert: true });
    },
  };
}
