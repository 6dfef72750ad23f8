import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useConsole, useTexts } from '../state/console.js';
import { failureText, isAway } from './failure-text.js';
import { useRetry } from './use-retry.js';

/** What a page asked the service for, and how that stands. */
export interface Loaded<T> {
  readonly data?: T;
  readonly failure?: unknown;
  reload(): Promise<void>;
}

/**
 * Reads an address whenever it changes; what was read stays on the screen while it is read again.
 *
 * @param everyMs reads again after so long, while the page is seen
 */
export function useLoad<T>(path: string, everyMs?: number): Loaded<T> {
  const { http } = useConsole();
  const [state, setState] = useState<{ path: string; data?: T; failure?: unknown }>({ path });

  async function load(signal?: AbortSignal): Promise<void> {
    try {
      const data = await http.get<T>(path, signal);
      if (!signal?.aborted) setState({ path, data });
    } catch (failure) {
      if (!signal?.aborted) setState((before) => ({ ...(before.path === path ? before : {}), path, failure }));
    }
  }

  useEffect(() => {
    const abort = new AbortController();
    void load(abort.signal);
    const again = () => document.visibilityState === 'visible' && void load(abort.signal);
    const timer = everyMs === undefined ? undefined : setInterval(again, everyMs);
    return () => {
      abort.abort();
      clearInterval(timer);
    };
  }, [path, everyMs]);

  return {
    ...(state.path === path && state.data !== undefined ? { data: state.data } : {}),
    ...(state.path === path && state.failure !== undefined ? { failure: state.failure } : {}),
    reload: () => load(),
  };
}

interface WhenLoadedProps<T> {
  readonly loaded: Loaded<T>;
  readonly children: (data: T) => ComponentChildren;
}

/** The page once it has what it needs; before that, that it is coming, or why not. */
export function WhenLoaded<T>({ loaded, children }: WhenLoadedProps<T>) {
  const texts = useTexts();
  const { data, failure } = loaded;
  useRetry(isAway(failure), loaded.reload);
  return (
    <>
      {failure !== undefined && (
        <p class="list-note bad" role="alert">
          {failureText(failure, texts)}{' '}
          <button type="button" class="link" onClick={() => void loaded.reload()}>
            {texts.tryAgain}
          </button>
        </p>
      )}
      {data === undefined ? failure === undefined && <p class="muted">{texts.opening}</p> : children(data)}
    </>
  );
}
