import type { FailedLater } from '../../conversations/failed-later.js';
import type { Clock } from '../../core/clock.js';
import type { Logger } from '../../core/log.js';
import type { InboundMessage } from '../../messages/message.js';
import { createTakeOrGiveUp, isForLater, type TakeOrGiveUp } from '../take-or-give-up.js';
import { type Element, elementsOf } from './delivery.js';
import { helpFor, needsAlert } from './errors.js';
import { type ParseContext, parseMessage } from './parse.js';
import type { NoteReceipts } from './receipts.js';
import type { Signal } from './signals.js';
import { parseStatus, type Receipt } from './status.js';

export interface TakeInDeps {
  readonly account: string;
  readonly identity: ParseContext['identity'];
  readonly clock: Clock;
  readonly log: Logger;
  /** Resolves when the message is durable. */
  readonly receive: (message: InboundMessage) => Promise<unknown>;
  /** Keeps what can't be taken in for its own fault. `reason` is a constant. */
  readonly quarantine: (raw: string, reason: string) => Promise<void>;
  readonly noteReceipts: NoteReceipts;
  /** Sees to a message of ours that Meta took and could not deliver; resolves once that is durable. */
  readonly noteFailed: (failed: FailedLater) => Promise<unknown>;
  readonly signal: Signal;
}

/** `again`: something could not be made durable, so the whole delivery must come once more. */
export type Outcome = 'done' | 'again';

/**
 * Takes in all that one webhook body holds. Each element stands alone: one that can't be read, or that fails every
 * time, goes to quarantine and harms no other. Messages of one chat are taken in order, chats side by side.
 *
 * Never rejects.
 */
export type TakeIn = (body: unknown) => Promise<Outcome>;

export function createTakeIn(deps: TakeInDeps): TakeIn {
  const { account, identity, clock } = deps;
  const lane = `whatsapp_cloud:${account}`;
  // how long Meta waits for an answer isn't documented, and two hangs are longer than anybody waits
  const work: Work = { ...deps, takeOrGiveUp: createTakeOrGiveUp({ ...deps, lane, onHang: 'deliver_again' }) };

  return async (body) => {
    const sorted = sort(deps, elementsOf(body, account), { account, identity, receivedAt: clock.now() });
    const outcomes = await Promise.all([
      ...[...sorted.chats.values()].map((messages) => takeChat(work, messages)),
      ...sorted.unreadable.map(({ raw, reason }) => setAside(deps, raw, reason)),
      takeReceipts(deps, sorted.receipts),
      ...sorted.receipts.map((receipt) => takeFailure(deps, receipt)),
    ]);
    return outcomes.includes('again') ? 'again' : 'done';
  };
}

interface Work extends TakeInDeps {
  readonly takeOrGiveUp: TakeOrGiveUp;
}

interface Incoming {
  readonly message: InboundMessage;
  readonly raw: unknown;
}

interface Sorted {
  readonly chats: Map<string, Incoming[]>;
  readonly receipts: Receipt[];
  readonly unreadable: { readonly raw: unknown; readonly reason: string }[];
}

function sort(deps: TakeInDeps, elements: readonly Element[], context: ParseContext): Sorted {
  const sorted: Sorted = { chats: new Map(), receipts: [], unreadable: [] };
  for (const element of elements) {
    if (element.type === 'message') sortMessage(deps, sorted, element, context);
    else if (element.type === 'status') sortStatus(deps, sorted, element.raw);
    else if (element.type === 'unreadable') sorted.unreadable.push(element);
    else if (element.type === 'other_number') deps.signal('other_number', element.phoneNumberId);
    else if (element.type === 'error') deps.signal('account_error', String(element.code));
    else deps.signal('account_news', element.field);
  }
  return sorted;
}

function sortMessage(
  deps: TakeInDeps,
  sorted: Sorted,
  { raw, contacts }: Extract<Element, { type: 'message' }>,
  context: ParseContext,
): void {
  const parsed = parseMessage(raw, contacts, context);
  if (parsed.type === 'unreadable') sorted.unreadable.push({ raw, reason: parsed.reason });
  else if (parsed.type === 'ignore') {
    if (parsed.reason === 'too_old') deps.signal('too_old');
  } else {
    const { chatId } = parsed.message.address;
    const before = sorted.chats.get(chatId);
    if (before) before.push({ message: parsed.message, raw });
    else sorted.chats.set(chatId, [{ message: parsed.message, raw }]);
  }
}

function sortStatus(deps: TakeInDeps, sorted: Sorted, raw: unknown): void {
  const parsed = parseStatus(raw);
  if (parsed.type === 'unreadable') sorted.unreadable.push({ raw, reason: parsed.reason });
  else if (parsed.type === 'receipt') {
    sorted.receipts.push(parsed.receipt);
    const { status, code } = parsed.receipt;
    if (status !== 'failed') return;
    deps.signal('delivery_failed', code === undefined ? 'unknown' : String(code));
    if (code !== undefined && needsAlert({ code })) deps.signal('send_needs_person', String(code));
  }
}

async function takeChat(deps: Work, incoming: readonly Incoming[]): Promise<Outcome> {
  for (const each of incoming) {
    // what comes behind it must not overtake it when it comes again
    if ((await takeMessage(deps, each)) === 'again') return 'again';
  }
  return 'done';
}

async function takeMessage(deps: Work, { message, raw }: Incoming): Promise<Outcome> {
  try {
    const reason = await deps.takeOrGiveUp(message);
    return reason === undefined ? 'done' : setAside(deps, raw, reason);
  } catch {
    return 'again';
  }
}

async function takeReceipts(deps: TakeInDeps, receipts: readonly Receipt[]): Promise<Outcome> {
  try {
    await deps.noteReceipts(receipts);
    return 'done';
  } catch (error) {
    return isForLater(error) ? 'again' : setAside(deps, receipts, 'receipts');
  }
}

async function takeFailure(deps: TakeInDeps, { status, platformId, messageId, code }: Receipt): Promise<Outcome> {
  // without our own id it is of another program that uses this number, or from before we sent ids along
  if (status !== 'failed' || messageId === undefined) return 'done';
  try {
    await deps.noteFailed({ messageId, platformId, code: String(code ?? 'unknown'), helps: helpFor(code) });
    return 'done';
  } catch (error) {
    return isForLater(error) ? 'again' : setAside(deps, { platformId, messageId, code }, 'failure');
  }
}

async function setAside(deps: TakeInDeps, raw: unknown, reason: string): Promise<Outcome> {
  try {
    await deps.quarantine(textOf(raw), reason);
    deps.signal('quarantined', reason);
    return 'done';
  } catch {
    // nothing of it is kept anywhere, so Meta must keep it
    return 'again';
  }
}

function textOf(raw: unknown): string {
  try {
    return JSON.stringify(raw) ?? 'undefined';
  } catch {
    return 'too deep to be written'; // Node reads deeper nesting than it writes
  }
}
