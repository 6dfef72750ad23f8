import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { useConsole, useTexts } from '../../state/console.js';
import { useStore } from '../../state/store.js';
import './door.css';

interface DoorProps {
  readonly title: string;
  readonly text?: string;
  readonly action: string;
  readonly failure: string;
  readonly isBusy: boolean;
  readonly onSubmit: () => void;
  readonly children: ComponentChildren;
}

/** A card with one form on it: all that is shown to who isn't signed in. */
export function Door({ title, text, action, failure, isBusy, onSubmit, children }: DoorProps) {
  const { prefs } = useConsole();
  const texts = useTexts();
  const lang = useStore(prefs, (state) => state.lang);
  return (
    <main class="door">
      <form
        class="door-card"
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        <p class="door-site">{siteName()}</p>
        <h1>{title}</h1>
        {text && <p class="muted">{text}</p>}
        {children}
        <p class="failure" role="alert">
          {failure}
        </p>
        <button type="submit" class="button primary" aria-disabled={isBusy}>
          {isBusy ? texts.oneMoment : action}
        </button>
      </form>
      <button type="button" class="link" onClick={() => prefs.set({ lang: lang === 'id' ? 'en' : 'id' })}>
        {texts.otherLanguage}
      </button>
    </main>
  );
}

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: 'text' | 'password';
  readonly hint?: string | undefined;
  readonly isOptional?: boolean;
  readonly autocomplete: string;
  readonly inputMode?: 'numeric';
  readonly autoFocus?: boolean;
}

export function Field(props: FieldProps) {
  const { label, value, onChange, type = 'text', hint, isOptional = false, autocomplete, inputMode, autoFocus } = props;
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (autoFocus) input.current?.focus();
  }, []);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        ref={input}
        // preact types each kind of field by itself, and this one may be either
        type={type as 'text'}
        value={value}
        required={!isOptional}
        autocomplete={autocomplete}
        inputMode={inputMode}
        spellcheck={false}
        autocapitalize="none"
        aria-describedby={hint ? `${id}-hint` : undefined}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      {hint && (
        <small id={`${id}-hint`} class="muted">
          {hint}
        </small>
      )}
    </div>
  );
}

function siteName(): string {
  return document.querySelector('meta[name=application-name]')?.getAttribute('content') ?? '';
}
