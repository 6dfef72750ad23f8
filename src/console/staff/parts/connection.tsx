import { useEffect, useState } from 'preact/hooks';
import { useConsole, useTexts } from '../state/console.js';
import { useStore } from '../state/store.js';

const PATIENCE_MS = 2_000;

/** Says so when what is on the screen may be old. A break of a second is nobody's business. */
export function Connection() {
  const { live } = useConsole();
  const texts = useTexts();
  const is = useStore(live.status, (state) => state.is);
  const [isLate, setLate] = useState(false);

  useEffect(() => {
    setLate(false);
    if (is !== 'lost') return;
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [is]);

  return (
    <p class="connection" role="status" data-live={is}>
      {isLate ? texts.connectionLost : ''}
    </p>
  );
}
