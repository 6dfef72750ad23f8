import { Binary } from 'mongodb';
import { type Keys, open, seal } from '../core/crypto.js';
import type { Attachment } from '../messages/message.js';
import type { Case, CaseEvent, CaseNotice, EventWords, NoticeValues } from './case.js';
import type { NoticeEvent } from './notice-events.js';
import { nextWake, promisedClock } from './sla.js';
import { isPaused, type SlaClock } from './sla-clock.js';

/** Fields to set; `undefined` takes one away. */
export type CasePatch = { readonly [K in keyof Case]?: Case[K] | undefined };

/** One change of a case: what the one update of its document does. */
export interface CaseUpdate {
  readonly patch: CasePatch;
  readonly event: CaseEvent;
  readonly notices: readonly CaseNotice[];
  readonly evidence?: readonly Attachment[];
  readonly proof?: readonly Attachment[];
}

/** What follows from the clocks of a case, kept beside them for the indexes. */
export function clockFields(clocks: readonly SlaClock[], { alert }: Pick<Case, 'alert'>): CasePatch {
  const isStillLate = alert && clocks.some(({ name, doneAt }) => name === alert.clock && !doneAt);
  const promised = promisedClock(clocks.filter((clock) => !isPaused(clock)));
  return {
    clocks,
    wakeAt: nextWake(clocks),
    dueAt: promised?.dueAt,
    dueSoonAt: promised?.dueSoonAt,
    alert: isStillLate ? alert : undefined,
  };
}

/** The id of what a change of a case did: unique, because each change has a `rev` of its own. */
export function eventIdOf(number: string, rev: number): string {
  return `${number}:${rev}`;
}

export function sealWords(keys: Keys, eventId: string, words: EventWords): { readonly said?: Binary } {
  const said = Object.values(words).some((each) => each !== undefined);
  return said ? { said: new Binary(seal(keys, eventId, words)) } : {};
}

/** The words of an event; empty when nothing was said. */
export function openWords(keys: Keys, number: string, { rev, said }: CaseEvent): EventWords {
  return said ? open<EventWords>(keys, eventIdOf(number, rev), said.buffer) : {};
}

/** @param id unique to what is told, e.g. the event's id; see {@link CaseNotice} */
export function noticeOf(
  keys: Keys,
  id: string,
  event: NoticeEvent,
  at: Date,
  values: NoticeValues,
  causedIn?: string,
): CaseNotice {
  return {
    id,
    event,
    at,
    values: new Binary(seal(keys, id, values)),
    ...(causedIn === undefined ? {} : { causedIn }),
  };
}

export function openValues(keys: Keys, { id, values }: Pick<CaseNotice, 'id' | 'values'>): NoticeValues {
  return open<NoticeValues>(keys, id, values.buffer);
}
