import { type Tip, tipOf } from '../conversations/tips.js';
import type { Turn } from '../conversations/turn.js';
import { openContent } from '../conversations/turn-content.js';
import type { TurnStore } from '../conversations/turn-store.js';
import type { Clock } from '../core/clock.js';
import type { Keys } from '../core/crypto.js';
import type { Flows } from '../flows/flow.js';
import type { Texts } from '../flows/i18n.js';
import type { Locale } from '../flows/state.js';
import type { Attachment } from '../messages/message.js';
import type { Actor } from './actor.js';
import type { ConversationView, EntriesPage, StaffEntry } from './api/conversation.js';
import type { NoteRead } from './audit-reads.js';
import { cardOf } from './case-card.js';
import type { ChatAccess, SeenChat } from './chat-access.js';
import type { ConsoleLabels } from './console-labels.js';
import type { Directory } from './directory.js';
import { handoverContextOf } from './handover-context.js';
import { inboxRowOf } from './inbox-row.js';
import type { FindReceipts } from './message-receipts.js';
import { findNewestWords } from './newest-words.js';
import { type Notes, noteOf } from './notes.js';
import { mayKnow } from './reveal-chat.js';
import { may } from './rights.js';
import { mayInRow } from './row-sight.js';
import { staffEntriesOf } from './staff-entries.js';
import { createHideCodes } from './typed-codes.js';
import type { Viewers } from './viewers.js';

const PAGE_TURNS = 50;

export interface ChatViewDeps {
  readonly access: ChatAccess;
  readonly turns: Pick<TurnStore, 'newest' | 'before' | 'after' | 'each'>;
  readonly resolveFiles: (lane: string, attachments: readonly Attachment[]) => Promise<Attachment[]>;
  readonly findReceipts: FindReceipts;
  readonly notes: Notes;
  readonly viewers: Viewers;
  readonly directory: Directory;
  readonly noteRead: NoteRead;
  readonly texts: Texts;
  readonly flows: Flows;
  readonly labels: ConsoleLabels;
  readonly keys: Keys;
  readonly clock: Clock;
}

export interface ChatView {
  /** A chat with its newest 50 turns; noted in the audit log. @throws as {@link ChatAccess.open} */
  open(actor: Actor, conversationId: string, locale: Locale): Promise<ConversationView>;
  /** The 50 turns before a seq, or `limit` of those after one. @throws as {@link ChatAccess.open} */
  entries(
    actor: Actor,
    conversationId: string,
    where: { readonly before?: number | undefined; readonly after?: number | undefined; readonly limit: number },
  ): Promise<EntriesPage>;
}

export function createChatView(deps: ChatViewDeps): ChatView {
  const { keys } = deps;

  const namesNow = async () => {
    const names = await deps.directory.all();
    return (staffId: string) => names.get(staffId)?.name;
  };

  /** @param turns oldest first */
  const entriesOf = async (turns: readonly Turn[], cases: SeenChat['cases']): Promise<StaffEntry[]> => {
    const opened = turns.map((turn) => ({ turn, content: openContent(keys, turn) }));
    const [nameOf, receiptOf, files] = await Promise.all([
      namesNow(),
      deps.findReceipts(turns),
      resolved(
        deps,
        opened.map(({ turn, content }) => [turn.lane, content.inbound?.attachments ?? []]),
      ),
    ]);
    const fileOf = (lane: string, file: Attachment) =>
      (file.platformRef === undefined ? undefined : files.get(`${lane}#${file.platformRef}`)) ?? file;
    const numbers = [...cases.map(({ _id }) => _id), ...turns.flatMap(({ after }) => after.lastCase ?? [])];
    const texts = opened.flatMap(({ content }) => content.inbound?.text ?? []);
    const hideCodes = createHideCodes(keys.receiptKey, numbers, texts);
    return opened.flatMap(({ turn, content }) =>
      staffEntriesOf(turn, content, { nameOf, receiptOf, fileOf, hideCodes }),
    );
  };

  const rowShown = async ({ row, cases }: SeenChat, nameOf: (staffId: string) => string | undefined) => {
    const words = await findNewestWords(deps, [row]);
    const newest = cases.find(({ _id }) => _id === row.lastCase);
    const card = newest && cardOf(newest, { keys, now: deps.clock.now(), nameOf });
    return inboxRowOf(row, { words: words.get(row._id), card, nameOf });
  };

  return {
    async open(actor, conversationId, locale) {
      const chat = await deps.access.open(actor, conversationId);
      await deps.noteRead(actor.staffId, 'conversation.read', conversationId);
      const { row, cases, sight } = chat;
      const nameOf = await namesNow();
      const turns = (await deps.turns.newest(conversationId, PAGE_TURNS)).reverse();
      const now = deps.clock.now();
      const subjects = [conversationId, ...cases.map(({ _id }) => _id)];
      const [shown, entries, notes, viewers] = await Promise.all([
        rowShown(chat, nameOf),
        entriesOf(turns, cases),
        may(actor, 'note', 'list') ? deps.notes.of(subjects) : [],
        deps.viewers.of(conversationId, nameOf),
      ]);
      const tip: Tip = tipOf(keys, turns.at(-1) ?? chat.tip);
      const lastWords = entries.findLast(({ from, text }) => from === 'citizen' && text !== '')?.text ?? '';
      const holds = row.mode === 'staff' && row.staffId === actor.staffId;
      const overrules = mayInRow(sight, row, 'assign');
      return {
        row: shown,
        entries,
        ...olderThan(turns),
        cases: cases.map((each) => cardOf(each, { keys, now, nameOf })),
        notes: notes.map((note) => noteOf(keys, note, nameOf)),
        context: handoverContextOf(tip, lastWords, locale, deps),
        viewers,
        may: {
          claim: !holds && mayInRow(sight, row, 'claim'),
          say: holds && mayInRow(sight, row, 'say'),
          release: row.mode === 'staff' && (holds || overrules) && mayInRow(sight, row, 'release'),
          transfer: (holds || overrules) && mayInRow(sight, row, 'transfer'),
          reveal: mayKnow(chat, 'reveal'),
        },
      };
    },

    async entries(actor, conversationId, { before, after, limit }) {
      const { cases } = await deps.access.open(actor, conversationId);
      await deps.noteRead(actor.staffId, 'conversation.read', conversationId);
      if (after !== undefined) {
        const found = await deps.turns.after(conversationId, after, limit + 1);
        const turns = found.slice(0, limit);
        const last = turns.at(-1);
        const isMore = last !== undefined && found.length > limit;
        return { entries: await entriesOf(turns, cases), ...(isMore ? { newerAfter: last.seq } : {}) };
      }
      const found = await (before === undefined
        ? deps.turns.newest(conversationId, PAGE_TURNS)
        : deps.turns.before(conversationId, before, PAGE_TURNS));
      const turns = found.reverse();
      return { entries: await entriesOf(turns, cases), ...olderThan(turns) };
    },
  };
}

function olderThan(turns: readonly Turn[]): { olderBefore?: number } {
  const first = turns[0];
  return first && first.seq > 1 ? { olderBefore: first.seq } : {};
}

/** By lane and reference: the files that are still at a platform in the turns' own words. */
async function resolved(
  { resolveFiles }: Pick<ChatViewDeps, 'resolveFiles'>,
  sent: readonly (readonly [string, readonly Attachment[]])[],
): Promise<ReadonlyMap<string, Attachment>> {
  const byLane = new Map<string, Attachment[]>();
  for (const [lane, files] of sent) {
    const owed = files.filter((file) => file.platformRef !== undefined);
    if (owed.length > 0) byLane.set(lane, [...(byLane.get(lane) ?? []), ...owed]);
  }
  const known = new Map<string, Attachment>();
  for (const [lane, files] of byLane) {
    for (const file of await resolveFiles(lane, files)) known.set(`${lane}#${file.platformRef ?? ''}`, file);
  }
  return known;
}
