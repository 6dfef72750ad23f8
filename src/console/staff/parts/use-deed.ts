import { useRef, useState } from 'preact/hooks';
import { useConsole, useTexts } from '../state/console.js';
import { failureText } from './failure-text.js';

export interface Deed {
  readonly isBusy: boolean;
  /** Does it unless it is being done; what goes wrong is told. @returns whether it went well */
  run(what: () => Promise<unknown>): Promise<boolean>;
  /** Says why it can't be done as it stands. */
  fail(why: string): void;
  /** What went wrong last; empty when nothing did. */
  readonly failure: string;
}

/**
 * Something that a button starts: once at a time, and never silently in vain.
 *
 * @param isQuiet what goes wrong is told where `failure` is shown, and nowhere else
 */
export function useDeed(isQuiet = false): Deed {
  const console = useConsole();
  const texts = useTexts();
  const [isBusy, setBusy] = useState(false);
  // two presses may come before the page is drawn again
  const running = useRef(false);
  const [failure, setFailure] = useState('');
  return {
    isBusy,
    failure,
    fail: setFailure,
    async run(what) {
      if (running.current) return false;
      running.current = true;
      setBusy(true);
      setFailure('');
      try {
        await what();
        return true;
      } catch (error) {
        const text = failureText(error, texts);
        setFailure(text);
        if (!isQuiet) console.toast(text, { tone: 'bad' });
        return false;
      } finally {
        running.current = false;
        setBusy(false);
      }
    },
  };
}
