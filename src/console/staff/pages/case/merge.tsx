import { useEffect, useState } from 'preact/hooks';
import { TextField } from '../../parts/fields.js';
import { FormDialog } from '../../parts/form-dialog.js';
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
  const [isAway, setAway] = useState(false);

  useEffect(() => {
    api.similar(view.card.number).then(setSimilar, () => setAway(true));
  }, []);

  return (
    <FormDialog
      title={texts.merge}
      action={texts.merge}
      isReady={into !== ''}
      onSubmit={() => matter.act('merge', { into: into.trim().toUpperCase() })}
      onClose={onClose}
    >
      <p class="muted">{texts.mergeHint}</p>
      <fieldset class="choices">
        <legend>{texts.similar}</legend>
        {similar?.length === 0 && <p class="muted">{texts.noSimilar}</p>}
        {isAway && <p class="muted">{texts.unreachable}</p>}
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
      <TextField label={texts.mergeNumber} required maxLength={40} placeholder="LP-…" value={into} onChange={setInto} />
    </FormDialog>
  );
}
