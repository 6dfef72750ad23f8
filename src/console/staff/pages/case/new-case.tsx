import { useState } from 'preact/hooks';
import { newKey } from '../../api/http.js';
import { SelectField, TextField } from '../../parts/fields.js';
import { FormDialog } from '../../parts/form-dialog.js';
import { useConsole, useSettings, useTexts } from '../../state/console.js';
import type { ConversationView, NewCase } from '../../wire.js';
import { FileField } from '../conversation/tray.js';
import { useUploads } from '../conversation/use-uploads.js';

interface NewCaseDialogProps {
  readonly view: ConversationView;
  readonly onMade: (number: string) => void;
  readonly onClose: () => void;
}

/** Files a case from a chat in the citizen's stead: a second matter, or one the bot couldn't take. */
export function NewCaseDialog({ view, onMade, onClose }: NewCaseDialogProps) {
  const { api } = useConsole();
  const texts = useTexts();
  const { categories, kinds } = useSettings();
  const id = view.row.conversationId;
  const citizenWords = view.entries.filter(({ from, text }) => from === 'citizen' && text.trim().length >= 10);
  const [description, setDescription] = useState(citizenWords[citizenWords.length - 1]?.text ?? '');
  const [place, setPlace] = useState('');
  const [category, setCategory] = useState(view.context.guess?.category ?? '');
  const [kind, setKind] = useState(kinds[0]?.id ?? '');
  const [urgency, setUrgency] = useState<string>('biasa');
  const uploads = useUploads((file, key) => api.upload(id, file, key));
  // one dialog makes one case, however often the network is cut
  const [key] = useState(newKey);

  async function submit(): Promise<void> {
    const { number } = await api.newCase(
      id,
      {
        ...{ description: description.trim(), category, kind },
        urgency: urgency as NonNullable<NewCase['urgency']>,
        ...(place.trim() ? { place: place.trim() } : {}),
        ...(uploads.fileIds.length > 0 ? { fileIds: [...uploads.fileIds] } : {}),
      },
      key,
    );
    onMade(number);
  }

  return (
    <FormDialog
      title={texts.newCase}
      action={texts.fileCase}
      isReady={!uploads.isBusy}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField
        label={texts.field_description}
        rows={5}
        required
        minLength={10}
        maxLength={4000}
        value={description}
        onChange={setDescription}
      />
      <TextField label={texts.place} maxLength={300} value={place} onChange={setPlace} />
      <SelectField label={texts.category} required none value={category} options={categories} onChange={setCategory} />
      <SelectField label={texts.kind} required value={kind} options={kinds} onChange={setKind} />
      <SelectField
        label={texts.urgency}
        value={urgency}
        options={[
          { id: 'biasa', name: texts.urgency_biasa },
          { id: 'tinggi', name: texts.urgency_tinggi },
          { id: 'darurat', name: texts.urgency_darurat },
        ]}
        onChange={setUrgency}
      />
      <FileField label={texts.evidence} uploads={uploads} />
    </FormDialog>
  );
}
