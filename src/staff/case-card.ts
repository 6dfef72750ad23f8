import type { Case, CaseReport } from '../cases/case.js';
import { OPEN_CIRCLE } from '../cases/circle.js';
import { isPaused } from '../cases/sla-clock.js';
import { type Keys, open } from '../core/crypto.js';
import { cutText } from '../core/text.js';
import type { CaseCard } from './api/inbox.js';

const MAX_TITLE_CHARS = 100;
const MAX_PLACE_CHARS = 80;

export interface CardFacts {
  readonly keys: Keys;
  readonly now: Date;
  readonly nameOf: (staffId: string) => string | undefined;
}

type Carded = Omit<Case, 'history' | 'notices' | 'evidence' | 'proof' | 'proofCopies' | 'tokens' | 'route'>;

/** What lists show of a case, to somebody who may read it. Pure. */
export function cardOf(found: Carded, { keys, now, nameOf }: CardFacts): CaseCard {
  const report = open<CaseReport>(keys, found._id, found.report.buffer);
  const { staffId } = found;
  const staffName = staffId && nameOf(staffId);
  const title = cutText(report.description.split('\n')[0]?.trim() ?? '', MAX_TITLE_CHARS);
  return {
    number: found._id,
    status: found.status,
    kind: found.kind,
    category: found.category,
    urgency: found.urgency,
    unit: found.unit,
    desk: found.desk,
    ...(staffId ? { staffId } : {}),
    ...(staffName ? { staffName } : {}),
    anonim: found.naming.anonim,
    restricted: found.restricted || found.circle !== OPEN_CIRCLE,
    title,
    ...(report.place ? { place: cutText(report.place.text, MAX_PLACE_CHARS) } : {}),
    receivedAt: found.receivedAt.toISOString(),
    changedAt: found.changedAt.toISOString(),
    ...(found.dueAt ? { dueAt: found.dueAt.toISOString() } : {}),
    stage: stageNow(found, now),
    isPaused: found.clocks.some((clock) => !clock.doneAt && isPaused(clock)),
    rev: found.rev,
  };
}

function stageNow({ dueAt, dueSoonAt }: Pick<Case, 'dueAt' | 'dueSoonAt'>, now: Date): CaseCard['stage'] {
  if (!dueAt) return 'on_track';
  if (now > dueAt) return 'breached';
  return dueSoonAt && now >= dueSoonAt ? 'due_soon' : 'on_track';
}
