import type { Agency, RoadOwner, RoutingRules, Unit } from './routing-data.js';

export interface RouteFacts {
  readonly category: string;
  /** The report in the complainant's words, looked through for names of offices and agencies only. */
  readonly text?: string;
  /** Where it happened, in words; looked through for the regions that units serve. */
  readonly place?: string;
  readonly roadOwner?: RoadOwner;
  /** YYYY-MM-DD in the tenant's zone: which units exist. */
  readonly on: string;
}

/** Why a route is proposed, for staff to see. `value` is a category, a name or a word of the report. */
export interface RouteReason {
  readonly code: 'category' | 'region' | 'named' | 'restricted' | 'words' | 'road_owner' | 'successor' | 'nobody_else';
  readonly value: string;
}

export type RouteTarget =
  | { readonly type: 'unit'; readonly id: string; readonly name: string }
  | {
      readonly type: 'agency';
      readonly id: string;
      readonly name: string;
      readonly address: Agency['address'];
      readonly unverified: boolean;
    };

/** What routing proposes; staff confirm it or choose otherwise. */
export interface RouteProposal {
  readonly target: RouteTarget;
  readonly reasons: readonly RouteReason[];
  /** Other units that could take it, best first. */
  readonly alternatives: readonly RouteTarget[];
}

interface Candidate {
  readonly id: string;
  readonly rank: number;
  readonly reasons: readonly RouteReason[];
}

/**
 * Proposes where a report goes. Never nowhere: what nobody takes goes to the helpdesk.
 *
 * A unit marked restricted takes its categories alone. Else an external rule that holds wins, then the office that the
 * report names, then the unit of the place, then the unit of the city, in the order of the file.
 */
export function proposeRoute(facts: RouteFacts, rules: RoutingRules): RouteProposal {
  const category: RouteReason = { code: 'category', value: facts.category };
  const restricted = Object.entries(rules.units).find(
    ([, unit]) => unit.restricted && unit.categories.includes(facts.category),
  );
  if (restricted) {
    const { id, reasons } = liveUnit(restricted[0], rules, facts.on);
    const why: RouteReason = { code: 'restricted', value: facts.category };
    return { target: unitTarget(id, rules), reasons: [category, why, ...reasons], alternatives: [] };
  }
  const candidates = candidatesFor(facts, rules);
  const units = candidates.map(({ id }) => unitTarget(id, rules));
  const external = findExternal(facts, rules);
  if (external) return { ...external, reasons: [category, ...external.reasons], alternatives: units };
  const [best] = candidates;
  if (!best) {
    const why: RouteReason = { code: 'nobody_else', value: facts.category };
    return { target: unitTarget(rules.helpdesk, rules), reasons: [why], alternatives: [] };
  }
  return { target: unitTarget(best.id, rules), reasons: best.reasons, alternatives: units.slice(1) };
}

/** The unit that now does what this one did; the helpdesk for a unit that was never known. */
export function liveUnit(id: string, rules: RoutingRules, on: string): { id: string; reasons: readonly RouteReason[] } {
  const reasons: RouteReason[] = [];
  let at = id;
  for (;;) {
    const unit: Unit | undefined = rules.units[at];
    if (!unit) return { id: rules.helpdesk, reasons: [...reasons, { code: 'nobody_else', value: at }] };
    if (!unit.abolishedOn || !unit.successor || on < unit.abolishedOn) return { id: at, reasons };
    reasons.push({ code: 'successor', value: unit.name });
    at = unit.successor;
  }
}

function candidatesFor(facts: RouteFacts, rules: RoutingRules): Candidate[] {
  const found = Object.entries(rules.units)
    .map(([id, unit]) => candidateOf(id, unit, facts, rules))
    .filter((each) => each !== undefined)
    .sort((a, b) => a.rank - b.rank);
  // two abolished units may have the same successor
  return found.filter(({ id }, index) => found.findIndex((other) => other.id === id) === index);
}

const RANK_NAMED = 0;
const RANK_OF_PLACE = 1;
const RANK_OF_CITY = 2;
const RANK_MENTIONED = 3;

function candidateOf(id: string, unit: Unit, facts: RouteFacts, rules: RoutingRules): Candidate | undefined {
  if (unit.restricted) return undefined;
  const { id: live, reasons: succession } = liveUnit(id, rules, facts.on);
  const isFor = unit.categories.includes(facts.category);
  const region = unit.regions && findPhrase(facts.place, unit.regions);
  const isHere = !unit.regions || region !== undefined;
  const named = findPhrase(facts.text, namesOf(unit));
  const reasons: RouteReason[] = [
    ...(isFor ? [{ code: 'category', value: facts.category } as const] : []),
    ...(region ? [{ code: 'region', value: region } as const] : []),
    ...(named ? [{ code: 'named', value: named } as const] : []),
    ...succession,
  ];
  if (named) return { id: live, rank: isFor || isOpenMatter(facts, rules) ? RANK_NAMED : RANK_MENTIONED, reasons };
  if (!isFor || !isHere) return undefined;
  return { id: live, rank: region ? RANK_OF_PLACE : RANK_OF_CITY, reasons };
}

/**
 * A matter of any office (its manners, its slowness) goes to the office that is named. Elsewhere a name proves little:
 * people also tell where they went in vain.
 */
function isOpenMatter({ category }: RouteFacts, rules: RoutingRules): boolean {
  return rules.units[rules.helpdesk]?.categories.includes(category) ?? false;
}

function findExternal(facts: RouteFacts, rules: RoutingRules): Pick<RouteProposal, 'target' | 'reasons'> | undefined {
  for (const { agency: id, categories, roadOwner, words } of rules.external) {
    const agency = rules.agencies[id];
    if (!agency || !categories.includes(facts.category)) continue;
    if (roadOwner && roadOwner !== facts.roadOwner) continue;
    // a road whose owner is known isn't guessed from words
    const word = words && !facts.roadOwner ? findPhrase(facts.text, words) : undefined;
    if (words && !word) continue;
    return {
      target: { type: 'agency', id, name: agency.name, address: agency.address, unverified: agency.unverified },
      reasons: [
        ...(roadOwner ? [{ code: 'road_owner', value: roadOwner } as const] : []),
        ...(word ? [{ code: 'words', value: word } as const] : []),
      ],
    };
  }
  return undefined;
}

function unitTarget(id: string, rules: RoutingRules): RouteTarget {
  return { type: 'unit', id, name: rules.units[id]?.name ?? id };
}

const unitNames = new WeakMap<Unit, readonly string[]>();

function namesOf(unit: Unit): readonly string[] {
  const known = unitNames.get(unit);
  if (known) return known;
  const names = [unit.name, ...(unit.alsoCalled ?? [])];
  unitNames.set(unit, names);
  return names;
}

/** The first of the phrases that stands in the text as whole words, whatever its case and punctuation. */
function findPhrase(text: string | undefined, phrases: readonly string[]): string | undefined {
  if (!text) return undefined;
  const padded = paddedText(text);
  const at = paddedPhrases(phrases).findIndex((phrase) => padded.includes(phrase));
  return at === -1 ? undefined : phrases[at];
}

let lastText = '';
let lastPadded = '';

/** One report is compared with the words of every office. */
function paddedText(text: string): string {
  if (text !== lastText) {
    lastPadded = ` ${plainWords(text)} `;
    lastText = text;
  }
  return lastPadded;
}

const laidOut = new WeakMap<readonly string[], readonly string[]>();

/** The same words at every report, so they are laid out once. */
function paddedPhrases(phrases: readonly string[]): readonly string[] {
  const known = laidOut.get(phrases);
  if (known) return known;
  const made = phrases.map((phrase) => ` ${plainWords(phrase)} `);
  laidOut.set(phrases, made);
  return made;
}

function plainWords(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
