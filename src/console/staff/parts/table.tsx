import type { ComponentChildren } from 'preact';
import './tables.css';

interface TableProps {
  readonly label: string;
  /** Names of the columns. */
  readonly head: readonly string[];
  /** Few and narrow columns stay beside each other on a phone too. */
  readonly isNarrow?: boolean;
  readonly children: ComponentChildren;
}

/** A table. On a phone each row becomes a block of lines, each with the name of its column. */
export function Table({ label, head, isNarrow = false, children }: TableProps) {
  const names = Object.fromEntries(head.map((name, index) => [`--head-${index + 1}`, JSON.stringify(name)]));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with a keyboard
    // biome-ignore lint/a11y/useSemanticElements: a section per table would crowd the landmarks of the page
    <div class="table-box" role="group" aria-label={label} tabIndex={0}>
      <table class={isNarrow ? 'table narrow' : 'table'} style={names}>
        <thead>
          <tr>
            {head.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
