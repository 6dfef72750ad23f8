import { useState } from 'preact/hooks';
import { SelectField, TextField } from '../../parts/fields.js';
import { useLoad, WhenLoaded } from '../../parts/loaded.js';
import { SureButton } from '../../parts/sure-button.js';
import { useConsole, useTexts } from '../../state/console.js';
import { textOr } from '../../texts/texts.js';
import type { FileState, ToneView } from '../../wire-admin.js';
import { Faults } from './faults.js';
import { FileBar } from './file-bar.js';
import { useFileEdit } from './use-file-edit.js';

type Rule = ToneView['rules'][number];

const KINDS = ['blame', 'jargon', 'promise', 'no_next_step'] as const;
const EMPTY: Rule = { id: '', kind: 'jargon', words: [], advice: {} };

/** The rules of the guide beside the reply box, each with the words it looks for and the advice it gives. */
export function TonePart() {
  const console = useConsole();
  const texts = useTexts();
  const loaded = useLoad<ToneView>('/admin/tone');
  const [isNew, setNew] = useState(false);

  async function kept(): Promise<void> {
    setNew(false);
    // the guide of this very page goes by them
    await Promise.all([loaded.reload(), console.reloadSettings()]);
  }

  return (
    <WhenLoaded loaded={loaded}>
      {({ file, rules }) => (
        <>
          <p class="muted">{texts.admToneHow}</p>
          <FileBar file={file} />
          <ul class="cards">
            {rules.map((rule) => (
              <li key={`${rule.id} ${file.version}`} class="card">
                <RuleForm rule={rule} file={file} onKept={kept} />
              </li>
            ))}
            {isNew && (
              <li class="card">
                <RuleForm rule={EMPTY} file={file} onKept={kept} />
              </li>
            )}
          </ul>
          {file.mayWrite && !isNew && (
            <button type="button" class="button" onClick={() => setNew(true)}>
              {texts.admToneNew}
            </button>
          )}
        </>
      )}
    </WhenLoaded>
  );
}

interface RuleFormProps {
  readonly rule: Rule;
  readonly file: FileState;
  readonly onKept: () => Promise<void>;
}

function RuleForm({ rule, file, onKept }: RuleFormProps) {
  const texts = useTexts();
  const edit = useFileEdit(file, onKept);
  const [name, setName] = useState(rule.id);
  const [kind, setKind] = useState<string>(rule.kind);
  const [words, setWords] = useState(rule.words.join('\n'));
  const [minWords, setMinWords] = useState(rule.minWords === undefined ? '' : String(rule.minWords));
  const [adviceId, setAdviceId] = useState(rule.advice['id'] ?? '');
  const [adviceEn, setAdviceEn] = useState(rule.advice['en'] ?? '');
  const id = name.trim();
  const labels: Readonly<Record<string, string>> = {
    kind: texts.admToneKind,
    words: texts.admToneWords,
    minWords: texts.admToneMinWords,
    'advice.id': texts.admToneAdviceId,
    'advice.en': texts.admToneAdviceEn,
  };

  /** By the way to a value of this rule: `rules.blame.words.3` is one of its words. */
  function nameOf(at: string): string | undefined {
    const own = at.startsWith(`rules.${id}.`) ? at.slice(`rules.${id}.`.length) : '';
    const field = Object.keys(labels).find((each) => own === each || own.startsWith(`${each}.`));
    if (at === `rules.${id}`) return texts.admToneName;
    return field === undefined ? undefined : labels[field];
  }

  const keep = () => {
    const lines = words.split('\n').map((line) => line.trim());
    const value = {
      kind,
      words: lines.filter(Boolean),
      ...(minWords ? { minWords: Number(minWords) } : {}),
      advice: { id: adviceId.trim(), en: adviceEn.trim() },
    };
    return edit.keep([{ do: 'set', at: ['rules', id], value }]);
  };

  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void keep();
      }}
    >
      {rule.id === '' ? (
        <TextField label={texts.admToneName} required maxLength={40} value={name} onChange={setName} />
      ) : (
        <h2>{textOr(texts, `tone_${rule.id}`, rule.id)}</h2>
      )}
      <SelectField
        label={texts.admToneKind}
        value={kind}
        options={KINDS.map((each) => ({ id: each, name: texts[`tone_${each}`] }))}
        onChange={setKind}
      />
      <TextField label={texts.admToneWords} rows={5} maxLength={20_000} value={words} onChange={setWords} />
      <TextField label={texts.admToneMinWords} maxLength={4} value={minWords} onChange={setMinWords} />
      <TextField
        label={texts.admToneAdviceId}
        rows={2}
        required
        maxLength={400}
        value={adviceId}
        onChange={setAdviceId}
      />
      <TextField
        label={texts.admToneAdviceEn}
        rows={2}
        required
        maxLength={400}
        value={adviceEn}
        onChange={setAdviceEn}
      />
      <Faults faults={edit.faults} nameOf={nameOf} />
      {file.mayWrite && (
        <div class="row-form">
          <button type="submit" class="button primary" disabled={edit.isBusy}>
            {texts.keep}
          </button>
          {rule.id !== '' && (
            <SureButton
              text={texts.remove}
              isBusy={edit.isBusy}
              onSure={() => void edit.keep([{ do: 'remove', at: ['rules', rule.id] }])}
            />
          )}
        </div>
      )}
    </form>
  );
}
