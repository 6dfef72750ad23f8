import { maskPersonal } from '../classification/mask.js';
import { cutText } from '../core/text.js';
import type { Flows } from './flow.js';
import type { Flow } from './schema.js';
import type { Answer, Answers, Locale, Params } from './state.js';

/** A long answer is shown by its beginning: the citizen knows it, and bubbles have limits. What we looked up is news. */
const MAX_SHOWN_CHARS = 300;
const HAS = 'has_';

/**
 * Values for a text's placeholders, taken from the answers.
 *
 * `{place}` is the answer as people read it (a place's words, a guess's category, the number of files); `{guess_kind}`
 * is a field of it; `{has_place}` is `yes` or `no`, for ICU select.
 */
export function paramsFor(
  names: readonly string[],
  answers: Answers,
  locale: Locale,
  flows: Flows,
  flow?: Flow,
): Params {
  const params: Record<string, string | number> = {};
  for (const name of names) {
    const answer = answers[name];
    if (typeof answer === 'string' && flow && lookedUp(flow).has(name)) {
      params[name] = answer;
      continue;
    }
    if (typeof answer === 'string' && name === flow?.absorb?.text) {
      // shown back through a platform that keeps it, and perhaps on a screen that others see
      params[name] = maskPersonal(cutText(answer, MAX_SHOWN_CHARS));
      continue;
    }
    const value = name.startsWith(HAS) ? has(answers[name.slice(HAS.length)]) : valueFor(name, answers, locale, flows);
    if (value !== undefined) params[name] = value;
  }
  return params;
}

const known = new WeakMap<Flow, ReadonlySet<string>>();

/** The answers that a flow's look-ups give. */
function lookedUp(flow: Flow): ReadonlySet<string> {
  const names =
    known.get(flow) ??
    new Set(Object.values(flow.steps).flatMap((step) => (step.kind === 'call' ? (step.gives ?? []) : [])));
  known.set(flow, names);
  return names;
}

function has(answer: Answer | undefined): 'yes' | 'no' {
  return answer === undefined || answer === '' || (Array.isArray(answer) && answer.length === 0) ? 'no' : 'yes';
}

function valueFor(name: string, answers: Answers, locale: Locale, flows: Flows): string | number | undefined {
  if (Object.hasOwn(answers, name)) return shown(answers[name], locale, flows);
  const underscore = name.indexOf('_');
  const answer = underscore > 0 ? answers[name.slice(0, underscore)] : undefined;
  if (typeof answer !== 'object') return undefined;
  if (name.endsWith('_matters') && 'type' in answer && answer.type === 'guess') {
    return answer.matters?.map((category) => flows.categoryLabel(category, locale)).join(', ');
  }
  const field = (answer as unknown as Readonly<Record<string, unknown>>)[name.slice(underscore + 1)];
  if (typeof field === 'number') return field;
  return typeof field === 'string' || typeof field === 'boolean' ? cutText(String(field), MAX_SHOWN_CHARS) : undefined;
}

function shown(answer: Answer | undefined, locale: Locale, flows: Flows): string | number | undefined {
  if (typeof answer === 'number') return answer;
  if (typeof answer === 'string') return cutText(answer, MAX_SHOWN_CHARS);
  if (typeof answer === 'boolean') return String(answer);
  if (answer === undefined) return undefined;
  if ('type' in answer)
    return answer.type === 'guess'
      ? flows.categoryLabel(answer.category, locale)
      : cutText(answer.text, MAX_SHOWN_CHARS);
  return answer.length;
}
