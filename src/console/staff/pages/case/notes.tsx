import { useState } from 'preact/hooks';
import { newKey } from '../../api/http.js';
import { failureText } from '../../parts/failure-text.js';
import { dateTime } from '../../parts/time.js';
import { useConsole, useLang, useSettings, useTexts } from '../../state/console.js';
import type { CaseView } from '../../wire.js';
import { mentionsIn } from '../conversation/canned.js';

/** What staff wrote for each other about a case; no citizen sees it. */
export function CaseNotes({ view }: { readonly view: CaseView }) {
  const { api } = useConsole();
  const texts = useTexts();
  const lang = useLang();
  const { zone, staff } = useSettings();
  const [text, setText] = useState('');
  const [key, setKey] = useState(newKey);
  const [failure, setFailure] = useState('');

  async function submit(): Promise<void> {
    if (text.trim() === '') return;
    try {
      await api.caseNote(view.card.number, text.trim(), mentionsIn(text, staff), key);
      setText('');
      setKey(newKey());
      setFailure('');
    } catch (error) {
      setFailure(failureText(error, texts));
    }
  }

  return (
    <section>
      <h3>{texts.notes}</h3>
      <ul class="case-notes">
        {view.notes.map((note) => (
          <li key={note.id}>
            <p dir="auto">{note.text}</p>
            <p class="muted">
              {note.byName}, {dateTime(note.at, lang, zone)}
            </p>
          </li>
        ))}
      </ul>
      <form
        class="form inline"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <textarea
          rows={2}
          maxLength={4000}
          value={text}
          placeholder={texts.notePlaceholder}
          aria-label={texts.note}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setKey(newKey());
          }}
        />
        <button type="submit" class="button" aria-disabled={text.trim() === ''}>
          {texts.keepNote}
        </button>
        <p class="failure" role="alert">
          {failure}
        </p>
      </form>
    </section>
  );
}
