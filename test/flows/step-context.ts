import type { Classification, Extraction } from '../../src/classification/types.js';
import { createFlows } from '../../src/flows/flow.js';
import { loadTexts } from '../../src/flows/i18n.js';
import type { Step, StepOf } from '../../src/flows/schema.js';
import { StepSchema } from '../../src/flows/schema.js';
import type { Answers } from '../../src/flows/state.js';
import type { Message, StepContext } from '../../src/flows/step.js';
import { LOCALES_DIR } from './real-flows.js';

export const texts = loadTexts(LOCALES_DIR);

const categories = new Map([
  ['jalan', { label: { id: 'Jalan', en: 'Roads' }, restricted: false }],
  ['pungli', { label: { id: 'Pungli', en: 'Bribery' }, restricted: true }],
]);
const globals = { entry: 'entry', offer: 'offer', waiting: 'waiting', reference: 'status', words: {} };

export const NOTHING_FOUND: Classification = {
  kind: 'pengaduan',
  candidates: [],
  urgency: 'biasa',
  evidence: [],
  restricted: false,
};

/** What a step sees, with answers to look at and fixed findings in its texts. */
export function contextWith(
  answers: Answers = {},
  more: Partial<StepContext> & { found?: Partial<Classification>; extracted?: Extraction } = {},
): StepContext {
  const { found, extracted, ...rest } = more;
  return {
    answers,
    locale: 'id',
    absorb: { text: 'description', files: 'evidence', place: 'place', time: 'time' },
    asides: [],
    texts,
    flows: createFlows([], globals, categories),
    asked: false,
    classify: () => ({ ...NOTHING_FOUND, ...found }),
    extract: () => extracted ?? {},
    findAnswer: () => undefined,
    findRegion: () => undefined,
    reply: (text, rest) => ({ type: 'reply', text, params: {}, ...rest }),
    ...rest,
  };
}

export function message(text: string, more: Partial<Message> = {}): Message {
  return { type: 'message', at: '2026-08-03T09:00:00+07:00', text, early: false, attachments: [], ...more };
}

export function tap(option: string): Message {
  return message('', { choice: { step: 'intake.here', seq: 1, option } });
}

/** Parses a step as its YAML would be, so that defaults are there. */
export function stepFrom<K extends Step['kind']>(kind: K, fields: object): StepOf<K> {
  return StepSchema.parse({ kind, ...fields }) as StepOf<K>;
}
