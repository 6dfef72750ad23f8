import { z } from 'zod';
import { findCaseReference } from '../answers/case-reference.js';
import { countWords } from '../answers/free-text.js';
import { holdsPhrase } from '../answers/holds-phrase.js';
import { isSpoken } from '../answers/match-option.js';
import { answerAt } from '../answers/typed-answers.js';
import { answerPath, name, type Ref, refsIn, type StepContext, type StepKind, settings } from '../step.js';

const CaseSchema = z
  .strictObject({
    answer: answerPath,
    /** True when the answer is there; a list or text must also not be empty. */
    known: z.boolean().optional(),
    is: z.union([z.string(), z.number(), z.boolean()]).optional(),
    /** The whole answer is one of these words. */
    words: name.optional(),
    /** One of these phrases stands somewhere in the answer. */
    phrases: name.optional(),
    minWords: z.number().int().min(1).optional(),
    maxWords: z.number().int().min(1).optional(),
    /** A case number stands in it. */
    namesCase: z.boolean().optional(),
    set: settings.optional(),
    next: name,
  })
  .refine(
    (each) =>
      [each.known, each.is, each.words, each.phrases, each.minWords, each.maxWords, each.namesCase].some(
        (test) => test !== undefined,
      ),
    {
      message: 'needs one of known, is, words, phrases, minWords, maxWords, namesCase',
    },
  );

export const BranchStep = z.strictObject({
  kind: z.literal('branch'),
  cases: z.array(CaseSchema).min(1),
  default: name,
});

type Case = z.infer<typeof CaseSchema>;

/** Goes where the first case that holds says, else to the default. Says nothing. */
export const branch: StepKind<z.infer<typeof BranchStep>> = {
  waits: false,

  enter(step, ctx) {
    const taken = step.cases.find((each) => holds(each, ctx));
    if (!taken) return { type: 'goto', next: step.default };
    return { type: 'goto', next: taken.next, ...(taken.set ? { set: taken.set } : {}) };
  },

  refs: (step) => [
    ...step.cases.flatMap((each, index): Ref[] => [
      ...refsIn('words', { words: each.words, phrases: each.phrases }, ['cases', index]),
      { to: 'step', name: each.next, path: ['cases', index, 'next'], label: labelOf(each) },
    ]),
    ...refsIn('step', { default: step.default }),
  ],
  saves: (step) => step.cases.flatMap((each) => Object.keys(each.set ?? {})),
};

function holds(each: Case, ctx: StepContext): boolean {
  const value = answerAt(ctx.answers, each.answer);
  if (each.known !== undefined && isKnown(value) !== each.known) return false;
  if (each.is !== undefined && value !== each.is) return false;
  if (each.words !== undefined && !(typeof value === 'string' && isSpoken(value, each.words, ctx.texts))) return false;
  if (each.phrases !== undefined && !(typeof value === 'string' && holdsPhrase(value, ctx.texts.spoken(each.phrases))))
    return false;
  if (
    each.namesCase !== undefined &&
    (typeof value === 'string' && findCaseReference(value) !== undefined) !== each.namesCase
  )
    return false;
  const { minWords = 0, maxWords = Number.POSITIVE_INFINITY } = each;
  if (each.minWords === undefined && each.maxWords === undefined) return true;
  const words = typeof value === 'string' ? countWords(value) : -1;
  return words >= minWords && words <= maxWords;
}

function isKnown(value: unknown): boolean {
  return value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0);
}

function labelOf(each: Case): string {
  if (each.known !== undefined) return `${each.known ? '' : 'no '}${each.answer}`;
  if (each.is !== undefined) return `${each.answer} = ${each.is}`;
  if (each.namesCase !== undefined) return `${each.namesCase ? '' : 'no '}case number`;
  return each.words ?? each.phrases ?? `${each.minWords ?? `up to ${each.maxWords}`} words`;
}
