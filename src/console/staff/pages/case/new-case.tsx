import { useState } from 'preact/hooks';
import { newKey } from '../../api/http.js';
import { Dialog } from '../../parts/dialog.js';
import { failureText } from '../../parts/failure-text.js';
import { useConsole, useSettings, useTexts } from '../../state/console.js';
import type { ConversationView, NewCase } from '../../wire.js';

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
  const citizenWords = view.entries.filter(({ from, text }) => from === 'citizen' && text.trim().length >= 10);
  const [description, setDescription] = useState(citizenWords[citizenWords.length - 1]?.text ?? '');
  const [place, setPlace] = useState('');
  const [category, setCategory] = useState(view.context.guess?.category ?? '');
  const [kind, setKind] = useState(kinds[0]?.id ?? '');
  const [urgency, setUrgency] = useState<NonNullable<NewCase['urgency']>>('biasa');
  const [failure, setFailure] = useState('');
  // one dialog makes one case, however often the network is cut
  const [key] = useState(newKey);

  async function submit(): Promise<void> {
    const where = place.trim() ? { place: place.trim() } : {};
    try {
      const body = { description: description.trim(), category, kind, urgency, ...where };
      const { number } = await api.newCase(view.row.conversationId, body, key);
      onMade(number);
      onClose();
    } catch (error) {
      setFailure(failureText(error, texts));
    }
  }

  return (
    <Dialog title={texts.newCase} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <label class="field">
          {texts.field_description}
          <textarea
            rows={5}
            required
            minLength={10}
            maxLength={4000}
            value={description}
            onInput={(event) => setDescription(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          {texts.place}
          <input value={place} maxLength={300} onInput={(event) => setPlace(event.currentTarget.value)} />
        </label>
        <label class="field">
          {texts.category}
          <select required value={category} onChange={(event) => setCategory(event.currentTarget.value)}>
            <option value="">{texts.choose}</option>
            {categories.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          {texts.kind}
          <select required value={kind} onChange={(event) => setKind(event.currentTarget.value)}>
            {kinds.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          {texts.urgency}
          <select
            value={urgency}
            onChange={(event) => setUrgency(event.currentTarget.value as NonNullable<NewCase['urgency']>)}
          >
            <option value="biasa">{texts.urgency_biasa}</option>
            <option value="tinggi">{texts.urgency_tinggi}</option>
            <option value="darurat">{texts.urgency_darurat}</option>
          </select>
        </label>
        <p class="failure" role="alert">
          {failure}
        </p>
        <button type="submit" class="button primary">
          {texts.fileCase}
        </button>
      </form>
    </Dialog>
  );
}
