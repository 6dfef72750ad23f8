import { useEffect, useState } from 'preact/hooks';
import { Icon } from './icons.js';

interface SearchBoxProps {
  /** What is looked for now. */
  readonly q: string | undefined;
  readonly label: string;
  readonly onSearch: (q: string | undefined) => void;
}

/** Looks for what was written once it is entered; emptied, it looks for nothing any more. */
export function SearchBox({ q = '', label, onSearch }: SearchBoxProps) {
  const [text, setText] = useState(q);
  useEffect(() => setText(q), [q]);
  return (
    <form
      class="search"
      onSubmit={(event) => {
        event.preventDefault();
        onSearch(text.trim() || undefined);
      }}
    >
      <Icon name="search" />
      <input
        type="search"
        value={text}
        maxLength={100}
        placeholder={label}
        aria-label={label}
        onInput={(event) => {
          setText(event.currentTarget.value);
          if (event.currentTarget.value === '' && q !== '') onSearch(undefined);
        }}
      />
    </form>
  );
}
