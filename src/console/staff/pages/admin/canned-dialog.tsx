import { useState } from 'preact/hooks';
import { newKey } from '../../api/http.js';
import { SelectField, TextField } from '../../parts/fields.js';
import { FormDialog } from '../../parts/form-dialog.js';
import { SureButton } from '../../parts/sure-button.js';
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
  const { http, reloadSettings } = useConsole();
  const texts = useTexts();
  const { units } = useSettings();
  const [shortcut, setShortcut] = useState(answer?.shortcut ?? '');
  const [title, setTitle] = useState(answer?.title ?? '');
  const [unit, setUnit] = useState(answer?.unit ?? '');
  const [words, setWords] = useState<Readonly<Record<string, string>>>(answer?.texts ?? {});

  async function changed(): Promise<void> {
    await reloadSettings();
    await onDone();
  }

  async function submit(): Promise<void> {
    const given = Object.entries(words).filter(([, text]) => text.trim() !== '');
    const body: CannedAnswer = {
      id: answer?.id ?? newKey(),
      shortcut: shortcut.trim(),
      title: title.trim(),
      texts: Object.fromEntries(given),
      ...(unit ? { unit } : {}),
    };
    if (answer) await http.send('PUT', `/canned/${encodeURIComponent(answer.id)}`, body);
    else await http.send('POST', '/canned', body);
    await changed();
  }

  async function remove(id: string): Promise<void> {
    await http.send('DELETE', `/canned/${encodeURIComponent(id)}`);
    await changed();
  }

  return (
    <FormDialog
      title={answer ? answer.title : texts.admCannedNew}
      action={texts.keep}
      onSubmit={submit}
      onClose={onClose}
      others={(deed) =>
        answer && (
          <SureButton text={texts.remove} isBusy={deed.isBusy} onSure={() => void deed.run(() => remove(answer.id))} />
        )
      }
    >
      <TextField
        label={texts.admShortcut}
        required
        pattern="[a-z0-9_\-]{1,30}"
        title={texts.admShortcutRule}
        value={shortcut}
        onChange={setShortcut}
      />
      <TextField label={texts.admTitle} required maxLength={80} value={title} onChange={setTitle} />
      <SelectField label={texts.admUnit} none={texts.every} value={unit} options={units} onChange={setUnit} />
      {LOCALES.map(([locale, label]) => (
        <TextField
          key={locale}
          label={label}
          rows={3}
          maxLength={2000}
          required={locale === 'id'}
          value={words[locale] ?? ''}
          onChange={(text) => setWords({ ...words, [locale]: text })}
        />
      ))}
      <p class="muted">{texts.admPlaceholders}</p>
    </FormDialog>
  );
}
