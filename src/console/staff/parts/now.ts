import { useEffect, useState } from 'preact/hooks';
import { useConsole } from '../state/console.js';

const TICK_MS = 500;

/**
 * The service's time, cut to whole steps; the part is drawn again when a step is over.
 *
 * @param stepMs a second for what counts down, a minute for what ages
 */
export function useNowMs(stepMs: number): number {
  const { clock } = useConsole();
  const cut = () => Math.floor(clock.nowMs() / stepMs) * stepMs;
  const [now, setNow] = useState(cut);
  useEffect(() => {
    const timer = setInterval(() => setNow(cut()), Math.min(stepMs, TICK_MS * 10));
    return () => clearInterval(timer);
  }, [stepMs]);
  return now;
}
