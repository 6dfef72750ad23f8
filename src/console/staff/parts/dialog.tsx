import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { useTexts } from '../state/console.js';
import { Icon } from './icons.js';

const FIRST_FIELD = '.dialog-body :is(select, textarea, input:not([type="file"]))';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** A window over the page that keeps the focus until it is closed, then gives it back. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const texts = useTexts();
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  // at once: a key pressed a moment later is the dialog's
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    // else the cross has it, and whoever types on closes the window
    shown?.querySelector<HTMLElement>(FIRST_FIELD)?.focus();
    // as long as it is open, nothing behind it takes the focus: closing gives it back to what had it
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <header class="dialog-head">
        <h2 id={titleId}>{title}</h2>
        <button type="button" class="icon-button" aria-label={texts.close} title={texts.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <div class="dialog-body">{children}</div>
    </dialog>
  );
}
