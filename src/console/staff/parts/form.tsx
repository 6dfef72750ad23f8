import type { ComponentChildren } from 'preact';
import { type Deed, useDeed } from './use-deed.js';

export interface FormProps {
  /** On the button. */
  readonly action: string;
  /** It isn't what the page is for. */
  readonly isMinor?: boolean;
  /** False while something that goes along is still being made ready. */
  readonly isReady?: boolean;
  /** What is missing, in words, if something is. */
  readonly check?: () => string | undefined;
  readonly onSubmit: () => Promise<unknown>;
  readonly onDone?: () => void;
  /** What else may be done here, beside the button; it fails in the same place. */
  readonly others?: (deed: Deed) => ComponentChildren;
  readonly children: ComponentChildren;
}

/** Fields and a button: sent once at a time; what went wrong is said between them. */
export function Form({
  action,
  isMinor = false,
  isReady = true,
  check,
  onSubmit,
  onDone,
  others,
  children,
}: FormProps) {
  const deed = useDeed(true);

  async function submit(): Promise<void> {
    if (!isReady) return;
    const missing = check?.();
    if (missing !== undefined) return deed.fail(missing);
    if (await deed.run(onSubmit)) onDone?.();
  }

  return (
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
      <div class="row-form">
        <button type="submit" class={isMinor ? 'button' : 'button primary'} aria-disabled={!isReady || deed.isBusy}>
          {action}
        </button>
        {others?.(deed)}
      </div>
    </form>
  );
}
