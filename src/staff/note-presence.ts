import type { Actor } from './actor.js';
import type { ChatAccess } from './chat-access.js';
import type { Viewers } from './viewers.js';

/** Tells colleagues that somebody has a chat open, or is writing in it. @throws {AppError} as {@link ChatAccess.open} */
export type NotePresence = (actor: Actor, conversationId: string, isTyping: boolean) => Promise<void>;

export function createNotePresence(deps: {
  readonly access: ChatAccess;
  readonly viewers: Viewers;
  readonly onChanged: (conversationId: string) => void;
}): NotePresence {
  return async (actor, conversationId, isTyping) => {
    await deps.access.open(actor, conversationId);
    if (await deps.viewers.note(conversationId, actor.staffId, isTyping)) deps.onChanged(conversationId);
  };
}
