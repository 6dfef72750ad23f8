import { useState } from 'preact/hooks';
import { SelectField, TextField } from '../../parts/fields.js';
import { FormDialog } from '../../parts/form-dialog.js';
import { useSettings, useTexts } from '../../state/console.js';
import type { CaseView } from '../../wire.js';
import type { Matter } from './case.js';

interface WordsDialogProps {
  readonly title: string;
  readonly label: string;
  readonly action: string;
  readonly onSubmit: (text: string) => Promise<void>;
  readonly onClose: () => void;
}

/** One field, one button. */
function WordsDialog({ label, onSubmit, ...rest }: WordsDialogProps) {
  const [text, setText] = useState('');
  return (
    <FormDialog {...rest} onSubmit={() => onSubmit(text.trim())}>
      <TextField label={label} rows={4} required minLength={3} maxLength={2000} value={text} onChange={setText} />
    </FormDialog>
  );
}

interface CaseDialogProps {
  readonly matter: Matter;
  readonly onClose: () => void;
}

export function ProgressDialog({ matter, onClose }: CaseDialogProps) {
  const texts = useTexts();
  return (
    <WordsDialog
      title={texts.tellProgress}
      label={texts.progressText}
      action={texts.send}
      onSubmit={(text) => matter.act('progress', { text })}
      onClose={onClose}
    />
  );
}

export function ReviewedDialog({ matter, onClose }: CaseDialogProps) {
  const texts = useTexts();
  return (
    <WordsDialog
      title={texts.markReviewed}
      label={texts.reviewFound}
      action={texts.markReviewed}
      onSubmit={(note) => matter.act('reviewed', { note })}
      onClose={onClose}
    />
  );
}

export function UnmergeDialog({ matter, onClose }: CaseDialogProps) {
  const texts = useTexts();
  return (
    <WordsDialog
      title={texts.unmerge}
      label={texts.field_reason}
      action={texts.unmerge}
      onSubmit={(reason) => matter.act('unmerge', { reason })}
      onClose={onClose}
    />
  );
}

export function RecategoriseDialog({ view, matter, onClose }: CaseDialogProps & { readonly view: CaseView }) {
  const texts = useTexts();
  const { categories } = useSettings();
  const [category, setCategory] = useState(view.card.category);
  const [needsExamination, setNeedsExamination] = useState(false);
  return (
    <FormDialog
      title={texts.recategorise}
      action={texts.keep}
      onSubmit={() => matter.act('recategorise', { category, ...(needsExamination && { needsExamination }) })}
      onClose={onClose}
    >
      <SelectField label={texts.category} value={category} options={categories} onChange={setCategory} />
      <label class="check">
        <input
          type="checkbox"
          checked={needsExamination}
          onChange={(event) => setNeedsExamination(event.currentTarget.checked)}
        />{' '}
        {texts.needsExamination}
      </label>
      <p class="muted">{texts.recategoriseHint}</p>
    </FormDialog>
  );
}
