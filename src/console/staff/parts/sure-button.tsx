import { useState } from 'preact/hooks';
import { useTexts } from '../state/console.js';

interface SureButtonProps {
  readonly class?: string;
  readonly text: string;
  /** What it is about, for ears: several buttons may say the same. */
  readonly of?: string;
  readonly isBusy: boolean;
  readonly onSure: () => void;
}

/** For what reaches others at once or can't be had back: the first press asks, the second does it. */
export function SureButton({ class: className = 'button', text, of, isBusy, onSure }: SureButtonProps) {
  const texts = useTexts();
  const [isAsking, setAsking] = useState(false);
  const name = of === undefined ? text : `${text} ${of}`;
  return (
    <button
      type="button"
      class={isAsking ? `${className} asks` : className}
      aria-label={isAsking ? `${texts.sure} ${name}` : name}
      aria-live="polite"
      disabled={isBusy}
      onBlur={() => setAsking(false)}
      onClick={() => {
        setAsking(!isAsking);
        if (isAsking) onSure();
      }}
    >
      {isAsking ? texts.sure : text}
    </button>
  );
}
