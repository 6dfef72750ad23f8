import { z } from 'zod';
import { boundText, MAX_ANSWER_BYTES, MAX_DESCRIPTION_BYTES } from '../answers/bound-text.js';
import { findCaseReference, findReceiptCode } from '../answers/case-reference.js';
import { countWords, STORY_WORDS } from '../answers/free-text.js';
import { isSpoken } from '../answers/match-option.js';
import { minedPlace, minedTime } from '../answers/mine.js';
import { pickedLine } from '../answers/picked-line.js';
import { textAnswer } from '../answers/typed-answers.js';
import type { Answers } from '../state.js';
import { name, type Outcome, refsIn, type StepContext, type StepKind, textKey } from '../step.js';

export const AskStep = z.strictObject({
  kind: z.literal('ask'),
  text: textKey,
  /** Said when the answer is too short or of the wrong form, before the question is put again. */
  retry: textKey,
  save: name,
  minChars: z.number().int().min(1).default(2),
  minWords: z.number().int().min(0).default(0),
  /** Asked instead of `text` when what is known is too short; the answer is added to it. */
  more: textKey.optional(),
  /** What the answer must contain; only that part is saved. */
  format: z.enum(['free', 'case_number', 'receipt_code']).default('free'),
  /** The answer that lists cases, a line each: the number or a word of a line means its case as well. */
  among: name.optional(),
  /** Where a case number brings its code along, the code is saved here. */
  saveCode: name.optional(),
  /** Words that only announce the answer ("jadi gini pak"); `text` bids to go on. */
  opens: z.strictObject({ words: name, text: textKey }).optional(),
  /** Words that leave it out, if the answer named by `unless` is there; `text` is saved in its place. */
  skip: z.strictObject({ words: name, unless: name.optional(), text: textKey.optional(), next: name }).optional(),
  next: name,
});

type Ask = z.infer<typeof AskStep>;

/** Asks one open question and keeps asking until the answer will do. */
export const ask: StepKind<Ask> = {
  waits: true,
  takesText: true,
  awaitsCase: (step) => step.format === 'case_number',

  enter(step, ctx) {
    const known = ctx.answers[step.save];
    const isShort = step.more !== undefined && typeof known === 'string' && !isEnough(step, known);
    if (!ctx.asked && known !== undefined && !isShort) return { type: 'goto', next: step.next };
    return { type: 'wait', effects: [ctx.reply(isShort ? (step.more ?? step.text) : step.text, { expect: 'text' })] };
  },

  answer(step, ctx, message) {
    const { texts } = ctx;
    const { skip } = step;
    const maySkip = skip && (skip.unless === undefined || ctx.answers[skip.unless] !== undefined);
    if (maySkip && isSpoken(message.text, skip.words, texts)) {
      const set = skip.text === undefined ? {} : { [step.save]: texts.format(ctx.locale, skip.text) };
      return { type: 'goto', next: skip.next, set };
    }
    if (step.opens && isSpoken(message.text, step.opens.words, texts))
      return { type: 'wait', effects: [ctx.reply(step.opens.text, { expect: 'text' })] };
    if (step.format === 'case_number') {
      const found = findCaseReference(message.text);
      const picked = found ? undefined : pickedLine(textAnswer(ctx.answers[step.among ?? '']), message.text, texts);
      if (picked) return { type: 'goto', next: step.next, set: { [step.save]: picked } };
      if (!found) return refused(step, message.text);
      const code = step.saveCode && found.code ? { [step.saveCode]: found.code } : {};
      return { type: 'goto', next: step.next, set: { [step.save]: found.number, ...code } };
    }
    if (step.format === 'receipt_code') {
      const code = findReceiptCode(message.text);
      return code ? { type: 'goto', next: step.next, set: { [step.save]: code } } : refused(step, message.text);
    }
    const known = textAnswer(ctx.answers[step.save]);
    const isAdded = step.more !== undefined && known !== '' && !isEnough(step, known);
    const text = isAdded ? `${known}\n${message.text}` : message.text;
    if (!isEnough(step, text)) {
      // "sampah" is a beginning: it is kept, and the rest asked for
      if (step.more === undefined || known !== '' || !WORD.test(text)) return { type: 'missed', text: step.retry };
      return { type: 'wait', set: { [step.save]: text }, effects: [ctx.reply(step.more, { expect: 'text' })] };
    }
    const maxBytes = ctx.absorb?.text === step.save ? MAX_DESCRIPTION_BYTES : MAX_ANSWER_BYTES;
    const set = { [step.save]: boundText(text, maxBytes) };
    const isTold = ctx.absorb?.text === step.save && known !== '' && !isAdded;
    return { type: 'goto', next: step.next, set: isTold ? { ...set, ...minedAnew(ctx, text) } : set };
  },

  refs: (step) => [
    ...refsIn('text', { text: step.text, retry: step.retry, more: step.more }),
    ...refsIn('text', { text: step.skip?.text }, ['skip']),
    ...refsIn('words', { words: step.skip?.words }, ['skip']),
    ...refsIn('text', { text: step.opens?.text }, ['opens']),
    ...refsIn('words', { words: step.opens?.words }, ['opens']),
    ...refsIn('step', { next: step.next }),
    ...refsIn('step', { next: step.skip?.next }, ['skip']),
  ],
  saves: (step) => (step.saveCode ? [step.save, step.saveCode] : [step.save]),
};

const WORD = /\p{L}{3}/u;

/** Place and time of a story that is told anew, where it names them. */
function minedAnew(ctx: StepContext, text: string): Answers {
  const found = ctx.extract(text);
  return { ...minedPlace(ctx, found, true), ...minedTime(ctx, found, true) };
}

/** A whole sentence where a number was asked is about something else. */
function refused(step: Ask, text: string): Outcome {
  return { type: countWords(text) >= STORY_WORDS ? 'free_text' : 'missed', text: step.retry };
}

/** A reply of one sign or emoji tells nothing; letters and digits do. */
function isEnough(step: Ask, text: string): boolean {
  return (text.match(/[\p{L}\p{N}]/gu)?.length ?? 0) >= step.minChars && countWords(text) >= step.minWords;
}
