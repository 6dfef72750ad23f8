import { useState } from 'preact/hooks';
import { newKey } from '../../api/http.js';
import { Dialog } from '../../parts/dialog.js';
import { useDeed } from '../../parts/use-deed.js';
import { useConsole, useSettings, useTexts } from '../../state/console.js';
import type { CannedAnswer } from '../../wire.js';

const LOCALES = [
  ['id', 'Indonesia'],
  ['en', 'English'],
  ['jv', 'Basa Jawa'],
  ['su', 'Basa Sunda'],
] as const;

interface CannedDialogProps {
  /** A new one when left out. */
  readonly answer?: CannedAnswer;
  readonly onClose: () => void;
  readonly onDone: () => Promise<void>;
}

export function CannedDialog({ answer, onClose, onDone }: CannedDialogProps) {
  const console = useConsole();
  const texts = useTexts();
  const { units } = useSettings();
  const deed = useDeed();
  const [shortcut, setShortcut] = useState(answer?.shortcut ?? '');
  const [title, setTitle] = useState(answer?.title ?? '');
  const [unit, setUnit] = useState(answer?.unit ?? '');
  const [words, setWords] = useState<Readonly<Record<string, string>>>(answer?.texts ?? {});

  async function submit(): Promise<void> {
    const given = Object.entries(words).filter(([, text]) => text.trim() !== '');
    const body: CannedAnswer = {
      id: answer?.id ?? newKey(),
      shortcut: shortcut.trim(),
      title: title.trim(),
      texts: Object.fromEntries(given),
      ...(unit ? { unit } : {}),
    };
    await deed.run(async () => {
      if (answer) await console.http.send('PUT', `/canned/${encodeURIComponent(answer.id)}`, body);
      else await console.http.send('POST', '/canned', body);
      await console.reloadSettings();
      await onDone();
    });
  }

  const remove = (id: string) =>
    deed.run(async () => {
      await console.http.send('DELETE', `/canned/${encodeURIComponent(id)}`);
      await console.reloadSettings();
      await onDone();
    });

  return (
    <Dialog title={answer ? answer.title : texts.admCannedNew} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <label class="field">
          {texts.admShortcut}
          <input
            required
            pattern="[a-z0-9_\-]{1,30}"
            title={texts.admShortcutRule}
            value={shortcut}
            onInput={(event) => setShortcut(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          {texts.admTitle}
          <input required maxLength={80} value={title} onInput={(event) => setTitle(event.currentTarget.value)} />
        </label>
        <label class="field">
          {texts.admUnit}
          <select value={unit} onChange={(event) => setUnit(event.currentTarget.value)}>
            <option value="">{texts.every}</option>
            {units.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {LOCALES.map(([locale, label]) => (
          <label key={locale} class="field">
            {label}
            <textarea
              rows={3}
              maxLength={2000}
              required={locale === 'id'}
              value={words[locale] ?? ''}
              onInput={(event) => setWords({ ...words, [locale]: event.currentTarget.value })}
            />
          </label>
        ))}
        <p class="muted">{texts.admPlaceholders}</p>
        <p class="failure" role="alert">
          {deed.failure}
        </p>
        <div class="row-form">
          <button type="submit" class="button primary" disabled={deed.isBusy}>
            {texts.keep}
          </button>
          {answer && (
            <button type="button" class="button" disabled={deed.isBusy} onClick={() => void remove(answer.id)}>
              {texts.remove}
            </button>
          )}
        </div>
      </form>
    </Dialog>
  );
}
