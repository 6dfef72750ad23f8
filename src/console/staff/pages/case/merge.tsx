import { useEffect, useState } from 'preact/hooks';
import { Dialog } from '../../parts/dialog.js';
import { failureText } from '../../parts/failure-text.js';
import { useConsole, useTexts } from '../../state/console.js';
import { fill } from '../../texts/texts.js';
import type { CaseView, SimilarAnswer } from '../../wire.js';
import type { Matter } from './case.js';
import { useNames } from './names.js';

interface MergeDialogProps {
  readonly view: CaseView;
  readonly matter: Matter;
  readonly onClose: () => void;
}

/** Puts a case together with one about the same matter; both complainants hear of what follows. */
export function MergeDialog({ view, matter, onClose }: MergeDialogProps) {
  const { api } = useConsole();
  const texts = useTexts();
  const name = useNames();
  const [similar, setSimilar] = useState<SimilarAnswer>();
  const [into, setInto] = useState('');
  const [failure, setFailure] = useState('');

  useEffect(() => {
    api.similar(view.card.number).then(setSimilar, (error) => setFailure(failureText(error, texts)));
  }, []);

  async function submit(): Promise<void> {
    try {
      await matter.act('merge', { into: into.trim().toUpperCase() });
      onClose();
    } catch (error) {
      setFailure(failureText(error, texts));
    }
  }

  return (
    <Dialog title={texts.merge} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <p class="muted">{texts.mergeHint}</p>
        <fieldset class="choices">
          <legend>{texts.similar}</legend>
          {similar?.length === 0 && <p class="muted">{texts.noSimilar}</p>}
          {similar?.map(({ card, likeness }) => (
            <label key={card.number} class="choice">
              <input type="radio" name="into" checked={into === card.number} onChange={() => setInto(card.number)} />
              <span>
                <strong>{card.number}</strong> {name.status(card.status)},{' '}
                {fill(texts.percentAlike, { percent: Math.round(likeness * 100) })}
                <span class="muted" dir="auto">
                  {card.title} {card.place}
                </span>
              </span>
            </label>
          ))}
        </fieldset>
        <label class="field">
          {texts.mergeNumber}
          <input
            value={into}
            required
            maxLength={40}
            placeholder="LP-…"
            onInput={(event) => setInto(event.currentTarget.value)}
          />
        </label>
        <p class="failure" role="alert">
          {failure}
        </p>
        <button type="submit" class="button primary" aria-disabled={!into}>
          {texts.merge}
        </button>
      </form>
    </Dialog>
  );
}
