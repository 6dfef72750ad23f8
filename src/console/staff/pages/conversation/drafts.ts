/** What is being written to one chat, kept for as long as the tab lives. */
export interface Drafts {
  read(conversationId: string): string;
  write(conversationId: string, text: string): void;
}

/** @param staffId whose drafts: who signs in next on the same machine sees none of them */
export function openDrafts(
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | undefined,
  staffId: string,
): Drafts {
  const nameOf = (conversationId: string) => `kanal.staff.draft.${staffId}.${conversationId}`;
  return {
    read: (conversationId) => storage?.getItem(nameOf(conversationId)) ?? '',
    write(conversationId, text) {
      try {
        if (text === '') storage?.removeItem(nameOf(conversationId));
        else storage?.setItem(nameOf(conversationId), text);
      } catch {
        // kept on the screen only
      }
    },
  };
}
