import type { RefObject } from 'preact';
import type { TextKey } from '../texts.js';
import type { ComposerHandle } from './composer.js';
import { useUi } from './ui.js';

const EXAMPLES: readonly (readonly [TextKey, TextKey])[] = [
  ['exampleLamp', 'exampleLampText'],
  ['exampleRoad', 'exampleRoadText'],
  ['exampleWaste', 'exampleWasteText'],
];

/** The first screen: an invitation to just write. An example only fills the field, for the writer to go on. */
export function Welcome({ composer }: { readonly composer: RefObject<ComposerHandle | null> }) {
  const { chat, texts } = useUi();
  return (
    <section class="scroll welcome">
      <div class="welcome-inner">
        <h2>{texts.welcomeTitle}</h2>
        <p>{texts.welcomeText}</p>
        <p class="label" id="examples">
          {texts.examples}
        </p>
        <ul class="chips" aria-labelledby="examples">
          {EXAMPLES.map(([label, text]) => (
            <li key={label}>
              <button type="button" class="chip" onClick={() => composer.current?.fill(texts[text])}>
                {texts[label]}
              </button>
            </li>
          ))}
          <li>
            <button type="button" class="chip" onClick={() => void chat.send({ text: 'status' })}>
              {texts.exampleStatus}
            </button>
          </li>
        </ul>
        <p class="note">{texts.welcomeNote}</p>
      </div>
    </section>
  );
}
