import type { Categories, Category } from './categories.js';
import { type DangerFound, findDanger } from './danger.js';
import { findKind } from './kind.js';
import { toShares } from './linear-model.js';
import { DROPPED, withoutAddresses, writtenWords } from './matter-words.js';
import { findMatters } from './matters.js';
import { fingerprintOf, type ModelFile } from './model-file.js';
import { learnedWords, readModels, trainModels } from './models.js';
import { type CategoryHit, compileRules, type Finding, type Findings, wordsOf } from './rules.js';
import { type Token, tokenize } from './tokenize.js';
import { type Classification, type Classifier, type Classify, ELSEWHERE, type ReportKind, TALKS } from './types.js';
import { createFindUrgency } from './urgency.js';

/** What stands further back in a message doesn't decide what it is about; it bounds the work on any input. */
const MAX_CHARS_READ = 4_000;
const MAX_CANDIDATES = 3;
const MIN_CONFIDENCE = 0.01;
/** A best guess below it that no rule supports is none. */
const MIN_BEST_CONFIDENCE = 0.15;
const MAX_EVIDENCE = 5;
const MAX_EVIDENCE_CHARS = 60;
/** How rule points and model add up, on the model's natural logarithm scale; points count less the more there are. */
const POINTS_SCALE = 0.6;
const POINTS_POWER = 0.75;
const MODEL_SCALE = 0.65;
/** What confidence is left of a guess of a broad category ("petugas", "KTP" and "kelurahan" come up in any report). */
const BROAD_SHARE = 0.7;
/** A report mostly begins with what it is about: a phrase among its first words counts that much more. */
const BEGINNING_WORDS = 15;
const BEGINNING_SHARE = 0.3;
const POINTS_OF_DANGER = 5;
/** A restricted matter is protected from this many points on, even when another one has more. */
const RESTRICTED_FROM_POINTS = 5;
const RESTRICTED_FROM_CONFIDENCE = 0.35;

/**
 * A classifier over the given rules. Pure; linear in the first 4,000 characters of a text and bounded on any input;
 * it never throws.
 *
 * @param model learned before, which saves the time of learning; left aside when it was learned with other data
 */
export function createClassifier(data: Categories, model?: ModelFile): Classifier {
  // with other words than it was learned with, a model would be asked about words that it never saw
  const fitting = model?.madeFrom === fingerprintOf(data) ? model : undefined;
  const rules = compileRules(data, fitting === undefined ? trainingWords(data) : learnedWords(fitting));
  const models = fitting === undefined ? trainModels(data, rules) : readModels(fitting, data, rules);
  const categories = [...data.categories.values()];
  const indexOf = new Map(categories.map(({ id }, index) => [id, index]));
  const modelIndexes = models.category.labels.map((id) => indexOf.get(id) ?? 0);
  const gravity = [...data.dangers.keys()];
  const separators = new Set(data.separators.map(rules.normalize));
  const findUrgency = createFindUrgency(data.urgency, rules.normalize);
  const bridges = new Set(data.bridges.map(rules.normalize));

  let last: Reading | undefined;
  const readOnce = (text: string): Reading => {
    const read = text.length > MAX_CHARS_READ ? text.slice(0, MAX_CHARS_READ) : text;
    if (last?.read === read) return last;
    const tokens = tokenize(read);
    const words = wordsOf(tokens, rules.normalize);
    const findings = rules.find(words);
    last = { read, tokens, words, findings, danger: findDanger(findings, words, gravity, bridges) };
    return last;
  };

  const classify: Classify = (text) => {
    const { read, tokens, words, findings, danger } = readOnce(text);
    const kept = withoutAddresses(read, tokens, words);
    const deciding = findings.categories.filter((hit) => counts(hit, findings, kept));

    const points = addPoints(deciding, categories.length);
    if (danger.acute !== undefined) {
      const index = indexOf.get(danger.acute.value.category) ?? 0;
      points[index] = (points[index] ?? 0) + POINTS_OF_DANGER;
    }
    const matterPoints = points.reduce((highest, own) => Math.max(highest, own), 0);
    const kind =
      danger.acute === undefined ? findKind(models.kind, findings, read, tokens, words, matterPoints) : 'pengaduan';
    const { urgency, because } = findUrgency(tokens, words, findings, danger);
    const talk = talkOf(findings, kind);
    if (kind === 'bukan_laporan') return { kind, ...talk, candidates: [], urgency, evidence: [], restricted: false };

    const learned = new Float64Array(modelIndexes.length);
    const matter = [...models.matterWords(kept), ...writtenWords(tokens, words, kept)];
    const known = models.category.addScores(matter, learned);
    const beginning = deciding.filter(({ from }) => from < BEGINNING_WORDS);
    const weighed = addPoints(beginning, categories.length).map((own, at) => (points[at] ?? 0) + own * BEGINNING_SHARE);
    const ranked = known === 0 && matterPoints === 0 ? [] : doubted(rank(weighed, learned, modelIndexes), categories);
    const candidates = matterPoints > 0 || (ranked[0]?.confidence ?? 0) >= MIN_BEST_CONFIDENCE ? ranked : [];
    const best = candidates[0]?.index;
    const named = findMatters(read, tokens, words, deciding, separators);
    const own = named.filter((index) => categories[index]?.told !== true);
    const matters = own.length >= 2 ? own : [];
    const restricted = categories.some(
      (category, index) =>
        category.restricted &&
        ((index === best && (candidates[0]?.confidence ?? 0) >= RESTRICTED_FROM_CONFIDENCE) ||
          (points[index] ?? 0) >= RESTRICTED_FROM_POINTS),
    );
    const elsewhere = ELSEWHERE.find((each) => findings.elsewhere.some(({ value }) => value === each));
    return {
      kind,
      ...talk,
      ...(elsewhere === undefined ? {} : { elsewhere }),
      candidates: candidates.map(({ index, confidence }) => ({ category: categories[index]?.id ?? '', confidence })),
      urgency,
      evidence: evidence(
        read,
        tokens,
        deciding.filter(({ value }) => value.category === best),
        danger.acute,
        () => (best === undefined ? [] : models.wordsFor(categories[best]?.id ?? '', kept)),
      ),
      restricted,
      ...(danger.acute === undefined ? {} : { danger: danger.acute.value.kind }),
      ...(because.length === 0 ? {} : { urgentWords: quotes(read, tokens, because) }),
      ...(matters.length === 0 ? {} : { matters: matters.map((index) => categories[index]?.id ?? '') }),
    };
  };
  return { classify, findDanger: (text) => readOnce(text).danger.acute?.value.kind };
}

/** What the rules find in a text, before any model is asked. */
interface Reading {
  readonly read: string;
  readonly tokens: readonly Token[];
  readonly words: readonly string[];
  readonly findings: Findings;
  readonly danger: DangerFound;
}

/** The first kind of talk that is found; a question may follow up an earlier report, anything else is what it is. */
function talkOf({ talk }: Findings, kind: ReportKind): Pick<Classification, 'talk'> {
  const found = TALKS.find((each) => talk.some(({ value }) => value === each));
  if (found === undefined) return {};
  return kind === 'bukan_laporan' || (kind === 'informasi' && found === 'follow_up') ? { talk: found } : {};
}

/** The words of the lines that the model was learned from. */
export function* trainingWords(data: Categories, labelWords = ''): Iterable<string> {
  for (const { text } of data.training) for (const token of tokenize(text)) if (!token.numeric) yield token.word;
  for (const word of labelWords.split(' ')) if (word !== '') yield word;
}

/** "kebakaran jenggot" says nothing of a fire, and "Jl. Pasar" nothing of a market. */
function counts(hit: Finding<CategoryHit>, findings: Findings, kept: readonly string[]): boolean {
  if (kept[hit.from] === DROPPED || kept[hit.to] === DROPPED) return false;
  return !findings.guards.some((guard) => guard.from <= hit.from && guard.to >= hit.to);
}

/** Each rule counts once, however often its words are repeated. */
function addPoints(hits: readonly Finding<CategoryHit>[], categories: number): Float64Array {
  const points = new Float64Array(categories);
  const counted = new Set<unknown>();
  for (const { value } of hits) {
    if (counted.has(value)) continue;
    counted.add(value);
    points[value.category] = (points[value.category] ?? 0) + value.weight;
  }
  return points;
}

interface Ranked {
  readonly index: number;
  readonly confidence: number;
}

/** The same order, less sure when the best is a broad category. */
function doubted(ranked: readonly Ranked[], categories: readonly Category[]): readonly Ranked[] {
  const best = ranked[0];
  if (best === undefined || categories[best.index]?.broad !== true) return ranked;
  return ranked.map(({ index, confidence }) => ({ index, confidence: round(confidence * BROAD_SHARE) }));
}

function round(confidence: number): number {
  return Math.round(confidence * 1_000) / 1_000;
}

/** The best three by rules and model together; categories that nothing was learned of stay out. */
function rank(points: Float64Array, learned: Float64Array, modelIndexes: readonly number[]): Ranked[] {
  const shares = new Float64Array(modelIndexes.length);
  for (let at = 0; at < shares.length; at += 1) {
    const own = points[modelIndexes[at] ?? 0] ?? 0;
    shares[at] = POINTS_SCALE * Math.sign(own) * Math.abs(own) ** POINTS_POWER + MODEL_SCALE * (learned[at] ?? 0);
  }
  toShares(shares);
  const best: Ranked[] = [];
  for (let at = 0; at < shares.length; at += 1) {
    const confidence = round(shares[at] ?? 0);
    if (confidence < MIN_CONFIDENCE) continue;
    let place = best.length;
    while (place > 0 && confidence > (best[place - 1]?.confidence ?? 1)) place -= 1;
    if (place < MAX_CANDIDATES) best.splice(place, 0, { index: modelIndexes[at] ?? 0, confidence });
    if (best.length > MAX_CANDIDATES) best.pop();
  }
  return best;
}

/**
 * The citizen's own words: what named the danger, then what decided the category by rule, or else by what was learned.
 * @param learned token positions, the most telling first
 */
function evidence(
  text: string,
  tokens: readonly Token[],
  hits: readonly Finding<CategoryHit>[],
  danger: Finding<unknown> | undefined,
  learned: () => readonly number[],
): string[] {
  const deciding = hits
    .filter(({ value }) => value.weight > 1)
    .sort((a, b) => b.value.weight - a.value.weight || a.from - b.from);
  const places = deciding.length > 0 ? deciding : learned().map((at) => ({ from: at, to: at }));
  return quotes(text, tokens, danger === undefined ? places : [danger, ...places]);
}

/** Each place once, in the citizen's spelling; no long ones. */
function quotes(
  text: string,
  tokens: readonly Token[],
  places: readonly { readonly from: number; readonly to: number }[],
): string[] {
  const quoted: string[] = [];
  const covered = new Set<number>();
  for (const { from, to } of places) {
    if (quoted.length >= MAX_EVIDENCE) break;
    if (covered.has(from) && covered.has(to)) continue;
    for (let at = from; at <= to; at += 1) covered.add(at);
    const quote = text.slice(tokens[from]?.start, tokens[to]?.end);
    if (quote.length <= MAX_EVIDENCE_CHARS && !quoted.includes(quote)) quoted.push(quote);
  }
  return quoted;
}
