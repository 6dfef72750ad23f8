import { type Calendar, localDate } from '../cases/calendar.js';
import type { CaseRules } from '../cases/case-rules.js';
import { proposeRoute } from '../cases/routing.js';
import type { Extract } from '../classification/types.js';
import type { Clock } from '../core/clock.js';
import type { ClassifyAnswer } from './api/admin.js';
import type { LiveTenant } from './tenant-live.js';

/** What a citizen's text would become: nothing of it is kept. Names are Indonesian, as the office's files have them. */
export type TryText = (text: string) => ClassifyAnswer;

export function createTryText(deps: { live: LiveTenant; extract: Extract; clock: Clock; home: Calendar }): TryText {
  const { live, extract, clock, home } = deps;
  const nameOf = (category: string) => live.categories.get(category)?.label.id ?? category;
  return (text) => {
    const today = localDate(clock.now(), home);
    const {
      kind,
      talk,
      candidates,
      evidence,
      urgency,
      urgentWords = [],
      danger,
      matters = [],
      restricted,
    } = live.classify(text);
    const { place, time } = extract(text, today);
    const known = danger === undefined ? undefined : live.current().categories.dangers.get(danger);
    const target = targetFor(candidates[0]?.category, text, place?.text, today, live.rules);
    return {
      kind,
      ...(talk === undefined ? {} : { talk }),
      candidates: candidates.map((each) => ({ ...each, name: nameOf(each.category) })),
      evidence: [...evidence],
      urgency,
      urgentWords: [...urgentWords],
      ...(known ? { danger: { id: known.kind, name: known.label.id, numbers: [...known.numbers] } } : {}),
      matters: matters.map(nameOf),
      restricted,
      ...(place ? { place: place.text } : {}),
      ...(time ? { time } : {}),
      ...(target ? { target } : {}),
    };
  };
}

function targetFor(
  category: string | undefined,
  text: string,
  place: string | undefined,
  on: string,
  { routing }: CaseRules,
): ClassifyAnswer['target'] {
  if (category === undefined) return undefined;
  const { target } = proposeRoute({ category, text, ...(place === undefined ? {} : { place }), on }, routing);
  return { type: target.type, id: target.id, name: target.name };
}
