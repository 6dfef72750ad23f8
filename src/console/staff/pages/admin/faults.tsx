import type { Fault } from './read-faults.js';

interface FaultsProps {
  readonly faults: readonly Fault[];
  /** What a page calls the value at such a way; undefined where it has no field for it. */
  readonly nameOf: (at: string) => string | undefined;
}

/** Why something wasn't kept: the field, what is wrong with it, and the mend. */
export function Faults({ faults, nameOf }: FaultsProps) {
  if (faults.length === 0) return null;
  return (
    <ul class="problems" role="alert">
      {faults.map(({ at, why }) => (
        <li key={`${at} ${why}`}>
          {at !== '' && <strong>{nameOf(at) ?? at}: </strong>}
          {why}
        </li>
      ))}
    </ul>
  );
}
