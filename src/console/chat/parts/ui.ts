import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Chat } from '../chat.js';
import type { Lang, Texts } from '../texts.js';

/** What every part of the page needs: its words and the chat. */
export interface Ui {
  readonly chat: Chat;
  readonly lang: Lang;
  readonly texts: Texts;
}

export const UiContext = createContext<Ui | undefined>(undefined);

export function useUi(): Ui {
  const ui = useContext(UiContext);
  if (!ui) throw new Error('outside of the page');
  return ui;
}
