import { localDate } from './calendar.js';
import type { Case } from './case.js';
import type { CaseRules } from './case-rules.js';
import { liveUnit } from './routing.js';

/** Whoever of staff wants to read cases. */
export interface Reader {
  readonly staffId: string;
  readonly role: 'agent' | 'coordinator' | 'supervisor' | 'auditor' | 'admin';
  /** Whose cases they read. Empty: every unit's for a supervisor, auditor or admin; nobody's for the others. */
  readonly units: readonly string[];
  /** Of a program that acts for them: what it was given, as `object:verb`; of nothing else it reads anything. */
  readonly scopes?: readonly string[];
}

/** Who may read a case beyond its unit: everybody, those for whom its complainant asked rahasia, or a category's own. */
export type Circle = string;

/** Of a case that isn't restricted. */
export const OPEN_CIRCLE: Circle = 'open';
/** Of a case that is restricted by its complainant's wish alone: read by whoever leads its unit. */
export const RAHASIA_CIRCLE: Circle = 'rahasia';

/** Staff named for a circle; a category by nature restricted has a circle of its own name. */
export type NamedCircles = ReadonlyMap<Circle, readonly string[]>;

/** The circles of categories that only a restricted unit takes (violence, corruption), whatever a complainant chose. */
export function circlesByNature({ routing }: Pick<CaseRules, 'routing'>): readonly Circle[] {
  const units = Object.values(routing.units).filter(({ restricted }) => restricted);
  return [...new Set(units.flatMap(({ categories }) => categories))];
}

export function circleOf(category: string, isRestricted: boolean, rules: Pick<CaseRules, 'routing'>): Circle {
  if (!isRestricted) return OPEN_CIRCLE;
  return circlesByNature(rules).includes(category) ? category : RAHASIA_CIRCLE;
}

export interface CircleRules {
  readonly named: NamedCircles;
  /** See {@link circlesByNature}. */
  readonly byNature: readonly Circle[];
  /** Unit ids whose cases a unit answers for: its own and those of units abolished in its favour. */
  readonly unitsOf: (unit: string) => readonly string[];
}

/** What somebody may read, as a query can say it. A case that is given to them they may read besides. */
export interface ReadScope {
  readonly circles: readonly Circle[];
  /** Undefined: of every unit. Empty: of none. */
  readonly units: readonly string[] | undefined;
}

const UNLIMITED: ReadonlySet<Reader['role']> = new Set(['supervisor', 'auditor', 'admin']);
const LEADS: ReadonlySet<Reader['role']> = new Set(['coordinator', 'supervisor']);

/**
 * The circles somebody is in. No role alone opens a circle by nature: people are named for it. Until anybody is, those
 * who lead the unit by name (not those who may read every unit) are in it, so that no report lies unread.
 */
export function scopeOf(reader: Reader, { named, byNature, unitsOf }: CircleRules): ReadScope {
  const { staffId, role, units } = reader;
  const isLead = LEADS.has(role);
  const isNamedIn = (circle: Circle) => named.get(circle)?.includes(staffId) ?? false;
  const isInCharge = (circle: Circle) => !named.get(circle)?.length && isLead && units.length > 0;
  return {
    circles: [
      OPEN_CIRCLE,
      ...(isLead || isNamedIn(RAHASIA_CIRCLE) ? [RAHASIA_CIRCLE] : []),
      ...byNature.filter((circle) => isNamedIn(circle) || isInCharge(circle)),
    ].filter((circle) => isGiven(reader, circle)),
    units: units.length === 0 && UNLIMITED.has(role) ? undefined : [...new Set(units.flatMap(unitsOf))],
  };
}

/** Whether somebody may read a case: the same rule as a query by {@link scopeOf}, of one case. */
export function mayRead(reader: Reader, found: Pick<Case, 'circle' | 'unit' | 'staffId'>, rules: CircleRules): boolean {
  if (!isGiven(reader, found.circle)) return false;
  if (found.staffId === reader.staffId) return true;
  const { circles, units } = scopeOf(reader, rules);
  return circles.includes(found.circle) && (units?.includes(found.unit) ?? true);
}

/** False for a program that was given nothing of the cases of a circle. */
export function isGiven({ scopes }: Pick<Reader, 'scopes'>, circle: Circle): boolean {
  const object = circle === OPEN_CIRCLE ? 'case:' : 'case_restricted:';
  return scopes?.some((scope) => scope.startsWith(object)) ?? true;
}

/** A unit itself, and each that was abolished in its favour by `now`. */
export function createUnitsOf({ routing, home }: CaseRules, now: Date): CircleRules['unitsOf'] {
  const on = localDate(now, home);
  const byLive = new Map<string, string[]>();
  for (const id of Object.keys(routing.units)) {
    const live = liveUnit(id, routing, on).id;
    byLive.set(live, [...(byLive.get(live) ?? []), id]);
  }
  return (unit) => [...new Set([unit, ...(byLive.get(unit) ?? [])])];
}
