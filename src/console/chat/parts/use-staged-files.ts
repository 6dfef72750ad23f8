import { useState } from 'preact/hooks';
import { shrinkPhoto } from '../shrink-photo.js';
import { useUi } from './ui.js';

const MAX_FILES = 10;
const MAX_FILE_BYTES = 20 * 1024 * 1024;

export interface StagedFile {
  readonly name: string;
  readonly blob: Blob;
}

export interface StagedFiles {
  readonly files: readonly StagedFile[];
  readonly isPreparing: boolean;
  add(list: FileList | null): Promise<void>;
  remove(index: number): void;
  clear(): void;
}

/** Files chosen for the message being written. Large photos are made smaller at once; what can't be sent is told. */
export function useStagedFiles(setNotice: (text: string) => void): StagedFiles {
  const { texts } = useUi();
  const [files, setFiles] = useState<readonly StagedFile[]>([]);
  const [isPreparing, setPreparing] = useState(false);

  async function add(list: FileList | null): Promise<void> {
    const chosen = Array.from(list ?? []);
    if (chosen.length === 0) return;
    setNotice('');
    setPreparing(true);
    for (const file of chosen) {
      const blob = await shrinkPhoto(file);
      if (blob.size > MAX_FILE_BYTES) {
        setNotice(texts['file.too_large']);
        continue;
      }
      setFiles((before) => {
        if (before.length < MAX_FILES) return [...before, { name: file.name, blob }];
        setNotice(texts.tooMany);
        return before;
      });
    }
    setPreparing(false);
  }

  return {
    files,
    isPreparing,
    add,
    remove: (index) => setFiles((before) => before.filter((_, each) => each !== index)),
    clear: () => setFiles([]),
  };
}
