import { Binary, type Db } from 'mongodb';
import { type Keys, open, seal } from '../core/crypto.js';
import { isDuplicateKey } from '../store/connect.js';

/** What a report is about and what it wants, by ids of flows/categories.yaml. */
export interface LabelValue {
  readonly category: string;
  readonly kind: string;
}

/** A correction of what the classifier made of a report: `npm run train` learns from it. */
export interface StaffLabel {
  readonly caseNumber: string;
  /** The description, as it was when it was corrected. */
  readonly text: string;
  readonly from: LabelValue;
  readonly to: LabelValue;
  /** Id of the staff member. */
  readonly by: string;
  readonly at: Date;
}

interface StoredLabel extends Omit<StaffLabel, 'text'> {
  /** Case number and key. */
  readonly _id: string;
  readonly text: Binary;
}

/** Corrections by staff, with the text sealed. */
export interface LabelStore {
  /** @param key tells corrections of one case apart (the case's rev); adding the same one again changes nothing */
  add(label: StaffLabel, key: string): Promise<void>;
  /** Oldest first, by index at; of one case the last one counts, and it comes last. */
  all(): AsyncIterable<StaffLabel>;
}

export function createLabelStore(db: Db, keys: Keys): LabelStore {
  const labels = db.collection<StoredLabel>('labels');
  return {
    async add({ text, ...label }, key) {
      const _id = `${label.caseNumber}/${key}`;
      try {
        await labels.insertOne({ ...label, _id, text: new Binary(seal(keys, _id, text)) });
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
    },
    async *all() {
      for await (const { _id, text, ...label } of labels.find({}, { sort: { at: 1 } })) {
        yield { ...label, text: open<string>(keys, _id, text.buffer) };
      }
    },
  };
}
