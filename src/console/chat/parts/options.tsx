import { useEffect, useState } from 'preact/hooks';
import type { Option } from '../../../messages/message.js';
import type { Entry } from '../wire.js';
import { useUi } from './ui.js';

interface OptionsProps {
  readonly entry: Entry;
  readonly isOpen: boolean;
  /** What the citizen said next, if anything. */
  readonly answer: string | undefined;
}

/** The answers a question offers. Old ones stay to be read, keep the focus if they had it, and do nothing. */
export function Options({ entry, isOpen, answer }: OptionsProps) {
  const { chat } = useUi();
  const [tapped, setTapped] = useState<string>();
  const canChoose = isOpen && tapped === undefined;
  const isChosen = (option: Option) => option.id === tapped || option.label === answer;

  // a choice that was refused and dropped leaves the question open again
  useEffect(() => {
    if (isOpen) setTapped(undefined);
  }, [isOpen]);

  function choose(option: Option): void {
    if (!canChoose) return;
    setTapped(option.id);
    const choice = { step: entry.step ?? '', seq: entry.seq, option: option.id };
    void chat.send({ text: option.label, choice });
  }

  return (
    <ul class="options">
      {(entry.options ?? []).map((option) => (
        <li key={option.id}>
          <button
            type="button"
            class={`option${isChosen(option) ? ' chosen' : ''}`}
            aria-disabled={!canChoose}
            aria-pressed={canChoose ? undefined : isChosen(option)}
            onClick={() => choose(option)}
          >
            {option.label}
          </button>
        </li>
      ))}
    </ul>
  );
}
