import type { Case } from '../cases/case.js';
import type { CaseStore } from '../cases/case-store.js';
import { type CircleRules, mayRead, OPEN_CIRCLE } from '../cases/circle.js';
import type { Committed } from '../conversations/commit.js';
import type { RowScope } from '../conversations/row-scope.js';
import type { Clock } from '../core/clock.js';
import type { Keys } from '../core/crypto.js';
import type { Logger } from '../core/log.js';
import type { Actor } from './actor.js';
import { type Alert, type Alerts, raiseAll } from './alerts.js';
import type { LiveEvent } from './api/live.js';
import { cardOf } from './case-card.js';
import { type Circles, type Sight, sightOf } from './circles.js';
import type { Directory } from './directory.js';
import { alertEvent, alertsOfCase, alertsOfTurn } from './feed-alerts.js';
import { type BuildRows, type BuiltRow, rowEventFor, type TailedRow } from './feed-rows.js';
import { noteOf, type StoredNote } from './notes.js';
import { may } from './rights.js';
import { mayInRow } from './row-sight.js';
import type { Viewers } from './viewers.js';

/** What happens within it is told together: a turn, its effects, its row. */
const GATHER_MS = 25;
const MAX_KNOWN = 10_000;

type Deliveries = Extract<LiveEvent, { type: 'deliveries' }>['deliveries'];
type KnownCase = Pick<Case, 'rev' | 'circle' | 'unit' | 'staffId'>;

/** Somebody's open stream. */
export interface FeedReader {
  readonly actor: Actor;
  /** @param event JSON of a LiveEvent */
  readonly send: (event: string) => void;
  /** Something happened that may have changed their counts. */
  readonly countsChanged: () => void;
}

export interface FeedDeps {
  readonly buildRows: BuildRows;
  readonly cases: Pick<CaseStore, 'findAll'>;
  readonly rowScope: Pick<RowScope, 'refreshOf'>;
  readonly viewers: Viewers;
  readonly alerts: Pick<Alerts, 'raise'>;
  readonly circles: Circles;
  readonly directory: Directory;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Tells every open stream of this process what changes, each what its reader may see. */
export interface Feed {
  /** @returns the unsubscribe */
  follow(reader: FeedReader): () => void;
  readonly size: () => number;
  committed(committed: Committed): void;
  changed(conversationId: string): void;
  caseChanged(number: string): void;
  noted(note: StoredNote): void;
  viewersChanged(conversationId: string): void;
  /** Messages of a chat have got further. */
  delivered(conversationId: string, deliveries: Deliveries): void;
  /** Something wants attention. */
  alerted(alert: Alert): void;
  /** True when this chat was last told of as it stands in this row. */
  knows(row: TailedRow): boolean;
  /** Remembers how a chat was shown to somebody, so that they are told when they may not see it any more. */
  remember(built: readonly BuiltRow[]): void;
  /** Resolves when what was told to it so far is out. */
  drain(): Promise<void>;
}

export function createFeed(deps: FeedDeps): Feed {
  const { clock, log, keys } = deps;
  const readers = new Set<FeedReader>();
  /** By chat: how it was told last. */
  const known = new Map<string, BuiltRow>();
  const knownCases = new Map<string, KnownCase>();
  /** Turns whose rows aren't written yet. */
  const fresh = new Map<string, Committed>();
  let chats = new Set<string>();
  let numbers = new Set<string>();
  let notes = new Map<string, StoredNote>();
  let watched = new Set<string>();
  let called = new Map<string, Alert>();
  let ticked = new Map<string, Deliveries>();
  let scheduled = false;
  let running: Promise<void> = Promise.resolve();

  const schedule = () => {
    if (scheduled) return;
    scheduled = true;
    clock.after(GATHER_MS, () => {
      scheduled = false;
      running = running
        .then(flush)
        .catch((error: unknown) => log.warn({ err: error }, 'changes could not be told to open consoles'));
    });
  };

  const remember = (built: BuiltRow) => {
    known.delete(built.row._id);
    known.set(built.row._id, built);
    const oldest = known.size > MAX_KNOWN ? known.keys().next().value : undefined;
    if (oldest !== undefined) known.delete(oldest);
  };

  const tellRow = (built: BuiltRow, sights: ReadonlyMap<FeedReader, Sight>, rules: CircleRules) => {
    const before = known.get(built.row._id);
    if (before?.full === built.full && sameSight(before, built)) return;
    remember(built);
    const gone = JSON.stringify({ type: 'row_gone', conversationId: built.row._id });
    for (const [reader, sight] of sights) {
      const event = rowEventFor(sight, built, rules);
      if (event) reader.send(event);
      // of a chat that wasn't known it can't be said who saw it; its id tells nothing
      else if (before ? rowEventFor(sight, before, rules) : built.row.lastSeq > 1) reader.send(gone);
      if (event || before) reader.countsChanged();
    }
  };

  const tellCase = (
    found: Case,
    sights: ReadonlyMap<FeedReader, Sight>,
    rules: CircleRules,
    nameOf: (staffId: string) => string | undefined,
  ) => {
    const before = knownCases.get(found._id);
    if (before?.rev === found.rev) return;
    if (knownCases.size >= MAX_KNOWN) knownCases.clear();
    const { rev, circle, unit, staffId } = found;
    knownCases.set(found._id, { rev, circle, unit, ...(staffId ? { staffId } : {}) });
    const isMoved = found.history.at(-1)?.unit !== undefined;
    const event = JSON.stringify({ type: 'case', card: cardOf(found, { keys, now: clock.now(), nameOf }) });
    const gone = JSON.stringify({ type: 'case_gone', number: found._id });
    for (const [reader, { actor }] of sights) {
      if (!may(actor, 'case', 'stream')) continue;
      if (mayRead(actor, found, rules)) reader.send(event);
      else if (
        before ? mayRead(actor, before, rules) : isMoved || mayRead(actor, { ...found, circle: OPEN_CIRCLE }, rules)
      )
        reader.send(gone);
    }
  };

  const tellNote = (
    note: StoredNote,
    seen: ReadonlyMap<string, BuiltRow>,
    cases: ReadonlyMap<string, Case>,
    sights: ReadonlyMap<FeedReader, Sight>,
    rules: CircleRules,
    nameOf: (staffId: string) => string | undefined,
  ) => {
    const event = JSON.stringify({ type: 'note', subject: note.subject, note: noteOf(keys, note, nameOf) });
    const row = seen.get(note.subject);
    const found = cases.get(note.subject);
    for (const [reader, sight] of sights) {
      const sees = row ? rowEventFor(sight, row, rules) !== undefined : found && mayRead(sight.actor, found, rules);
      if (!sees || !may(sight.actor, 'note', 'read')) continue;
      reader.send(event);
    }
  };

  const tellAlert = (
    alert: Alert,
    row: BuiltRow | undefined,
    found: Case | undefined,
    sights: ReadonlyMap<FeedReader, Sight>,
    rules: CircleRules,
  ) => {
    for (const [reader, sight] of sights) {
      const { actor } = sight;
      if (alert.staffId !== undefined && alert.staffId !== actor.staffId) continue;
      if (mayKnow(alert, sight, row, found, rules)) reader.send(alertEvent(alert));
    }
  };

  const flush = async (): Promise<void> => {
    const [dirtyChats, dirtyNumbers, dirtyNotes, dirtyViewers, alerts] = [chats, numbers, notes, watched, called];
    const delivered = ticked;
    [chats, numbers, notes, watched, called] = [new Set(), new Set(), new Map(), new Set(), new Map()];
    ticked = new Map();
    // who may see a chat follows from its cases
    for (const number of dirtyNumbers) {
      for (const id of await deps.rowScope.refreshOf(number)) dirtyChats.add(id);
    }
    const isChat = (subject: string) => !subject.startsWith('LP-');
    const subjects = [...dirtyNotes.values(), ...alerts.values()].map(({ subject }) => subject);
    const found = await deps.cases.findAll([
      ...new Set([...dirtyNumbers, ...subjects.filter((subject) => !isChat(subject))]),
    ]);
    for (const each of found) {
      if (dirtyNumbers.has(each._id)) raiseAll(deps.alerts, alertsOfCase(each));
    }
    if (readers.size === 0) {
      fresh.clear();
      return;
    }
    const wanted = [...new Set([...dirtyChats, ...dirtyViewers, ...delivered.keys(), ...subjects.filter(isChat)])];
    const [rules, names, built] = await Promise.all([
      deps.circles.rules(),
      deps.directory.all(),
      deps.buildRows(wanted, fresh),
    ]);
    const nameOf = (staffId: string) => names.get(staffId)?.name;
    const sights = new Map([...readers].map((reader) => [reader, sightOf(reader.actor, rules)]));
    const byId = new Map(built.map((each) => [each.row._id, each]));
    for (const each of built) {
      if (fresh.get(each.row._id)?.turn.seq === each.row.lastSeq) fresh.delete(each.row._id);
      if (dirtyChats.has(each.row._id)) tellRow(each, sights, rules);
    }
    for (const each of found) if (dirtyNumbers.has(each._id)) tellCase(each, sights, rules, nameOf);
    const cases = new Map(found.map((each) => [each._id, each]));
    for (const note of dirtyNotes.values()) tellNote(note, byId, cases, sights, rules, nameOf);
    for (const id of dirtyViewers) {
      const row = byId.get(id);
      if (!row) continue;
      const event = JSON.stringify({ type: 'viewers', conversationId: id, viewers: await deps.viewers.of(id, nameOf) });
      for (const [reader, sight] of sights) if (rowEventFor(sight, row, rules)) reader.send(event);
    }
    for (const [conversationId, deliveries] of delivered) {
      const row = byId.get(conversationId);
      if (!row) continue;
      const event = JSON.stringify({ type: 'deliveries', conversationId, deliveries });
      for (const [reader, sight] of sights) if (rowEventFor(sight, row, rules)) reader.send(event);
    }
    for (const alert of alerts.values())
      tellAlert(alert, byId.get(alert.subject), cases.get(alert.subject), sights, rules);
  };

  const mark = <T>(add: () => T): T => {
    const done = add();
    schedule();
    return done;
  };

  return {
    follow(reader) {
      readers.add(reader);
      return () => void readers.delete(reader);
    },
    size: () => readers.size,
    committed(committed) {
      const { conversationId, seq } = committed.turn;
      raiseAll(deps.alerts, alertsOfTurn(committed.turn));
      if (readers.size === 0) return;
      if ((fresh.get(conversationId)?.turn.seq ?? 0) < seq) fresh.set(conversationId, committed);
      mark(() => chats.add(conversationId));
    },
    changed: (conversationId) => void (readers.size > 0 && mark(() => chats.add(conversationId))),
    caseChanged: (number) => void mark(() => numbers.add(number)),
    noted: (note) => void mark(() => notes.set(note._id, note)),
    viewersChanged: (conversationId) => void mark(() => watched.add(conversationId)),
    delivered: (conversationId, deliveries) =>
      void mark(() => ticked.set(conversationId, [...(ticked.get(conversationId) ?? []), ...deliveries])),
    alerted: (alert) => void (readers.size > 0 && mark(() => called.set(alert._id, alert))),
    knows(row) {
      const before = known.get(row._id);
      return before !== undefined && before.row.lastSeq >= row.lastSeq && scopeText(before.row) === scopeText(row);
    },
    remember: (built) => built.forEach(remember),
    async drain() {
      await running;
    },
  };
}

function sameSight(a: BuiltRow, b: BuiltRow): boolean {
  return scopeText(a.row) === scopeText(b.row) && a.case?.circle === b.case?.circle;
}

function scopeText(row: TailedRow): string {
  const { mode, unit = '', queueUnit = '', staffId = '', circles = [], readInbound = 0, blockedAt } = row;
  return JSON.stringify([mode, unit, queueUnit, staffId, circles, readInbound, blockedAt?.getTime()]);
}

/** Alerts name no one, but of a chat or a case they are for whoever could see to it. */
function mayKnow(
  { subject, what, unit, staffId }: Alert,
  sight: Sight,
  row: BuiltRow | undefined,
  found: Case | undefined,
  rules: CircleRules,
): boolean {
  const { actor, units } = sight;
  if (what === 'channel') return may(actor, 'channel', 'read');
  if (what === 'numbers_tried') return may(actor, 'audit', 'read');
  if (unit !== undefined && units && !units.includes(unit)) return false;
  if (found) return mayRead(actor, found, rules);
  if (!row || subject !== row.row._id) return false;
  const event = rowEventFor(sight, row, rules);
  return event !== undefined && (staffId !== undefined || mayInRow(sight, row.row, 'claim'));
}
