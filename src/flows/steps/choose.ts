import { z } from 'zod';
import { boundText, MAX_ANSWER_BYTES } from '../answers/bound-text.js';
import { countWords, STORY_WORDS } from '../answers/free-text.js';
import { holdsPhrase } from '../answers/holds-phrase.js';
import {
  beginsWith,
  createMatcher,
  createWordMatcher,
  MAX_OPTIONS,
  type Matchable,
  type OptionMatcher,
} from '../answers/match-option.js';
import { normalise } from '../answers/normalise.js';
import { guessAnswer } from '../answers/typed-answers.js';
import type { Answers, Guess, Locale } from '../state.js';
import { name, type Outcome, type Ref, refsIn, type StepContext, type StepKind, settings, textKey } from '../step.js';

const OptionSchema = z.strictObject({
  id: name,
  label: textKey,
  /** More words for it, by the name of their list in locales/. */
  words: name.optional(),
  /** Can be said, but isn't shown. */
  hidden: z.boolean().default(false),
  next: name,
  /** Put the next question even if its answer is known, in order to change it. */
  ask: z.boolean().default(false),
  /** A longer message that begins with one of these words means it too, and is saved whole. */
  begins: z.strictObject({ words: name, save: name }).optional(),
  /**
   * So does one that holds one of these phrases anywhere; of several options that claim it so, the last is meant. Saved
   * whole where `save` says so, else a question doesn't count.
   */
  holds: z.strictObject({ phrases: name, save: name.optional() }).optional(),
  set: settings.optional(),
  forget: z.array(name).optional(),
  /** With `candidates`: the category it stands for. */
  category: name.optional(),
  locale: z.enum(['id', 'en', 'jv', 'su']).optional(),
});

export const ChooseStep = z.strictObject({
  kind: z.literal('choose'),
  text: textKey,
  retry: textKey.default('engine.retry_choice'),
  /** Saves the id of what was chosen; the question is left out when it is there already. */
  save: name.optional(),
  /** Offers the categories that this guess found, before the options; choosing one goes to `next`. */
  candidates: z.strictObject({ from: name, next: name }).optional(),
  options: z.array(OptionSchema).min(1).max(MAX_OPTIONS),
});

type Choose = z.infer<typeof ChooseStep>;
type Option = Choose['options'][number];

/** Offers a few things to pick from; understands numbers, labels, synonyms, buttons and slips. */
export const choose: StepKind<Choose> = {
  waits: true,

  enter(step, ctx) {
    const known = step.save === undefined || ctx.asked ? undefined : ctx.answers[step.save];
    const option = step.options.find((each) => each.id === known);
    if (option) return picked(step, ctx, option);
    const candidates = candidatesOf(step, ctx).map((id) => ({ id, label: ctx.flows.categoryLabel(id, ctx.locale) }));
    const shown = step.options
      .filter((each) => !each.hidden)
      .map((each) => ({ id: each.id, label: ctx.texts.format(ctx.locale, each.label) }));
    return { type: 'wait', effects: [ctx.reply(step.text, { expect: 'choice', options: [...candidates, ...shown] })] };
  },

  answer(step, ctx, message) {
    const matcher = matcherOf(step, ctx);
    const id = message.choice?.option ?? matcher.exact(message.text) ?? matcher.close(message.text);
    const option = step.options.find((each) => each.id === id);
    if (option) return picked(step, ctx, option);
    const meant = begunWith(step, ctx, message.text) ?? heldBy(step, ctx, message.text);
    if (meant) {
      const outcome = picked(step, ctx, meant.option);
      if (meant.save === undefined) return outcome;
      return { ...outcome, set: { ...outcome.set, [meant.save]: boundText(message.text, MAX_ANSWER_BYTES) } };
    }
    const category =
      id !== undefined && candidatesOf(step, ctx).includes(id) ? id : toldCategory(step, ctx, message.text);
    if (category !== undefined) return pickedCategory(step, ctx, category);
    return { type: 'free_text', text: step.retry };
  },

  claims: (step, ctx, text, how) => matcherOf(step, ctx)[how](text) !== undefined,

  refs: (step) => [
    ...refsIn('text', { text: step.text, retry: step.retry }),
    ...refsIn('step', { next: step.candidates?.next }, ['candidates']),
    ...step.options.flatMap((option, index): Ref[] => {
      const at = ['options', index];
      return [
        ...refsIn('text', { label: option.label }, at),
        ...refsIn('words', { words: option.words }, at),
        ...refsIn('words', { words: option.begins?.words }, [...at, 'begins']),
        ...refsIn('words', { phrases: option.holds?.phrases }, [...at, 'holds']),
        { to: 'step', name: option.next, path: [...at, 'next'], label: option.id },
      ];
    }),
  ],

  saves: (step) => [
    ...(step.save ? [step.save] : []),
    ...(step.candidates ? [step.candidates.from] : []),
    ...step.options.flatMap((option) => [
      ...Object.keys(option.set ?? {}),
      ...(option.begins ? [option.begins.save] : []),
      ...(option.holds?.save ? [option.holds.save] : []),
    ]),
  ],
};

interface Meant {
  readonly option: Option;
  readonly save: string | undefined;
}

/** "belum, masih gelap di depan masjid": the answer and what makes it so, in one breath. */
function begunWith(step: Choose, ctx: StepContext, text: string): Meant | undefined {
  const option = step.options.find(({ begins }) => begins && beginsWith(text, begins.words, ctx.texts));
  return option?.begins && { option, save: option.begins.save };
}

/** "alhamdulillah lampunya sudah nyala pak": an answer in a sentence. */
function heldBy(step: Choose, ctx: StepContext, text: string): Meant | undefined {
  // "sudah nyala?" says nothing; "kok masih mati?" is kept as it stands
  const isQuestion = text.includes('?');
  const option = step.options.findLast(
    ({ holds }) => holds && !(isQuestion && !holds.save) && holdsPhrase(text, ctx.texts.spoken(holds.phrases)),
  );
  return option && { option, save: option.holds?.save };
}

function picked(step: Choose, ctx: StepContext, option: Option): Outcome {
  const guess = option.category && step.candidates ? withCategory(ctx, step.candidates.from, option.category) : {};
  return {
    type: 'goto',
    next: option.next,
    ask: option.ask,
    set: { ...(step.save ? { [step.save]: option.id } : {}), ...option.set, ...guess },
    ...(option.forget ? { forget: option.forget } : {}),
    ...(option.locale ? { locale: option.locale } : {}),
  };
}

function pickedCategory(step: Choose, ctx: StepContext, category: string): Outcome {
  if (!step.candidates) return { type: 'missed', text: step.retry };
  return { type: 'goto', next: step.candidates.next, set: withCategory(ctx, step.candidates.from, category) };
}

/** A category told in words instead of picked: by its name, or by what the classifier makes of a few words. */
function toldCategory(step: Choose, ctx: StepContext, text: string): string | undefined {
  if (!step.candidates || countWords(text) === 0 || countWords(text) >= STORY_WORDS) return undefined;
  const { flows, locale } = ctx;
  const all = flows.categories.map((id) => ({ id, words: new Set([normalise(flows.categoryLabel(id, locale))]) }));
  const [best] = ctx.classify(text).candidates;
  return (
    createWordMatcher(all, ctx.texts).close(text) ?? (best && best.confidence >= TOLD_FROM ? best.category : undefined)
  );
}

const TOLD_FROM = 0.4;

/** What the classifier found stays beside the choice; a matter once seen as restricted stays restricted. */
function withCategory(ctx: StepContext, from: string, category: string): Answers {
  const guess = guessAnswer(ctx.answers[from]);
  if (!guess) return {};
  const restricted = guess.restricted || ctx.flows.isRestricted(category);
  const chosen: Guess = { ...guess, category, restricted, by: 'complainant' };
  return { [from]: chosen };
}

function candidatesOf(step: Choose, ctx: StepContext): string[] {
  if (!step.candidates) return [];
  const taken = new Set(step.options.map((option) => option.category));
  const found = guessAnswer(ctx.answers[step.candidates.from])?.candidates ?? [];
  return found.map((each) => each.category).filter((category) => !taken.has(category));
}

const matchers = new WeakMap<Choose, Map<Locale, OptionMatcher>>();

function matcherOf(step: Choose, ctx: StepContext): OptionMatcher {
  // candidates differ from chat to chat, so only fixed options are worth keeping
  if (step.candidates) return createMatcher(matchables(step, ctx), ctx.texts);
  const byLocale = matchers.get(step) ?? new Map<Locale, OptionMatcher>();
  matchers.set(step, byLocale);
  const known = byLocale.get(ctx.locale) ?? createMatcher(matchables(step, ctx), ctx.texts);
  byLocale.set(ctx.locale, known);
  return known;
}

function matchables(step: Choose, ctx: StepContext): Matchable[] {
  const candidates = candidatesOf(step, ctx).map((id) => ({
    id,
    words: new Set([normalise(ctx.flows.categoryLabel(id, ctx.locale)), normalise(id.replaceAll('_', ' '))]),
  }));
  const fixed = step.options.map((option) => ({
    id: option.id,
    hidden: option.hidden,
    words: new Set([
      ...ctx.texts.locales.map((locale) => normalise(ctx.texts.format(locale, option.label))),
      ...(option.words ? ctx.texts.spoken(option.words) : []),
    ]),
  }));
  return [...candidates, ...fixed];
}
