export interface Suggestion {
  readonly id: string;
  readonly name: string;
  readonly more: string;
}

interface SuggestionsProps {
  readonly id: string;
  readonly label: string;
  readonly items: readonly Suggestion[];
  readonly chosen: number;
  readonly onPick: (index: number) => void;
}

/** What could be meant by what is being typed; the field keeps the focus and moves the choice. */
export function Suggestions({ id, label, items, chosen, onPick }: SuggestionsProps) {
  return (
    <div class="suggestions" role="listbox" id={id} aria-label={label}>
      {items.map((item, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the field it belongs to hears the keys
        <div
          key={item.id}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === chosen}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onPick(index)}
        >
          <strong>{item.name}</strong> <span>{item.more}</span>
        </div>
      ))}
    </div>
  );
}
