import { z } from 'zod';
import type { Classification } from '../../classification/types.js';
import { minedPlace, minedTime } from '../answers/mine.js';
import { guessAnswer, textAnswer } from '../answers/typed-answers.js';
import { askedInPassing } from '../asked-in-passing.js';
import type { Answers, Guess } from '../state.js';
import { name, refsIn, type StepContext, type StepKind } from '../step.js';

export const ClassifyStep = z.strictObject({
  kind: z.literal('classify'),
  from: name,
  save: name,
  /** The category when nothing points anywhere; a person decides then. */
  otherwise: name,
  /** In place of a kind that makes no sense here. */
  kinds: z.record(name, name).optional(),
  /** A best guess below this is unsure, unless it leads the next by `lead`. */
  sureFrom: z.number().min(0).max(1).default(0),
  lead: z.number().min(0).max(1).default(0.1),
  sure: name,
  unsure: name,
});

const MAX_EVIDENCE = 5;
const MAX_EVIDENCE_CHARS = 40;

/** Reads kind, category and urgency out of what was told, and the place and time if they are in it. */
export const classify: StepKind<z.infer<typeof ClassifyStep>> = {
  waits: false,

  enter(step, ctx) {
    const text = textAnswer(ctx.answers[step.from]);
    const chosen = guessAnswer(ctx.answers[step.save]);
    const found = ctx.classify(text);
    const fresh = keepKind(toGuess(found, step.otherwise, step.kinds), chosen);
    // what the complainant chose stands, however the description grows
    const guess = chosen?.by === 'complainant' ? chosenAgain(fresh, chosen) : fresh;
    const isUnsure = guess.by === 'classifier' && !isSure(found, step.sureFrom, step.lead);
    return {
      type: 'goto',
      next: isUnsure ? step.unsure : step.sure,
      set: { [step.save]: guess, ...mined(ctx, text), ...askedInPassing(text, ctx.asides, ctx.answers, ctx.texts) },
    };
  },

  refs: (step) => refsIn('step', { sure: step.sure, unsure: step.unsure === step.sure ? undefined : step.unsure }),
  saves: (step) => [step.save],
};

/** "kapan diperbaiki ya?", said of a report, makes no question of it. */
function keepKind(fresh: Guess, before: Guess | undefined): Guess {
  return before && fresh.kind === 'informasi' ? { ...fresh, kind: before.kind } : fresh;
}

/** The category and what is left to part are the complainant's; the rest is read afresh. */
function chosenAgain(fresh: Guess, { category, by, restricted, matters }: Guess): Guess {
  const { matters: _read, ...one } = fresh;
  return { ...one, category, by, restricted: restricted || fresh.restricted, ...(matters ? { matters } : {}) };
}

/** Reading place and time costs as much as the rest of the turn, so it is left out when both are known. */
function mined(ctx: StepContext, text: string): Answers {
  const { absorb, answers } = ctx;
  const isWanted = [absorb?.place, absorb?.time].some((name) => name !== undefined && answers[name] === undefined);
  if (!isWanted) return {};
  const found = ctx.extract(text);
  return { ...minedPlace(ctx, found), ...minedTime(ctx, found) };
}

function isSure({ candidates: [best, next] }: Classification, sureFrom: number, lead: number): boolean {
  return !best || !next || best.confidence >= sureFrom || best.confidence - next.confidence >= lead;
}

function toGuess(found: Classification, otherwise: string, kinds: Readonly<Record<string, string>> = {}): Guess {
  const best = found.candidates[0];
  return {
    type: 'guess',
    kind: kinds[found.kind] ?? found.kind,
    ...(found.talk && kinds[found.kind] === undefined ? { talk: found.talk } : {}),
    ...(found.elsewhere ? { elsewhere: found.elsewhere } : {}),
    category: best?.category ?? otherwise,
    confidence: best?.confidence ?? 0,
    candidates: found.candidates.slice(0, 3),
    urgency: found.urgency,
    ...(found.matters ? { matters: found.matters } : {}),
    evidence: found.evidence.slice(0, MAX_EVIDENCE).map((word) => word.slice(0, MAX_EVIDENCE_CHARS).toWellFormed()),
    restricted: found.restricted,
    by: 'classifier',
  };
}
