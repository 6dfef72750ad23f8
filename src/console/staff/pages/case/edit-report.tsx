import { useState } from 'preact/hooks';
import { TextField } from '../../parts/fields.js';
import { FormDialog } from '../../parts/form-dialog.js';
import { useTexts } from '../../state/console.js';
import type { CaseView } from '../../wire.js';
import type { Matter } from './case.js';

interface EditReportProps {
  readonly view: CaseView;
  readonly matter: Matter;
  readonly onClose: () => void;
}

/** Corrects what a report says, for a reason; the complainant's own words stay in the chat. */
export function EditReport({ view, matter, onClose }: EditReportProps) {
  const texts = useTexts();
  const before = { description: view.report?.description ?? '', place: view.report?.place ?? '' };
  const [description, setDescription] = useState(before.description);
  const [place, setPlace] = useState(before.place);
  const [reason, setReason] = useState('');

  async function submit(): Promise<void> {
    const changed = {
      ...(description.trim() !== before.description && { description: description.trim() }),
      ...(place.trim() !== before.place && { place: place.trim() }),
    };
    await matter.act('report', { ...changed, reason: reason.trim() });
  }

  return (
    <FormDialog title={texts.editReport} action={texts.keep} onSubmit={submit} onClose={onClose}>
      <TextField
        label={texts.field_description}
        rows={6}
        required
        maxLength={4000}
        value={description}
        onChange={setDescription}
      />
      <TextField label={texts.place} maxLength={300} value={place} onChange={setPlace} />
      <TextField label={texts.editReason} required minLength={3} maxLength={500} value={reason} onChange={setReason} />
    </FormDialog>
  );
}
