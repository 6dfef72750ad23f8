import { useState } from 'preact/hooks';
import { newKey } from '../../api/http.js';
import { failureText } from '../../parts/failure-text.js';
import { useConsole, useSettings, useTexts } from '../../state/console.js';
import { fill, textOr } from '../../texts/texts.js';
import type { Bulk, BulkAnswer, CaseCard } from '../../wire.js';

interface BulkBarProps {
  readonly cards: readonly CaseCard[];
  /** How many are on the screen. */
  readonly shown: number;
  readonly onAll: () => void;
  readonly onDone: () => void;
  readonly onClear: () => void;
}

const MAX_CASES = 100;

/** One thing done to many cases; what could not be done is told case by case. */
export function BulkBar({ cards, shown, onAll, onDone, onClear }: BulkBarProps) {
  const console = useConsole();
  const texts = useTexts();
  const { units, staff, categories } = useSettings();
  const [deed, setDeed] = useState('');
  const [refused, setRefused] = useState<BulkAnswer['refused']>([]);
  const [isBusy, setBusy] = useState(false);

  async function run(): Promise<void> {
    const action = actionOf(deed);
    if (!action || isBusy) return;
    setBusy(true);
    const cases = cards.slice(0, MAX_CASES).map(({ number, rev }) => ({ number, seenRev: rev }));
    try {
      const answer = await console.api.bulk({ cases, action }, newKey());
      setRefused(answer.refused);
      const tone = answer.refused.length > 0 ? 'bad' : 'plain';
      console.toast(fill(texts.bulkDone, { done: answer.done.length, all: cases.length }), { tone });
      if (answer.refused.length === 0) onDone();
    } catch (error) {
      console.toast(failureText(error, texts), { tone: 'bad' });
    }
    setBusy(false);
  }

  return (
    <section class="bulk" aria-label={texts.bulk}>
      <p role="status">{fill(texts.selected, { count: cards.length })}</p>
      <select aria-label={texts.bulk} value={deed} onChange={(event) => setDeed(event.currentTarget.value)}>
        <option value="">{texts.choose}</option>
        <option value="verify:">{texts.bulkVerify}</option>
        <optgroup label={texts.bulkUnit}>
          {units.map(({ id, name }) => (
            <option key={id} value={`unit:${id}`}>
              {name}
            </option>
          ))}
        </optgroup>
        <optgroup label={texts.bulkStaff}>
          {staff.map(({ id, name }) => (
            <option key={id} value={`staff:${id}`}>
              {name}
            </option>
          ))}
        </optgroup>
        <optgroup label={texts.recategorise}>
          {categories.map(({ id, name }) => (
            <option key={id} value={`category:${id}`}>
              {name}
            </option>
          ))}
        </optgroup>
      </select>
      <button type="button" class="button primary" aria-disabled={!deed || isBusy} onClick={() => void run()}>
        {isBusy ? texts.oneMoment : texts.doIt}
      </button>
      {cards.length < Math.min(shown, MAX_CASES) && (
        <button type="button" class="link" onClick={onAll}>
          {fill(texts.selectAll, { count: shown })}
        </button>
      )}
      <button type="button" class="link" onClick={onClear}>
        {texts.clearSelection}
      </button>
      {refused.length > 0 && (
        <ul class="bulk-refused" role="alert">
          {refused.map(({ number, code, message }) => (
            <li key={number}>
              <strong>{number}</strong>: {textOr(texts, code, message)}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function actionOf(deed: string): Bulk['action'] | undefined {
  const [kind, id = ''] = deed.split(/:(.*)/s);
  if (kind === 'verify') return { do: 'verify' };
  if (kind === 'unit') return { do: 'assign', unit: id };
  if (kind === 'staff') return { do: 'assign', staffId: id };
  if (kind === 'category') return { do: 'recategorise', category: id };
  return undefined;
}
