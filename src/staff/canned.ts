import type { Db } from 'mongodb';
import { AppError } from '../core/errors.js';
import type { Actor } from './actor.js';
import { isOfEveryUnit } from './actor.js';
import type { CannedAnswer } from './api/settings.js';

const MAX_CANNED = 500;

type StoredCanned = Omit<CannedAnswer, 'id'> & { readonly _id: string };
/** Of a shipped answer that the office doesn't want. */
interface Removed {
  readonly _id: string;
  readonly isRemoved: true;
}

/** Ready answers; a few hundred at most. What the office keeps under a shipped one's id or shortcut stands before it. */
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

/** @param shipped those that came with the service */
export function createCanned(db: Db, shipped: readonly CannedAnswer[]): Canned {
  const canned = db.collection<StoredCanned | Removed>('canned');

  async function all(): Promise<CannedAnswer[]> {
    const stored = await canned.find({}).limit(MAX_CANNED).toArray();
    const own = stored.flatMap((each) => ('isRemoved' in each ? [] : [toAnswer(each)]));
    const taken = new Set(stored.map(({ _id }) => _id));
    const shortcuts = new Set(own.filter(({ unit }) => unit === undefined).map(({ shortcut }) => shortcut));
    return [...own, ...shipped.filter(({ id, shortcut }) => !taken.has(id) && !shortcuts.has(shortcut))];
  }

  return {
    async listFor(actor) {
      return (await all())
        .filter(({ unit }) => unit === undefined || isOfEveryUnit(actor) || actor.units.includes(unit))
        .sort((a, b) => (a.shortcut < b.shortcut ? -1 : 1));
    },
    async keep({ id, ...rest }) {
      const others = (await all()).filter((each) => each.id !== id);
      if (others.some(({ shortcut, unit }) => shortcut === rest.shortcut && unit === rest.unit))
        throw new AppError('request.conflict', 'Another answer has this shortcut', { field: 'shortcut' });
      if (others.length >= MAX_CANNED)
        throw new AppError('request.conflict', 'There are too many ready answers', { max: MAX_CANNED });
      await canned.replaceOne({ _id: id }, rest, { upsert: true });
      return { id, ...rest };
    },
    async remove(id) {
      if (!(await all()).some((each) => each.id === id))
        throw new AppError('request.not_found', 'There is no such answer');
      if (shipped.some((each) => each.id === id))
        await canned.replaceOne({ _id: id }, { isRemoved: true }, { upsert: true });
      else await canned.deleteOne({ _id: id });
    },
  };
}

function toAnswer({ _id: id, ...rest }: StoredCanned): CannedAnswer {
  return { id, ...rest };
}
