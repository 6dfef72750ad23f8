import type { Categories, Danger, WeightedPhrases } from './categories.js';
import { rootWords } from './dictionary.js';
import { createPhrases } from './phrases.js';
import { type Token, tokenize } from './tokenize.js';
import { ELSEWHERE, type Elsewhere, type ReportKind, TALKS, type Talk } from './types.js';
import { createNormalize, type Normalize } from './words.js';

/** A phrase of the rules, found in a text. Positions are tokens, both ends included. */
export interface Finding<T> {
  readonly value: T;
  readonly from: number;
  readonly to: number;
}

export interface CategoryHit {
  readonly category: number;
  readonly weight: number;
}

export interface Findings {
  readonly categories: readonly Finding<CategoryHit>[];
  readonly dangers: readonly Finding<Danger>[];
  readonly guards: readonly Finding<Danger>[];
  readonly softeners: readonly Finding<null>[];
  readonly pastSigns: readonly Finding<null>[];
  readonly urgency: readonly Finding<{ readonly weight: number }>[];
  readonly kinds: readonly Finding<{ readonly kind: ReportKind; readonly weight: number }>[];
  readonly talk: readonly Finding<Talk>[];
  readonly elsewhere: readonly Finding<Elsewhere>[];
}

/** The rules of flows/categories.yaml, compiled for one walk over a text. */
export interface Rules {
  readonly normalize: Normalize;
  find(words: readonly string[]): Findings;
}

type Mutable = { -readonly [K in keyof Findings]: Findings[K] extends readonly (infer T)[] ? T[] : never };
type Collect = (findings: Mutable, from: number, to: number) => void;

/** @param extraWords other words that affixes may be taken off to reach (those of the training lines) */
export function compileRules(data: Categories, extraWords: Iterable<string> = []): Rules {
  const all: (readonly [group: string, phrase: string, collect: Collect])[] = [];
  const addAll = (group: string, phrases: readonly string[], collect: Collect): void => {
    for (const phrase of phrases) all.push([group, phrase, collect]);
  };
  const addWeighted = (group: string, rules: WeightedPhrases, collect: (weight: number) => Collect): void => {
    const heaviestFirst = [...rules].sort(([a], [b]) => b - a);
    // one value a phrase, so that a repeated phrase can be told from two phrases
    for (const [weight, phrases] of heaviestFirst)
      for (const phrase of phrases) addAll(group, [phrase], collect(weight));
  };

  let index = 0;
  for (const category of data.categories.values()) {
    const own = index;
    addWeighted(category.id, category.rules, (weight) => {
      const value = { category: own, weight };
      return (findings, from, to) => findings.categories.push({ value, from, to });
    });
    index += 1;
  }
  for (const danger of data.dangers.values()) {
    addAll(`words of ${danger.kind}`, danger.words, (findings, from, to) =>
      findings.dangers.push({ value: danger, from, to }),
    );
    addAll(`guards of ${danger.kind}`, danger.guards, (findings, from, to) =>
      findings.guards.push({ value: danger, from, to }),
    );
  }
  addAll('softeners', data.softeners, (findings, from, to) => findings.softeners.push({ value: null, from, to }));
  addAll('past signs', data.pastSigns, (findings, from, to) => findings.pastSigns.push({ value: null, from, to }));
  addWeighted('urgency', data.urgency.words, (weight) => {
    const value = { weight };
    return (findings, from, to) => findings.urgency.push({ value, from, to });
  });
  for (const kind of ['pengaduan', 'informasi', 'aspirasi', 'bukan_laporan'] as const) {
    addWeighted(`kind ${kind}`, data.kinds[kind], (weight) => {
      const value = { kind, weight };
      return (findings, from, to) => findings.kinds.push({ value, from, to });
    });
  }

  for (const talk of TALKS) {
    addAll(`talk ${talk}`, data.talk[talk], (findings, from, to) => findings.talk.push({ value: talk, from, to }));
  }

  for (const who of ELSEWHERE) {
    addAll(`elsewhere ${who}`, data.elsewhere[who], (findings, from, to) =>
      findings.elsewhere.push({ value: who, from, to }),
    );
  }

  const known = new Set<string>(extraWords);
  for (const [, phrase] of all) for (const token of tokenize(phrase)) known.add(token.word);
  const normalize = createNormalize(data.lexicon, rootWords(), known);
  const tree = createPhrases(distinct(all, normalize));

  return {
    normalize,
    find(words) {
      const findings: Mutable = {
        categories: [],
        dangers: [],
        guards: [],
        softeners: [],
        pastSigns: [],
        urgency: [],
        kinds: [],
        talk: [],
        elsewhere: [],
      };
      tree.find(words, (collect, from, to) => collect(findings, from, to));
      return findings;
    },
  };
}

/** Phrases that mean the same once normalised ("kerja", "bekerja") count once within their group, the heaviest. */
function* distinct(
  all: Iterable<readonly [group: string, phrase: string, collect: Collect]>,
  normalize: Normalize,
): Iterable<readonly [words: readonly string[], collect: Collect]> {
  const seen = new Set<string>();
  for (const [group, phrase, collect] of all) {
    const words = phraseWords(phrase, normalize);
    const key = `${group}: ${words.join(' ')}`;
    if (seen.has(key)) continue;
    seen.add(key);
    yield [words, collect];
  }
}

function phraseWords(phrase: string, normalize: Normalize): string[] {
  return phrase
    .split(' ')
    .flatMap((part) => (part === '..' ? ['..'] : tokenize(part).map(({ word }) => normalize(word))));
}

export function wordsOf(tokens: readonly Token[], normalize: Normalize): string[] {
  return tokens.map((token) => (token.numeric ? token.word : normalize(token.word)));
}
