/** One who could take a case, as the assignment sees them. */
export interface Assignee {
  readonly staffId: string;
  /** At work now: logged in and not marked away. */
  readonly isPresent: boolean;
  /** How many open cases they can hold; 0 takes them out of the round. */
  readonly capacity: number;
  readonly openCases: number;
  /** When they were last given a case; absent if never. */
  readonly lastAssignedAt?: Date;
}

export type Assignment =
  | { readonly staffId: string; readonly reason: 'least_loaded' }
  /** Nobody can take it now: it waits on the unit's shared list, in sight of its coordinator. */
  | { readonly staffId?: undefined; readonly reason: 'nobody_present' | 'all_full' | 'no_staff' };

/**
 * Chooses who takes a case: of those present with room, the one with the smallest share of their capacity in use; at
 * equal shares whoever waited longest for a case. So it is a round robin while loads are equal, and never piles work
 * on somebody who is away.
 *
 * @param except staff who must not get it, such as the desk whose result was disputed
 */
export function chooseAssignee(staff: readonly Assignee[], except: ReadonlySet<string> = new Set()): Assignment {
  const eligible = staff.filter(({ staffId, capacity }) => capacity > 0 && !except.has(staffId));
  if (eligible.length === 0) return { reason: 'no_staff' };
  const present = eligible.filter(({ isPresent }) => isPresent);
  if (present.length === 0) return { reason: 'nobody_present' };
  const [first, ...others] = present.filter(({ openCases, capacity }) => openCases < capacity);
  if (!first) return { reason: 'all_full' };
  const { staffId } = others.reduce((best, each) => (compare(each, best) < 0 ? each : best), first);
  return { staffId, reason: 'least_loaded' };
}

function compare(a: Assignee, b: Assignee): number {
  return (
    a.openCases * b.capacity - b.openCases * a.capacity ||
    (a.lastAssignedAt?.getTime() ?? 0) - (b.lastAssignedAt?.getTime() ?? 0) ||
    // every process must choose the same one, whatever order the store returned them in
    (a.staffId < b.staffId ? -1 : 1)
  );
}
