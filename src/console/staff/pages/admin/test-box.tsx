import { useState } from 'preact/hooks';
import { useDeed } from '../../parts/use-deed.js';
import { useConsole, useTexts } from '../../state/console.js';
import { textOr } from '../../texts/texts.js';
import type { ClassifyAnswer } from '../../wire-admin.js';

/** What a text would become, and by which words. Nothing of it is kept. */
export function TestBox() {
  const console = useConsole();
  const texts = useTexts();
  const deed = useDeed();
  const [text, setText] = useState('');
  const [answer, setAnswer] = useState<ClassifyAnswer>();

  async function tryIt(): Promise<void> {
    await deed.run(async () => setAnswer(await console.http.send<ClassifyAnswer>('POST', '/admin/classify', { text })));
  }

  return (
    <div class="test-box">
      <form
        class="row-form"
        onSubmit={(event) => {
          event.preventDefault();
          void tryIt();
        }}
      >
        <label class="field grow">
          {texts.admTry}
          <textarea
            rows={2}
            required
            maxLength={4000}
            placeholder={texts.admTryHint}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="button primary" disabled={deed.isBusy}>
          {texts.admTryIt}
        </button>
      </form>
      <p class="failure" role="alert">
        {deed.failure}
      </p>
      {answer && <Answer answer={answer} />}
    </div>
  );
}

function Answer({ answer }: { readonly answer: ClassifyAnswer }) {
  const texts = useTexts();
  const { kind, candidates, evidence, urgency, urgentWords, danger, target, place, time, restricted } = answer;
  return (
    <dl class="facts" aria-live="polite">
      <Fact label={texts.admKind} value={textOr(texts, `kind_${kind}`, kind)} />
      <Fact
        label={texts.category}
        value={candidates.map(({ name, confidence }) => `${name} ${Math.round(confidence * 100)} %`).join(', ')}
      />
      <Fact label={texts.admWords} value={evidence.join(', ')} />
      <Fact label={texts.admUrgency} value={[urgency, ...urgentWords].join(', ')} />
      {danger && <Fact label={texts.admDangers} value={`${danger.name}: ${danger.numbers.join(', ')}`} />}
      {target && <Fact label={texts.admUnit} value={target.name} />}
      {place && <Fact label={texts.admPlace} value={place} />}
      {time && <Fact label={texts.admTime} value={[time.text, time.fromOn].filter(Boolean).join(' = ')} />}
      {restricted && <Fact label={texts.admRestricted} value={texts.yes} />}
    </dl>
  );
}

function Fact({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{value || '–'}</dd>
    </>
  );
}
