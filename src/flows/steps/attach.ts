import { z } from 'zod';
import { createMatcher, type OptionMatcher } from '../answers/match-option.js';
import { normalise } from '../answers/normalise.js';
import { addFiles, filesAnswer, MAX_FILES } from '../answers/typed-answers.js';
import { name, refsIn, type StepContext, type StepKind, textKey } from '../step.js';

export const AttachStep = z.strictObject({
  kind: z.literal('attach'),
  text: textKey,
  retry: textKey,
  save: name,
  next: name,
});

/** Asks for photos or other files. Goes on after the first: those of the same album follow and are kept as they come. */
export const attach: StepKind<z.infer<typeof AttachStep>> = {
  waits: true,
  takes: 'files',

  enter(step, ctx) {
    if (!ctx.asked && ctx.answers[step.save] !== undefined) return { type: 'goto', next: step.next };
    const options = OPTIONS.map(({ id, label }) => ({ id, label: ctx.texts.format(ctx.locale, label) }));
    return { type: 'wait', effects: [ctx.reply(step.text, { expect: 'photo', options })] };
  },

  answer(step, ctx, message) {
    if (message.attachments.length > 0) {
      const before = filesAnswer(ctx.answers[step.save]);
      const all = addFiles(before, message.attachments);
      const isFull = before.length + message.attachments.length > MAX_FILES;
      return {
        type: 'goto',
        next: step.next,
        set: { [step.save]: all },
        effects: isFull ? [ctx.reply('engine.files_full', { note: true })] : [],
      };
    }
    const matcher = matcherOf(ctx);
    const id = message.choice?.option ?? matcher.exact(message.text) ?? matcher.close(message.text);
    if (id === 'done') return { type: 'goto', next: step.next };
    if (id === 'remove') return { type: 'goto', next: step.next, set: { [step.save]: [] } };
    return { type: 'free_text', text: step.retry };
  },

  claims: (_step, ctx, text, how) => matcherOf(ctx)[how](text) !== undefined,

  refs: (step) => [
    ...refsIn('text', {
      text: step.text,
      retry: step.retry,
      full: 'engine.files_full',
      done: 'option.done',
      remove: 'option.remove_files',
    }),
    ...refsIn('words', { done: 'done', remove: 'remove_files' }),
    ...refsIn('step', { next: step.next }),
  ],
  saves: (step) => [step.save],
};

const OPTIONS = [
  { id: 'done', label: 'option.done', words: 'done' },
  { id: 'remove', label: 'option.remove_files', words: 'remove_files' },
] as const;

const matchers = new WeakMap<StepContext['texts'], OptionMatcher>();

function matcherOf({ texts }: StepContext): OptionMatcher {
  const known = matchers.get(texts);
  if (known) return known;
  const options = OPTIONS.map(({ id, label, words }) => ({
    id,
    words: new Set([...texts.locales.map((locale) => normalise(texts.format(locale, label))), ...texts.spoken(words)]),
  }));
  const matcher = createMatcher(options, texts);
  matchers.set(texts, matcher);
  return matcher;
}
