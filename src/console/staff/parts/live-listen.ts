import { useEffect, useRef } from 'preact/hooks';
import { useConsole } from '../state/console.js';
import type { LiveEvent } from '../wire.js';

/** Hears of every change for as long as the part is shown. */
export function useLive(listener: (event: LiveEvent) => void): void {
  const { live } = useConsole();
  const current = useRef(listener);
  current.current = listener;
  useEffect(() => live.on((event) => current.current(event)), [live]);
}
