import type { Case, CaseEvent, CaseReport } from '../cases/case.js';
import { openWords } from '../cases/case-update.js';
import type { ReporterStore } from '../cases/reporter-store.js';
import { isPaused, stageOf } from '../cases/sla-clock.js';
import type { Clock } from '../core/clock.js';
import { type Keys, open } from '../core/crypto.js';
import type { Actor } from './actor.js';
import type { CaseHistoryEntry, CaseView } from './api/case.js';
import type { NoteRead } from './audit-reads.js';
import { type CaseAccess, requesterOf } from './case-access.js';
import { actionsFor } from './case-actions.js';
import { cardOf } from './case-card.js';
import type { Directory } from './directory.js';
import { maskName } from './mask-name.js';
import { type Notes, noteOf } from './notes.js';
import { may } from './rights.js';
import { toStaffFile } from './staff-entries.js';

type NameOf = (staffId: string) => string | undefined;

export interface CaseViewDeps {
  readonly access: CaseAccess;
  readonly reporters: Pick<ReporterStore, 'of'>;
  readonly notes: Pick<Notes, 'of'>;
  readonly directory: Directory;
  readonly noteRead: NoteRead;
  readonly keys: Keys;
  readonly clock: Clock;
}

/** A case, opened; noted in the audit log. @throws as {@link CaseAccess.open} */
export type ViewCase = (actor: Actor, number: string) => Promise<CaseView>;

export function createViewCase(deps: CaseViewDeps): ViewCase {
  const { keys } = deps;
  return async (actor, number) => {
    const found = await deps.access.open(actor, number);
    await deps.noteRead(actor.staffId, 'case.read', number);
    const [names, reporters, notes] = await Promise.all([
      deps.directory.all(),
      deps.reporters.of(number),
      may(actor, 'note', 'list') ? deps.notes.of([number]) : [],
    ]);
    const nameOf: NameOf = (staffId) => names.get(staffId)?.name;
    const now = deps.clock.now();
    return {
      card: cardOf(found, { keys, now, nameOf }),
      report: reportOf(found, keys),
      ...clearParts(found, now, nameOf),
      reporters: reporters.map(({ conversationId, audience, unreachableSince }) => ({
        ...{ conversationId, audience, isReachable: unreachableSince === undefined },
      })),
      history: found.history.map((event) => historyEntry(found, event, keys, nameOf)),
      notes: notes.map((note) => noteOf(keys, note, nameOf)),
      ...reviewOf(found, actor),
      actions: actor.role === 'auditor' ? [] : actionsFor(found, requesterOf(actor).role),
    };
  };
}

/** The look that is owed, and whether this person may take it: not at what they revealed themselves. */
function reviewOf({ reviewAt, history }: Case, actor: Actor): Pick<CaseView, 'review'> {
  if (!reviewAt) return {};
  const reveals = history.filter(({ what, at }) => what === 'revealed' && at >= reviewAt);
  const mayLook = may(actor, 'case', 'review') && !reveals.some(({ by }) => by.id === actor.staffId);
  return {
    review: { since: reviewAt.toISOString(), why: reveals.length > 0 ? 'revealed' : 'rated', may: mayLook },
  };
}

function reportOf(found: Case, keys: Keys): NonNullable<CaseView['report']> {
  const { description, place, time, evidenceWords, displayName } = open<CaseReport>(
    keys,
    found._id,
    found.report.buffer,
  );
  const { latitude, longitude } = place ?? {};
  return {
    description,
    ...(place ? { place: place.text } : {}),
    ...(latitude !== undefined && longitude !== undefined ? { point: { latitude, longitude } } : {}),
    ...(time ? { time: time.text } : {}),
    evidenceWords: [...evidenceWords],
    ...(displayName && !found.naming.anonim ? { displayName: maskName(displayName) } : {}),
  };
}

function clearParts(
  found: Case,
  now: Date,
  nameOf: NameOf,
): Omit<CaseView, 'card' | 'report' | 'reporters' | 'history' | 'notes' | 'actions' | 'review'> {
  const { classification, route, agency, alert, rating, outcome, mergedInto } = found;
  return {
    classification: {
      confidence: classification.confidence,
      top: classification.candidates.map(({ category, confidence }) => ({ category, probability: confidence })),
    },
    route: {
      unit: route.target.id,
      reasons: route.reasons.map(({ code, value }) => (value ? `${code}:${value}` : code)),
    },
    ...(agency ? { agency: agency.name } : {}),
    evidence: found.evidence.map(toStaffFile),
    proof: found.proof.map(toStaffFile),
    clocks: found.clocks.map((clock) => ({
      name: clock.name,
      startedAt: clock.startedAt.toISOString(),
      dueSoonAt: clock.dueSoonAt.toISOString(),
      dueAt: clock.dueAt.toISOString(),
      stage: stageOf(clock, now),
      isPaused: isPaused(clock),
      ...(clock.doneAt ? { doneAt: clock.doneAt.toISOString() } : {}),
      provisional: clock.provisional,
    })),
    ...(alert
      ? {
          alert: {
            ...{ level: alert.level, at: alert.at.toISOString() },
            staffNames: alert.staffIds.map((id) => nameOf(id) ?? id),
          },
        }
      : {}),
    ...(rating ? { rating: { stars: rating.stars, at: rating.at.toISOString() } } : {}),
    ...(outcome ? { outcome } : {}),
    ...(mergedInto ? { mergedInto } : {}),
    reopenings: found.reopenings,
  };
}

function historyEntry(found: Case, event: CaseEvent, keys: Keys, nameOf: NameOf): CaseHistoryEntry {
  const { by, agency } = event;
  const name = by.id && nameOf(by.id);
  const words = Object.entries(openWords(keys, found._id, event)).filter(([, text]) => text !== undefined);
  return {
    rev: event.rev,
    at: event.at.toISOString(),
    what: event.what,
    by: { kind: by.kind, ...(by.id ? { staffId: by.id } : {}), ...(name ? { name } : {}) },
    ...(event.from ? { from: event.from } : {}),
    ...(event.to ? { to: event.to } : {}),
    words: Object.fromEntries(words),
    ...(event.unit ? { unit: event.unit } : {}),
    ...(agency ? { agency: agency.name } : {}),
    ...(event.staffId ? { staffId: event.staffId } : {}),
    ...(event.category ? { category: event.category } : {}),
    ...(event.outcome ? { outcome: event.outcome } : {}),
    ...(event.other ? { other: event.other } : {}),
    ...(event.reusedProof ? { reusedProof: true } : {}),
  };
}
