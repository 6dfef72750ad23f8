import type { Db } from 'mongodb';
import { type Keys, mac } from '../core/crypto.js';
import { base32 } from '../core/ids.js';
import { isDuplicateKey } from '../store/connect.js';
import type { SkmAnswers } from './skm.js';

/** One answered survey. Nothing in it leads back to who answered. */
interface Survey {
  readonly _id: string;
  /** YYYY-MM in the tenant's zone: a day would narrow down who it was. */
  readonly month: string;
  readonly answers: SkmAnswers;
}

/** Surveys, kept apart from whoever answered them. */
export interface SurveyStore {
  /** @param key the effect's, so that the same answers are counted once; only its HMAC is stored */
  add(key: string, month: string, answers: SkmAnswers): Promise<void>;
  /** By index month. */
  of(month: string): Promise<SkmAnswers[]>;
}

export function createSurveyStore(db: Db, keys: Keys): SurveyStore {
  const surveys = db.collection<Survey>('surveys');
  return {
    async add(key, month, answers) {
      const _id = base32(mac(keys.receiptKey, 'survey', key)).slice(0, 26);
      try {
        await surveys.insertOne({ _id, month, answers });
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
    },
    async of(month) {
      return (await surveys.find({ month }).toArray()).map(({ answers }) => answers);
    },
  };
}
