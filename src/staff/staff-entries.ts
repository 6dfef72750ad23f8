import { FETCHED } from '../conversations/mark-fetched.js';
import { RECEIPT_MARK } from '../conversations/transcript.js';
import type { OutState, Turn, TurnContent } from '../conversations/turn.js';
import type { Attachment, Bubble } from '../messages/message.js';
import type { StaffEntry, StaffFile } from './api/conversation.js';
import type { Reached } from './message-receipts.js';
import { type HideCodes, RECEIPT_DOTS } from './typed-codes.js';

export function hideReceipt(text: string): string {
  return text.replaceAll(RECEIPT_MARK, RECEIPT_DOTS);
}

/** What turns need to be shown that isn't in them. */
export interface EntryFacts {
  readonly nameOf: (staffId: string) => string | undefined;
  /** The files that attachments have become; see FileLinks. */
  readonly fileOf: (lane: string, attachment: Attachment) => Attachment;
  /** How far a message got beyond us, by the platform's id. */
  readonly receiptOf: (platformId: string) => Reached | undefined;
  readonly hideCodes: HideCodes;
}

/** What a turn shows staff: everything that was said, also what never arrived. Pure. */
export function staffEntriesOf(turn: Turn, content: TurnContent, facts: EntryFacts): StaffEntry[] {
  const { inbound } = content;
  const own: StaffEntry[] = [];
  if (inbound && turn.source.kind === 'citizen') {
    own.push({
      seq: turn.seq,
      part: 0,
      from: 'citizen',
      at: turn.at.toISOString(),
      text: facts.hideCodes(inbound.text),
      ...filesOf(turn.lane, inbound.attachments, facts),
      ...(inbound.location ? { location: inbound.location } : {}),
      ...(inbound.forwarded ? { forwarded: true } : {}),
      ...(inbound.edited ? { edited: true } : {}),
    });
  }
  return [...own, ...content.out.map((bubble, index) => saidEntry(turn, bubble, index, facts))];
}

function saidEntry(turn: Turn, bubble: Bubble, index: number, facts: EntryFacts): StaffEntry {
  const out = turn.out[index];
  // giving a chat back is a deed of staff, and the question that follows is the bot's
  const isStaff = out?.kind === 'staff';
  const { staffId } = turn.after;
  const staffName = staffId && facts.nameOf(staffId);
  return {
    seq: turn.seq,
    part: index + 1,
    from: isStaff ? 'staff' : 'bot',
    at: turn.at.toISOString(),
    text: hideReceipt(bubble.text),
    ...(isStaff && staffId ? { staffId } : {}),
    ...(isStaff && staffName ? { staffName } : {}),
    ...filesOf(turn.lane, bubble.attachments ?? [], facts),
    ...(bubble.options ? { options: bubble.options.map(({ label }) => label) } : {}),
    ...(out ? { delivery: deliveryOf(out, facts) } : {}),
  };
}

function filesOf(lane: string, files: readonly Attachment[], facts: EntryFacts): { files?: StaffFile[] } {
  return files.length > 0 ? { files: files.map((file) => toStaffFile(facts.fileOf(lane, file))) } : {};
}

export function toStaffFile({ kind, fileId, mimeType, sizeBytes, condition, refused }: Attachment): StaffFile {
  return {
    kind,
    ...(fileId ? { fileId } : {}),
    ...(mimeType ? { mimeType } : {}),
    ...(sizeBytes === undefined ? {} : { sizeBytes }),
    ...(condition ? { condition } : {}),
    ...(refused ? { refused } : {}),
  };
}

/** How far a message has got. Pure. */
export function deliveryOf(
  out: OutState,
  { receiptOf }: Pick<EntryFacts, 'receiptOf'>,
): NonNullable<StaffEntry['delivery']> {
  if (out.state === 'dead') return { state: 'dead', reason: out.reason };
  if (out.state !== 'sent') return { state: out.state };
  if (out.platformId === FETCHED) return { state: 'delivered' };
  return receiptOf(out.platformId) ?? { state: 'sent' };
}
