import { type Keys, open } from '../core/crypto.js';
import { cutText } from '../core/text.js';
import type { Flows } from '../flows/flow.js';
import type { Texts } from '../flows/i18n.js';
import type { Locale } from '../flows/state.js';
import type { Case, CaseEvent, CaseReport } from './case.js';
import { type CaseRules, unitName } from './case-rules.js';
import { openWords } from './case-update.js';
import type { ShowDay } from './describe-case.js';

/** One bubble on every channel; the oldest and the newest of a long story matter most. */
const MAX_CHARS = 3_500;
const MAX_WORDS_CHARS = 200;
const SKIPPED = '…';

/** The course of a case in its complainant's words and ours, to be taken to the Ombudsman. */
export type ShowChronology = (found: Case, locale: Locale) => string;

export function createShowChronology(deps: {
  readonly texts: Texts;
  readonly flows: Flows;
  readonly showDay: ShowDay;
  readonly rules: CaseRules;
  readonly keys: Keys;
}): ShowChronology {
  const { texts, flows, showDay, rules, keys } = deps;

  const lineOf = (found: Case, event: CaseEvent, locale: Locale): string[] => {
    const isLate = event.steps?.some(({ level }) => level !== undefined && level !== 'agent');
    const key = event.what === 'clock' ? (isLate ? 'case_event.late' : undefined) : `case_event.${event.what}`;
    if (!key || !texts.has(key)) return [];
    const { reason, question, result, note } = openWords(keys, found._id, event);
    const words = result ?? reason ?? question ?? note;
    return [
      texts.format(locale, 'chronology.line', {
        day: showDay(event.at, locale),
        what: texts.format(locale, key),
        words: words ? cutText(words, MAX_WORDS_CHARS) : '',
      }),
    ];
  };

  return (found, locale) => {
    const { description, place } = open<CaseReport>(keys, found._id, found.report.buffer);
    const head = texts.format(locale, 'chronology.head', {
      number: found._id,
      category: flows.categoryLabel(found.category, locale),
      unit: unitName(found.unit, found.receivedAt, rules),
      place: place?.text ?? '-',
      description: cutText(description, MAX_WORDS_CHARS),
    });
    const lines = found.history.flatMap((event) => lineOf(found, event, locale));
    return withinBubble(head, lines);
  };
}

/** Leaves lines out of the middle until it fits. */
function withinBubble(head: string, lines: readonly string[]): string {
  const kept = [...lines];
  const text = () => [head, ...kept].join('\n');
  while (text().length > MAX_CHARS && kept.length > 2) {
    const middle = Math.floor(kept.length / 2);
    const gap = kept.indexOf(SKIPPED);
    if (gap < 0) kept.splice(middle, 1, SKIPPED);
    else kept.splice(gap > kept.length / 2 ? gap - 1 : gap + 1, 1);
  }
  return cutText(text(), MAX_CHARS);
}
