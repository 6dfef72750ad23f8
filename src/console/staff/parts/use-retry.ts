import { useEffect, useRef } from 'preact/hooks';

const RETRY_MS = 4_000;

/** Tries again by itself, for as long as the service can't be reached: the page says so, and nobody should have to press. */
export function useRetry(isAway: boolean, retry: () => unknown): void {
  const current = useRef(retry);
  current.current = retry;
  useEffect(() => {
    if (!isAway) return;
    const again = () => void (document.visibilityState === 'visible' && current.current());
    const timer = setInterval(again, RETRY_MS);
    addEventListener('online', again);
    return () => {
      clearInterval(timer);
      removeEventListener('online', again);
    };
  }, [isAway]);
}
