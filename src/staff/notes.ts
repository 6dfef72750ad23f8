import { Binary, type Db } from 'mongodb';
import type { Clock } from '../core/clock.js';
import { type Keys, open, seal } from '../core/crypto.js';
import { isDuplicateKey } from '../store/connect.js';
import type { Note } from './api/conversation.js';

const MAX_SHOWN = 100;
const MAX_MENTIONED = 100;

/** A private note of staff on a chat or a case. Its words are sealed, bound to `_id`. */
export interface StoredNote {
  /** `<subject>#<key>` */
  readonly _id: string;
  /** A conversation's id or a case's number. */
  readonly subject: string;
  readonly by: string;
  readonly at: Date;
  readonly content: Binary;
  /** Staff ids. */
  readonly mentions: readonly string[];
}

export interface Notes {
  /** Keeps a note; the same key again is the same note, whatever else it holds. */
  add(note: {
    readonly subject: string;
    readonly by: string;
    readonly key: string;
    readonly text: string;
    readonly mentions: readonly string[];
  }): Promise<{ readonly note: StoredNote; readonly repeated: boolean }>;
  /** The newest 100 of these subjects, oldest first, by index (subject, at). */
  of(subjects: readonly string[]): Promise<StoredNote[]>;
  /** In which somebody was mentioned, newest first, by index (mentions, at). */
  mentioning(staffId: string): Promise<StoredNote[]>;
  /** Made at or after an instant, oldest first, by index at. */
  since(at: Date, limit: number): Promise<StoredNote[]>;
}

export function createNotes({ db, keys, clock }: { db: Db; keys: Keys; clock: Clock }): Notes {
  const notes = db.collection<StoredNote>('notes');
  return {
    async add({ subject, by, key, text, mentions }) {
      const _id = `${subject}#${key}`;
      const content = new Binary(seal(keys, _id, { text }));
      const note: StoredNote = { _id, subject, by, at: clock.now(), content, mentions: [...new Set(mentions)] };
      try {
        await notes.insertOne(note);
        return { note, repeated: false };
      } catch (error) {
        const before = isDuplicateKey(error) ? await notes.findOne({ _id }) : undefined;
        if (!before) throw error;
        return { note: before, repeated: true };
      }
    },
    async of(subjects) {
      const found = await Promise.all(
        subjects.map((subject) => notes.find({ subject }, { sort: { at: -1 }, limit: MAX_SHOWN }).toArray()),
      );
      return found
        .flat()
        .sort((a, b) => a.at.getTime() - b.at.getTime())
        .slice(-MAX_SHOWN);
    },
    mentioning: (staffId) => notes.find({ mentions: staffId }, { sort: { at: -1 }, limit: MAX_MENTIONED }).toArray(),
    since: (at, limit) => notes.find({ at: { $gte: at } }, { sort: { at: 1 }, limit }).toArray(),
  };
}

/** Opened, for whoever may see its subject. */
export function noteOf(keys: Keys, stored: StoredNote, nameOf: (staffId: string) => string | undefined): Note {
  const { text } = open<{ text: string }>(keys, stored._id, stored.content.buffer);
  return {
    id: stored._id,
    by: stored.by,
    byName: nameOf(stored.by) ?? stored.by,
    at: stored.at.toISOString(),
    text,
    mentions: [...stored.mentions],
  };
}
