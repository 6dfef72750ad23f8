import type { ComponentChildren } from 'preact';
import { Dialog } from './dialog.js';
import { useDeed } from './use-deed.js';

interface FormDialogProps {
  readonly title: string;
  /** On the button. */
  readonly action: string;
  /** False while something that goes along is still being made ready. */
  readonly isReady?: boolean;
  /** What is missing, in words, if something is. */
  readonly check?: () => string | undefined;
  readonly onSubmit: () => Promise<unknown>;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** A dialog with one form: sent once at a time, closed when it went well; what went wrong is said in it. */
export function FormDialog({ title, action, isReady = true, check, onSubmit, onClose, children }: FormDialogProps) {
  const deed = useDeed(true);

  async function submit(): Promise<void> {
    if (!isReady) return;
    const missing = check?.();
    if (missing !== undefined) return deed.fail(missing);
    if (await deed.run(onSubmit)) onClose();
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
        {children}
        <p class="failure" role="alert">
          {deed.failure}
        </p>
        <button type="submit" class="button primary" aria-disabled={!isReady || deed.isBusy}>
          {action}
        </button>
      </form>
    </Dialog>
  );
}
