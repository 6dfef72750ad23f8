import { useState } from 'preact/hooks';
import { Dialog } from '../../parts/dialog.js';
import { failureText } from '../../parts/failure-text.js';
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
function WordsDialog({ title, label, action, onSubmit, onClose }: WordsDialogProps) {
  const texts = useTexts();
  const [text, setText] = useState('');
  const [failure, setFailure] = useState('');

  async function submit(): Promise<void> {
    try {
      await onSubmit(text.trim());
      onClose();
    } catch (error) {
      setFailure(failureText(error, texts));
    }
  }

  return (
    <Dialog title={title} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <label class="field">
          {label}
          <textarea
            rows={4}
            required
            minLength={3}
            maxLength={2000}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <p class="failure" role="alert">
          {failure}
        </p>
        <button type="submit" class="button primary">
          {action}
        </button>
      </form>
    </Dialog>
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
  const [failure, setFailure] = useState('');

  async function submit(): Promise<void> {
    try {
      await matter.act('recategorise', { category, ...(needsExamination && { needsExamination }) });
      onClose();
    } catch (error) {
      setFailure(failureText(error, texts));
    }
  }

  return (
    <Dialog title={texts.recategorise} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <label class="field">
          {texts.category}
          <select value={category} onChange={(event) => setCategory(event.currentTarget.value)}>
            {categories.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label class="check">
          <input
            type="checkbox"
            checked={needsExamination}
            onChange={(event) => setNeedsExamination(event.currentTarget.checked)}
          />{' '}
          {texts.needsExamination}
        </label>
        <p class="muted">{texts.recategoriseHint}</p>
        <p class="failure" role="alert">
          {failure}
        </p>
        <button type="submit" class="button primary">
          {texts.keep}
        </button>
      </form>
    </Dialog>
  );
}
