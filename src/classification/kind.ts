import { toShares } from './linear-model.js';
import type { KindModel } from './models.js';
import type { Findings } from './rules.js';
import type { Token } from './tokenize.js';
import type { ReportKind, Talk } from './types.js';

/** With this much of a matter in it, a message is never small talk. */
const MATTER_POINTS = 3;
/** Words that alarm this much are never small talk. */
const ALARMING_POINTS = 2;
/** A message this short without any matter isn't a report yet. */
const SHORT_WORDS = 3;
/** A longer one is small talk only when the model is this sure of it. */
const LONGEST_TALK_WORDS = 12;
const SURE_OF_TALK = 0.6;
/** In the rules of small talk: words of thanks, and words that say that something is mended. */
const THANKS_WEIGHT = 7;
const MENDED_WEIGHT = 9;
const LONGEST_THANKS_WORDS = 15;
/** In the same rules: words of newspapers. */
const NEWS_WEIGHT = 3;
const NEWS_PHRASES = 2;
const SHORTEST_NEWS_WORDS = 20;
/** A short message with words of abuse is nothing but abuse while hardly a matter is in it ("dasar anjing": no stray dog). */
const LONGEST_ABUSE_WORDS = 6;
const SPAM_PHRASES = 2;
const PRAISE_PHRASES = 2;
/** How rule points, model and question mark add up, on the model's natural logarithm scale. */
const POINTS_SCALE = 0.25;
const POINTS_POWER = 0.75;
const MODEL_SCALE = 1;
const QUESTION_MARK_SCORE = 1.4;
const ENDS_ASKING_SCORE = 1.7;
/** A short message that ends with a question mark hardly does anything else. */
const SHORT_QUESTION_WORDS = 8;
const SHORT_QUESTION_SCORE = 1.4;
const BEGINS_ASKING_SCORE = 1.4;
/** The models weigh the kinds alike in training; of real messages most complain, and fewest wish. */
const ASKING_HEAD_START = -0.4;
const WISHING_HEAD_START = -0.6;
/** Not those of maps: they tell where. */
const LINK = /https?:\/\/(?!maps|goo\.gl|(?:www\.)?google|g\.co)\S+/g;
const LETTER = /\p{L}/u;
const MIN_READ_CHARS = 3;
/** Of a message that we read, at least so many words are known. */
const MIN_KNOWN_SHARE = 0.15;
/** Where a message begins (in words) and ends (in characters) says most of what it wants. */
const BEGINNING_WORDS = 6;
const ENDING_CHARS = 25;
/** Rule points from which on words ask, whatever stands around them. */
const ASKING_POINTS = 3;

/**
 * Tells the four kinds apart: small talk when nothing but such words (or nothing readable) is in it, else the one of
 * complaint, question and wish for which rules and model speak most; a complaint in doubt.
 *
 * @param matterPoints rule points of the best category
 */
export function findKind(
  model: KindModel,
  findings: Findings,
  text: string,
  tokens: readonly Token[],
  words: readonly string[],
  matterPoints: number,
): ReportKind {
  const shares = model.score(words, tokens);
  const learned = (kind: ReportKind): number => MODEL_SCALE * (shares[model.labels.indexOf(kind)] ?? 0);
  const scores = {
    pengaduan: learned('pengaduan'),
    informasi: learned('informasi') + ASKING_HEAD_START + askingScore(findings, text, words.length),
    aspirasi: learned('aspirasi') + WISHING_HEAD_START,
  };
  toShares(shares);
  if (isUnreadable(model, text, words, matterPoints)) return 'bukan_laporan';
  if (isSmallTalk(findings, words, matterPoints, shares[model.labels.indexOf('bukan_laporan')] ?? 0)) {
    return 'bukan_laporan';
  }

  const points = { pengaduan: 0, informasi: 0, aspirasi: 0 };
  const counted = new Set<unknown>();
  for (const { value } of findings.kinds) {
    if (value.kind === 'bukan_laporan' || counted.has(value)) continue;
    counted.add(value);
    points[value.kind] += value.weight;
  }
  for (const kind of ['pengaduan', 'informasi', 'aspirasi'] as const) {
    scores[kind] += POINTS_SCALE * Math.sign(points[kind]) * Math.abs(points[kind]) ** POINTS_POWER;
  }
  if (scores.informasi > scores.pengaduan && scores.informasi >= scores.aspirasi) return 'informasi';
  return scores.aspirasi > scores.pengaduan ? 'aspirasi' : 'pengaduan';
}

function askingScore(findings: Findings, text: string, words: number): number {
  const lastMark = text.lastIndexOf('?');
  const begins = findings.kinds.some(
    ({ value, from }) => value.kind === 'informasi' && value.weight >= ASKING_POINTS && from < BEGINNING_WORDS,
  );
  const ends = lastMark !== -1 && lastMark >= text.length - ENDING_CHARS;
  return (
    (lastMark === -1 ? 0 : QUESTION_MARK_SCORE) +
    (ends ? ENDS_ASKING_SCORE : 0) +
    (ends && words <= SHORT_QUESTION_WORDS ? SHORT_QUESTION_SCORE : 0) +
    (begins ? BEGINS_ASKING_SCORE : 0)
  );
}

/** Nothing but links, numbers, markup, or a language that we don't read. */
function isUnreadable(model: KindModel, text: string, words: readonly string[], matterPoints: number): boolean {
  if (!LETTER.test(text.replace(LINK, ' '))) return true;
  if (matterPoints > 0) return false;
  const told = words.filter((word) => word.length >= MIN_READ_CHARS && !/^[0-9]/.test(word));
  const known = told.filter((word) => model.knows(word)).length;
  return told.length > 0 && known < Math.max(1, told.length * MIN_KNOWN_SHARE);
}

/** "Lampunya sudah nyala, terima kasih": names a matter, but reports none. */
function isThanksForMending(findings: Findings, words: readonly string[]): boolean {
  if (words.length > LONGEST_THANKS_WORDS) return false;
  const says = (kind: ReportKind, weight: number): boolean =>
    findings.kinds.some(({ value }) => value.kind === kind && value.weight >= weight);
  const thanks = findings.kinds.some(({ value }) => value.kind === 'bukan_laporan' && value.weight === THANKS_WEIGHT);
  return thanks && says('bukan_laporan', MENDED_WEIGHT) && !says('pengaduan', ASKING_POINTS);
}

/** A news article that was passed on, without a word of complaint of one's own. */
function isNews({ kinds }: Findings, words: readonly string[]): boolean {
  if (words.length < SHORTEST_NEWS_WORDS) return false;
  const found = new Set<unknown>();
  for (const { value } of kinds) {
    if (value.kind === 'pengaduan' && value.weight >= 5) return false;
    if (value.kind === 'bukan_laporan' && value.weight === NEWS_WEIGHT) found.add(value);
  }
  return found.size >= NEWS_PHRASES;
}

/** Abuse, advertising, jokes and praise, which may name things that reports are about. */
function isNoReport({ talk, kinds }: Findings, words: readonly string[], matterPoints: number): boolean {
  if (words.length > LONGEST_TALK_WORDS || matterPoints > MATTER_POINTS + 2) return false;
  const found = (wanted: Talk): number => talk.filter(({ value }) => value === wanted).length;
  if (found('spam') >= SPAM_PHRASES) return true;
  const complains = (weight: number): boolean =>
    kinds.some(({ value }) => value.kind === 'pengaduan' && value.weight >= weight);
  if (found('praise') >= PRAISE_PHRASES && !complains(2)) return true;
  if (matterPoints > MATTER_POINTS || complains(5) || words.length > LONGEST_ABUSE_WORDS) return false;
  return found('abuse') > 0 || (found('joke') > 0 && matterPoints <= 0);
}

function isSmallTalk(
  findings: Findings,
  words: readonly string[],
  matterPoints: number,
  learnedShare: number,
): boolean {
  if (isThanksForMending(findings, words) || isNews(findings, words)) return true;
  if (isNoReport(findings, words, matterPoints)) return true;
  if (matterPoints >= MATTER_POINTS || findings.urgency.some(({ value }) => value.weight >= ALARMING_POINTS))
    return false;
  const talked = new Set<number>();
  for (const { value, from, to } of findings.kinds) {
    if (value.kind === 'bukan_laporan') for (let at = from; at <= to; at += 1) talked.add(at);
    else if (value.weight >= 5) return false;
  }
  const other = words.filter((word, at) => word.length > 1 && !talked.has(at)).length;
  if (matterPoints <= 0 && other <= SHORT_WORDS) return true;
  return other === 0 || (words.length <= LONGEST_TALK_WORDS && learnedShare >= SURE_OF_TALK);
}
