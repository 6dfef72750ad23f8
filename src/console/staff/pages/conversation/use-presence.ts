import { useEffect, useRef } from 'preact/hooks';
import { useConsole } from '../../state/console.js';

/** The service forgets who is silent for longer. */
const BEAT_MS = 15_000;
const TYPING_MS = 4_000;
/** Whoever hasn't touched a key for so long is thinking, or gone. */
const PAUSE_MS = 6_000;

/** Lets colleagues see that one is here, and when one writes. @returns to be called at each key */
export function usePresence(conversationId: string): (isTyping: boolean) => void {
  const { api } = useConsole();
  const state = useRef({ isTyping: false, toldAt: 0 });
  const pause = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  function tell(isTyping: boolean): void {
    if (document.visibilityState !== 'visible') return;
    state.current = { isTyping, toldAt: performance.now() };
    // colleagues only miss a hint
    api.presence(conversationId, { isTyping }).catch(() => undefined);
  }

  useEffect(() => {
    tell(false);
    const timer = setInterval(() => tell(state.current.isTyping), BEAT_MS);
    return () => {
      clearInterval(timer);
      clearTimeout(pause.current);
    };
  }, [conversationId]);

  return (isTyping) => {
    clearTimeout(pause.current);
    if (isTyping) pause.current = setTimeout(() => tell(false), PAUSE_MS);
    const { isTyping: before, toldAt } = state.current;
    if (isTyping !== before || (isTyping && performance.now() - toldAt > TYPING_MS)) tell(isTyping);
  };
}
