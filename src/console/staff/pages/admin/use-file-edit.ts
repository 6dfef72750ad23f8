import { useState } from 'preact/hooks';
import { Refusal } from '../../api/http.js';
import { failureText } from '../../parts/failure-text.js';
import { useConsole, useTexts } from '../../state/console.js';
import { fill } from '../../texts/texts.js';
import type { FileEdit, FileKept, FileState } from '../../wire-admin.js';
import { type Fault, readFaults } from './read-faults.js';

export interface FileEditing {
  readonly isBusy: boolean;
  readonly faults: readonly Fault[];
  /** @returns whether the file was kept */
  keep(edits: FileEdit['edits']): Promise<boolean>;
}

/** Changes single values of a file of rules; the rest of it, comments too, stays as it is. */
export function useFileEdit(file: FileState, onKept: () => Promise<void>): FileEditing {
  const console = useConsole();
  const texts = useTexts();
  const [isBusy, setBusy] = useState(false);
  const [faults, setFaults] = useState<readonly Fault[]>([]);
  return {
    isBusy,
    faults,
    async keep(edits) {
      if (isBusy) return false;
      setBusy(true);
      setFaults([]);
      try {
        const body: FileEdit = { path: file.path, seenVersion: file.version, edits };
        const { file: kept, retimed } = await console.http.send<FileKept>('POST', '/admin/file/edit', body);
        const state = kept.needsRestart ? texts.admKeptRestart : texts.admKept;
        console.toast(retimed ? `${state} ${fill(texts.admRetimed, { count: retimed })}` : state);
        await onKept();
        return true;
      } catch (error) {
        const isRefused = error instanceof Refusal && error.code === 'admin.file_refused';
        setFaults(isRefused ? readFaults(error.detail) : [{ at: '', why: failureText(error, texts) }]);
        return false;
      } finally {
        setBusy(false);
      }
    },
  };
}
