import type { Categories } from './categories.js';
import { findDanger } from './danger.js';
import { findKind } from './kind.js';
import { compileRules, type Finding, type Findings, wordsOf } from './rules.js';
import { type Token, tokenize } from './tokenize.js';
import type { Classification, Classify } from './types.js';

/** What stands further back in a message doesn't decide what it is about; it bounds the work on any input. */
const MAX_CHARS_READ = 4_000;
const MAX_CANDIDATES = 3;
const MIN_CONFIDENCE = 0.05;
const MAX_EVIDENCE = 5;
const MAX_EVIDENCE_CHARS = 60;
/** Points that make an answer certain, and points that stand for "none of these". */
const POINTS_PER_NAT = 3;
const POINTS_OF_NONE = 4;
const POINTS_OF_DANGER = 5;
/** A restricted matter is protected from this many points on, even when another one has more. */
const RESTRICTED_FROM_POINTS = 5;

/**
 * A classifier over the given rules. Pure; linear in the first 4,000 characters of a text and bounded on any input;
 * it never throws.
 */
export function createClassifier(data: Categories): Classify {
  const rules = compileRules(data);
  const categories = [...data.categories.values()];
  const gravity = [...data.dangers.keys()];

  return (text) => {
    const read = text.length > MAX_CHARS_READ ? text.slice(0, MAX_CHARS_READ) : text;
    const tokens = tokenize(read);
    const words = wordsOf(tokens, rules.normalize);
    const findings = rules.find(words);
    const danger = findDanger(findings, words, gravity);

    const points = new Float64Array(categories.length);
    addRulePoints(findings, points);
    if (danger.acute !== undefined) {
      const about = danger.acute.value.category;
      const index = categories.findIndex(({ id }) => id === about);
      points[index] = (points[index] ?? 0) + POINTS_OF_DANGER;
    }
    const ranked = rank(points);
    const candidates = ranked.map(({ index, confidence }) => ({ category: categories[index]?.id ?? '', confidence }));
    const best = ranked[0];
    const kind = danger.acute === undefined ? findKind(findings, read, words, best?.points ?? 0) : 'pengaduan';
    const restricted = categories.some(
      (category, index) =>
        category.restricted && (index === best?.index || (points[index] ?? 0) >= RESTRICTED_FROM_POINTS),
    );
    const result: Classification = {
      kind,
      candidates: kind === 'bukan_laporan' ? [] : candidates,
      urgency: danger.acute !== undefined ? 'darurat' : danger.feared || findings.high.length > 0 ? 'tinggi' : 'biasa',
      evidence: kind === 'bukan_laporan' ? [] : evidence(read, tokens, findings, best?.index, danger.acute),
      restricted,
    };
    return danger.acute === undefined ? result : { ...result, danger: danger.acute.value.kind };
  };
}

/** Each rule counts once, however often its words are repeated. */
function addRulePoints(findings: Findings, points: Float64Array): void {
  const counted = new Set<unknown>();
  for (const { value, from, to } of findings.categories) {
    // "kebakaran jenggot" says nothing of a fire
    if (findings.guards.some((guard) => guard.from <= from && guard.to >= to)) continue;
    if (counted.has(value)) continue;
    counted.add(value);
    points[value.category] = (points[value.category] ?? 0) + value.weight;
  }
}

interface Ranked {
  readonly index: number;
  readonly points: number;
  readonly confidence: number;
}

function rank(points: Float64Array): Ranked[] {
  const top: { index: number; points: number }[] = [];
  for (let index = 0; index < points.length; index += 1) {
    const own = points[index] ?? 0;
    if (own > 0) top.push({ index, points: own });
  }
  top.sort((a, b) => b.points - a.points || a.index - b.index);
  const highest = Math.max(top[0]?.points ?? 0, POINTS_OF_NONE);
  const share = (own: number): number => Math.exp((own - highest) / POINTS_PER_NAT);
  const total = top.reduce((sum, { points: own }) => sum + share(own), share(POINTS_OF_NONE));
  return top
    .slice(0, MAX_CANDIDATES)
    .map((entry) => ({ ...entry, confidence: Math.round((share(entry.points) / total) * 1_000) / 1_000 }))
    .filter(({ confidence }) => confidence >= MIN_CONFIDENCE);
}

/** The citizen's own words: what named the danger, then what decided the category. */
function evidence(
  text: string,
  tokens: readonly Token[],
  findings: Findings,
  best: number | undefined,
  danger: Finding<unknown> | undefined,
): string[] {
  const deciding = findings.categories
    .filter(({ value }) => value.category === best && value.weight > 1)
    .sort((a, b) => b.value.weight - a.value.weight || a.from - b.from);
  const quotes: string[] = [];
  const covered = new Set<number>();
  for (const { from, to } of danger === undefined ? deciding : [danger, ...deciding]) {
    if (quotes.length >= MAX_EVIDENCE) break;
    if (covered.has(from) && covered.has(to)) continue;
    for (let at = from; at <= to; at += 1) covered.add(at);
    const quote = text.slice(tokens[from]?.start, tokens[to]?.end);
    if (quote.length <= MAX_EVIDENCE_CHARS && !quotes.includes(quote)) quotes.push(quote);
  }
  return quotes;
}
