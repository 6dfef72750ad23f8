import type { FailedLater } from '../../conversations/failed-later.js';
import type { Clock } from '../../core/clock.js';
import { AppError } from '../../core/errors.js';
import type { InboundMessage } from '../../messages/message.js';
import { asUnavailable } from '../../store/connect.js';
import { type Element, elementsOf } from './delivery.js';
import { helpFor, needsAlert } from './errors.js';
import { type ParseContext, parseMessage } from './parse.js';
import type { NoteReceipts } from './receipts.js';
import type { Signal } from './signals.js';
import { parseStatus, type Receipt } from './status.js';

/** A message that fails each of these tries fails for its own fault. */
const MAX_TRIES = 5;
const FIRST_BACKOFF_MS = 20;
/** A message that isn't durable by then is asked for again; what it hangs on may still finish, and is then a repeat. */
const RECEIVE_TIMEOUT_MS = 25_000;

export interface TakeInDeps {
  readonly account: string;
  readonly identity: ParseContext['identity'];
  readonly clock: Clock;
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
export async function takeIn(deps: TakeInDeps, body: unknown): Promise<Outcome> {
  const context: ParseContext = { account: deps.account, identity: deps.identity, receivedAt: deps.clock.now() };
  const sorted = sort(deps, elementsOf(body, deps.account), context);
  const outcomes = await Promise.all([
    ...[...sorted.chats.values()].map((messages) => takeChat(deps, messages)),
    ...sorted.unreadable.map(({ raw, reason }) => setAside(deps, raw, reason)),
    takeReceipts(deps, sorted.receipts),
    ...sorted.receipts.map((receipt) => takeFailure(deps, receipt)),
  ]);
  return outcomes.includes('again') ? 'again' : 'done';
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

async function takeChat(deps: TakeInDeps, incoming: readonly Incoming[]): Promise<Outcome> {
  for (const { message, raw } of incoming) {
    const taken = await takeMessage(deps, message);
    // what comes behind it must not overtake it when it comes again
    if (taken === 'again') return 'again';
    if (taken === 'poison' && (await setAside(deps, raw, 'receive')) === 'again') return 'again';
  }
  return 'done';
}

async function takeMessage(deps: TakeInDeps, message: InboundMessage): Promise<Outcome | 'poison'> {
  for (let tries = 1; ; tries++) {
    try {
      return await inTime(deps.clock, deps.receive(message));
    } catch (error) {
      if (isAway(error)) return 'again';
      if (tries >= MAX_TRIES) return 'poison';
      await new Promise<void>((resolve) => deps.clock.after(FIRST_BACKOFF_MS * 2 ** (tries - 1), resolve));
    }
  }
}

function inTime(clock: Clock, durable: Promise<unknown>): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(RECEIVE_TIMEOUT_MS, () => resolve('again'));
    durable.then(() => resolve('done'), reject).finally(cancel);
  });
}

async function takeReceipts(deps: TakeInDeps, receipts: readonly Receipt[]): Promise<Outcome> {
  try {
    await deps.noteReceipts(receipts);
    return 'done';
  } catch (error) {
    return isAway(error) ? 'again' : setAside(deps, receipts, 'receipts');
  }
}

async function takeFailure(deps: TakeInDeps, { status, platformId, messageId, code }: Receipt): Promise<Outcome> {
  // without our own id it is of another program that uses this number, or from before we sent ids along
  if (status !== 'failed' || messageId === undefined) return 'done';
  try {
    await deps.noteFailed({ messageId, platformId, code: String(code ?? 'unknown'), helps: helpFor(code) });
    return 'done';
  } catch (error) {
    return isAway(error) ? 'again' : setAside(deps, { platformId, messageId, code }, 'failure');
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

const AWAY: readonly string[] = ['store.unavailable', 'store.newer_schema', 'flow.newer_version', 'conversation.busy'];

/** Not the message's fault: later, or in another process, it can be taken in. */
function isAway(error: unknown): boolean {
  const known = asUnavailable(error);
  return known instanceof AppError && AWAY.includes(known.code);
}
