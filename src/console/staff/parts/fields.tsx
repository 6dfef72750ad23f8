import { useId } from 'preact/hooks';
import { useTexts } from '../state/console.js';

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly required?: boolean;
}

interface TextFieldProps extends FieldProps {
  /** How many lines; a single one when left out. */
  readonly rows?: number;
  readonly type?: 'text' | 'password' | 'number' | 'date' | 'email';
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly min?: number | string;
  readonly max?: number | string;
  readonly pattern?: string;
  /** What the browser says when the pattern isn't met. */
  readonly title?: string;
  readonly inputMode?: 'numeric';
  readonly autocomplete?: string;
  readonly placeholder?: string;
  /** Takes the room that its row has left. */
  readonly grows?: boolean;
}

/** A line of text, or several. */
export function TextField({ label, onChange, rows, type = 'text', grows = false, ...limits }: TextFieldProps) {
  const id = useId();
  return (
    <div class={grows ? 'field grow' : 'field'}>
      <label for={id}>{label}</label>
      {rows === undefined ? (
        // preact types each kind of field by itself, and this one may be any
        <input id={id} type={type as 'text'} {...limits} onInput={(event) => onChange(event.currentTarget.value)} />
      ) : (
        <textarea id={id} rows={rows} {...limits} onInput={(event) => onChange(event.currentTarget.value)} />
      )}
    </div>
  );
}

interface SelectFieldProps extends FieldProps {
  readonly options: readonly { readonly id: string; readonly name: string }[];
  /** What stands for no choice; "choose" when it is `true`, no such entry when left out. */
  readonly none?: string | true;
}

/** One of a list. */
export function SelectField({ label, value, onChange, required, options, none }: SelectFieldProps) {
  const texts = useTexts();
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        required={required ?? false}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        {none !== undefined && <option value="">{none === true ? texts.choose : none}</option>}
        {options.map((each) => (
          <option key={each.id} value={each.id}>
            {each.name}
          </option>
        ))}
      </select>
    </div>
  );
}
