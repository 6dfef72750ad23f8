import { useState } from 'preact/hooks';
import { TextField } from '../../parts/fields.js';
import { useTexts } from '../../state/console.js';
import { textOr } from '../../texts/texts.js';
import type { FileEdit, FileState, TemplatesView } from '../../wire-admin.js';
import { Faults } from './faults.js';
import { useFileEdit } from './use-file-edit.js';

type Language = TemplatesView['templates'][number]['languages'][number];

/** As long as Meta takes a text, and a label on a button. */
const MAX_BODY_CHARS = 1024;
const MAX_BUTTONS_CHARS = 80;

interface TemplateFormProps {
  readonly name: string;
  readonly language: Language;
  readonly file: FileState;
  readonly onKept: () => Promise<void>;
}

/** One template in one language: its text, and its buttons, one a line. */
export function TemplateForm({ name, language, file, onKept }: TemplateFormProps) {
  const texts = useTexts();
  const edit = useFileEdit(file, onKept);
  const { locale } = language;
  const before = { body: language.body, buttons: language.buttons.join('\n') };
  const [body, setBody] = useState(before.body);
  const [buttons, setButtons] = useState(before.buttons);
  const at = ['templates', name, 'languages', locale];
  const isChanged = body !== before.body || buttons !== before.buttons;

  function nameOf(way: string): string | undefined {
    const own = at.join('.');
    if (way === own || way === `${own}.body`) return texts.admTemplateBody;
    return way.startsWith(`${own}.buttons`) ? texts.admTemplateButtons : undefined;
  }

  const keep = () => {
    const way = [...at, 'buttons'];
    const labels = buttons.split('\n').map((line) => line.trim());
    const value = labels.filter(Boolean);
    const edits: FileEdit['edits'] = [{ do: 'set', at: [...at, 'body'], value: body }];
    if (buttons !== before.buttons)
      edits.push(value.length > 0 ? { do: 'set', at: way, value } : { do: 'remove', at: way });
    return edit.keep(edits);
  };

  return (
    <form
      class="form template"
      onSubmit={(event) => {
        event.preventDefault();
        void keep();
      }}
    >
      <h3>{textOr(texts, `locale_${locale}`, locale)}</h3>
      <TextField
        label={texts.admTemplateBody}
        rows={4}
        required
        maxLength={MAX_BODY_CHARS}
        value={body}
        onChange={setBody}
      />
      <TextField
        label={texts.admTemplateButtons}
        rows={3}
        maxLength={MAX_BUTTONS_CHARS}
        value={buttons}
        onChange={setButtons}
      />
      <Faults faults={edit.faults} nameOf={nameOf} />
      {file.mayWrite && (
        <button type="submit" class="button" disabled={edit.isBusy || !isChanged}>
          {texts.keep}
        </button>
      )}
    </form>
  );
}
