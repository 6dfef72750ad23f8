import type { Keys } from '../core/crypto.js';
import { AppError } from '../core/errors.js';
import type { Actor } from './actor.js';
import type { Alerts } from './alerts.js';
import type { Note } from './api/conversation.js';
import type { ChatAccess } from './chat-access.js';
import { deedKeyOf } from './chat-deeds.js';
import type { Directory } from './directory.js';
import { type Notes, noteOf, type StoredNote } from './notes.js';
import { demand } from './rights.js';

export interface KeepNoteDeps {
  readonly notes: Notes;
  readonly access: ChatAccess;
  readonly directory: Directory;
  readonly alerts: Pick<Alerts, 'raise'>;
  readonly keys: Keys;
  readonly onNoted: (note: StoredNote) => void;
}

/** Private notes on what somebody may see. @throws {AppError} `request.invalid` for a mention of nobody */
export interface KeepNote {
  onChat(actor: Actor, conversationId: string, key: string, text: string, mentions: readonly string[]): Promise<Note>;
  /** Whoever passes a chat on may say why, though it isn't theirs any more. */
  onTransfer(
    actor: Actor,
    conversationId: string,
    key: string,
    text: string,
    mentions: readonly string[],
  ): Promise<Note>;
  /** The caller has seen to it that they may read the case. */
  onCase(actor: Actor, number: string, key: string, text: string, mentions: readonly string[]): Promise<Note>;
}

export function createKeepNote(deps: KeepNoteDeps): KeepNote {
  const keep = async (
    actor: Actor,
    subject: string,
    key: string,
    text: string,
    mentions: readonly string[],
  ): Promise<Note> => {
    demand(actor, 'note', 'write');
    if (text === '') throw new AppError('request.invalid', 'Write something', { field: 'text' });
    const names = await deps.directory.all();
    const unknown = mentions.find((staffId) => !names.has(staffId));
    if (unknown !== undefined)
      throw new AppError('request.invalid', 'Nobody of this id works here', { field: 'mentions' });
    const { note, repeated } = await deps.notes.add({
      subject,
      by: actor.staffId,
      key: deedKeyOf(actor, key),
      text,
      mentions,
    });
    if (!repeated) deps.onNoted(note);
    for (const staffId of note.mentions) {
      if (staffId === actor.staffId) continue;
      const _id = `mentioned:${note._id}:${staffId}`;
      await deps.alerts.raise({ _id, what: 'mentioned', subject, staffId, at: note.at });
    }
    return noteOf(deps.keys, note, (staffId) => names.get(staffId)?.name);
  };

  return {
    async onChat(actor, conversationId, key, text, mentions) {
      await deps.access.open(actor, conversationId);
      return keep(actor, conversationId, key, text, mentions);
    },
    onTransfer: keep,
    onCase: keep,
  };
}
