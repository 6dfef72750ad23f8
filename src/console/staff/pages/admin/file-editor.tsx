import { useEffect, useState } from 'preact/hooks';
import { useLoad, WhenLoaded } from '../../parts/loaded.js';
import { dateTime } from '../../parts/time.js';
import { useDeed } from '../../parts/use-deed.js';
import { useConsole, useLang, useSettings, useTexts } from '../../state/console.js';
import { fill } from '../../texts/texts.js';
import type { FileCheckAnswer, FileKept, FileView } from '../../wire-admin.js';
import { FileBar } from './file-bar.js';

/** A file of rules as text: tried before it is kept, kept as a version, and any version can be had back. */
export function FileEditor({ path }: { readonly path: string }) {
  const loaded = useLoad<FileView>(`/admin/file?path=${encodeURIComponent(path)}`);
  return <WhenLoaded loaded={loaded}>{(view) => <Editor path={path} view={view} onKept={loaded.reload} />}</WhenLoaded>;
}

interface EditorProps {
  readonly path: string;
  readonly view: FileView;
  readonly onKept: () => Promise<void>;
}

function Editor({ path, view, onKept }: EditorProps) {
  const console = useConsole();
  const texts = useTexts();
  const deed = useDeed();
  const [text, setText] = useState(view.text);
  const [note, setNote] = useState('');
  const [problems, setProblems] = useState<readonly string[]>();
  const { file } = view;
  const isChanged = text !== view.text;

  // a version kept meanwhile is shown, unless somebody is writing
  useEffect(() => setText((now) => (now === text && !isChanged ? view.text : now)), [file.version]);

  async function check(): Promise<boolean> {
    const answer = await console.http.send<FileCheckAnswer>('POST', '/admin/file/check', { path, text });
    setProblems(answer.problems);
    return answer.problems.length === 0;
  }

  async function keep(): Promise<void> {
    await deed.run(async () => {
      if (!(await check())) return;
      const body = { path, text, seenVersion: file.version, ...(note.trim() ? { note: note.trim() } : {}) };
      tell(await console.http.send<FileKept>('PUT', '/admin/file', body));
      await onKept();
      setNote('');
    });
  }

  async function revert(toVersion: number): Promise<void> {
    await deed.run(async () => {
      const body = { path, seenVersion: file.version, toVersion };
      tell(await console.http.send<FileKept>('POST', '/admin/file/revert', body));
      await onKept();
    });
  }

  function tell({ file: kept, retimed }: FileKept): void {
    const state = kept.needsRestart ? texts.admKeptRestart : texts.admKept;
    console.toast(retimed ? `${state} ${fill(texts.admRetimed, { count: retimed })}` : state);
  }

  return (
    <>
      <FileBar file={file} isOpen />
      <label class="field">
        {path}
        <textarea
          class="code"
          rows={24}
          spellcheck={false}
          readOnly={!file.mayWrite}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      {problems !== undefined &&
        (problems.length === 0 ? (
          <p role="status">{texts.admNoProblems}</p>
        ) : (
          <ul class="problems" role="alert">
            {problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        ))}
      <p class="failure" role="alert">
        {deed.failure}
      </p>
      {file.mayWrite && (
        <div class="row-form">
          <label class="field grow">
            {texts.admNote}
            <input maxLength={300} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
          </label>
          <button type="button" class="button" disabled={deed.isBusy} onClick={() => void deed.run(check)}>
            {texts.admCheck}
          </button>
          <button type="button" class="button primary" disabled={deed.isBusy || !isChanged} onClick={() => void keep()}>
            {texts.keep}
          </button>
        </div>
      )}
      <Versions view={view} isBusy={deed.isBusy} onRevert={revert} />
    </>
  );
}

interface VersionsProps {
  readonly view: FileView;
  readonly isBusy: boolean;
  readonly onRevert: (version: number) => Promise<void>;
}

function Versions({ view, isBusy, onRevert }: VersionsProps) {
  const texts = useTexts();
  const lang = useLang();
  const { zone } = useSettings();
  const { file, versions } = view;
  if (versions.length === 0) return null;
  return (
    <>
      <h2>{texts.admVersions}</h2>
      <ul class="plain-list">
        {versions.map(({ version, by, byName, at, note, isShipped }) => (
          <li key={version}>
            <strong>{version}</strong> {byName ?? by}, {dateTime(at, lang, zone)}
            {isShipped && ` · ${texts.admShipped}`}
            {note && ` · ${note}`}{' '}
            {file.mayWrite && version !== file.version && (
              <button type="button" class="link" disabled={isBusy} onClick={() => void onRevert(version)}>
                {texts.admRevert}
              </button>
            )}
          </li>
        ))}
      </ul>
      {file.mayWrite && file.version > 0 && (
        <button type="button" class="button" disabled={isBusy} onClick={() => void onRevert(0)}>
          {texts.admRevertShipped}
        </button>
      )}
    </>
  );
}
