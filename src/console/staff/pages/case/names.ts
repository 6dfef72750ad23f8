import { useSettings } from '../../state/console.js';

interface Named {
  readonly id: string;
  readonly name: string;
}

/** Names of what is known by id; the id itself where there is none. */
export function useNames() {
  const { categories, statuses, units, outcomes, kinds, staff, agencies } = useSettings();
  const of = (list: readonly Named[]) => (id: string) => list.find((each) => each.id === id)?.name ?? id;
  return {
    category: of(categories),
    status: of(statuses),
    unit: of(units),
    outcome: of(outcomes),
    kind: of(kinds),
    staff: of(staff),
    agency: of(agencies),
  };
}
