import type { Db } from 'mongodb';
import { AppError } from '../core/errors.js';
import type { Actor } from './actor.js';
import { isOfEveryUnit } from './actor.js';
import type { CannedAnswer } from './api/settings.js';

const MAX_CANNED = 500;

type StoredCanned = Omit<CannedAnswer, 'id'> & { readonly _id: string };

/** Ready answers; a few hundred at most. */
export interface Canned {
  /** Those for somebody's units, and everybody's, by shortcut. */
  listFor(actor: Actor): Promise<CannedAnswer[]>;
  /**
   * Keeps an answer under its id, in place of what was there.
   * @throws {AppError} `request.conflict` when another one of the same reach has its shortcut, or there are too many
   */
  keep(answer: CannedAnswer): Promise<CannedAnswer>;
  /** @throws {AppError} `request.not_found` */
  remove(id: string): Promise<void>;
}

export function createCanned(db: Db): Canned {
  const canned = db.collection<StoredCanned>('canned');
  return {
    async listFor(actor) {
      const all = await canned.find({}).limit(MAX_CANNED).toArray();
      return all
        .filter(({ unit }) => unit === undefined || isOfEveryUnit(actor) || actor.units.includes(unit))
        .map(({ _id: id, ...rest }) => ({ id, ...rest }))
        .sort((a, b) => (a.shortcut < b.shortcut ? -1 : 1));
    },
    async keep({ id, ...rest }) {
      const all = await canned.find({}).limit(MAX_CANNED).toArray();
      const clash = all.find(
        ({ _id, shortcut, unit }) => _id !== id && shortcut === rest.shortcut && unit === rest.unit,
      );
      if (clash) throw new AppError('request.conflict', 'Another answer has this shortcut', { field: 'shortcut' });
      if (all.length >= MAX_CANNED && !all.some(({ _id }) => _id === id))
        throw new AppError('request.conflict', 'There are too many ready answers', { max: MAX_CANNED });
      await canned.replaceOne({ _id: id }, rest, { upsert: true });
      return { id, ...rest };
    },
    async remove(id) {
      const { deletedCount } = await canned.deleteOne({ _id: id });
      if (deletedCount === 0) throw new AppError('request.not_found', 'There is no such answer');
    },
  };
}
