import { useState } from 'preact/hooks';
import { newKey } from '../../api/http.js';
import { failureText } from '../../parts/failure-text.js';
import { useConsole, useTexts } from '../../state/console.js';

const MAX_FILES = 10;

export interface Upload {
  readonly key: string;
  readonly name: string;
  /** Set once the service has it. */
  readonly fileId?: string;
  readonly failure?: string;
}

export interface Uploads {
  readonly list: readonly Upload[];
  readonly isBusy: boolean;
  /** Of those that the service has. */
  readonly fileIds: readonly string[];
  add(files: FileList | readonly File[] | null): void;
  remove(key: string): void;
  clear(): void;
}

/** Files chosen for what is being written; each goes up at once. */
export function useUploads(upload: (file: Blob, key: string) => Promise<{ readonly fileId: string }>): Uploads {
  const console = useConsole();
  const texts = useTexts();
  const [list, setList] = useState<readonly Upload[]>([]);

  function change(key: string, to: Partial<Upload>): void {
    setList((before) => before.map((each) => (each.key === key ? { ...each, ...to } : each)));
  }

  function add(files: FileList | readonly File[] | null): void {
    const chosen = Array.from(files ?? []);
    if (list.length + chosen.length > MAX_FILES) console.toast(texts.tooManyFiles, { tone: 'bad' });
    for (const file of chosen.slice(0, MAX_FILES - list.length)) {
      const key = newKey();
      setList((before) => [...before, { key, name: file.name }]);
      upload(file, key).then(
        ({ fileId }) => change(key, { fileId }),
        (error) => change(key, { failure: failureText(error, texts) }),
      );
    }
  }

  return {
    list,
    fileIds: list.flatMap(({ fileId }) => fileId ?? []),
    isBusy: list.some(({ fileId, failure }) => !fileId && !failure),
    add,
    remove: (key) => setList((before) => before.filter((each) => each.key !== key)),
    clear: () => setList([]),
  };
}
