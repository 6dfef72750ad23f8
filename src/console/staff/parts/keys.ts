import { useLayoutEffect, useRef } from 'preact/hooks';
import { useConsole } from '../state/console.js';

export type KeyMap = Readonly<Record<string, (event: KeyboardEvent) => void>>;

/** Single keys that do something while nobody is writing, and no dialog is open. Names as in `KeyboardEvent.key`. */
export function useKeys(keys: KeyMap): void {
  const { prefs } = useConsole();
  const current = useRef(keys);
  current.current = keys;
  // with the part itself: a key must not go to nobody because it comes before the page has rested
  useLayoutEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      // all keys are the dialog's: Escape closes it, and must not leave what is under it as well
      if (document.querySelector('dialog[open]')) return;
      const isLetter = event.key.length === 1;
      if (isLetter && (!prefs.get().keys || isWriting(event.target))) return;
      // a button or link that has the focus keeps Enter for itself
      if (
        event.key === 'Enter' &&
        event.target instanceof Element &&
        event.target.closest('a, button, input, select, textarea, summary')
      )
        return;
      const act = current.current[event.key];
      if (!act) return;
      event.preventDefault();
      act(event);
    }
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
}

function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
