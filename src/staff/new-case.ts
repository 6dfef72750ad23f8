import type { CaseReads } from '../cases/case-reads.js';
import type { CaseStore } from '../cases/case-store.js';
import type { StaffTurns } from '../conversations/staff-turn.js';
import { RECEIPT_MARK } from '../conversations/transcript.js';
import type { TurnStore } from '../conversations/turn-store.js';
import type { Clock } from '../core/clock.js';
import { AppError } from '../core/errors.js';
import { turnIdOf } from '../core/ids.js';
import type { Texts } from '../flows/i18n.js';
import type { Answers, Guess } from '../flows/state.js';
import type { Attachment } from '../messages/message.js';
import type { FileStore } from '../store/files.js';
import type { Actor } from './actor.js';
import type { NewCaseBody } from './api/case.js';
import type { ChatAccess } from './chat-access.js';
import { deedKeyOf } from './chat-deeds.js';
import { demand } from './rights.js';
import { rowAt } from './row-sight.js';
import { findUploaded } from './uploaded.js';

export interface NewCaseDeps {
  readonly access: ChatAccess;
  readonly staff: Pick<StaffTurns, 'fileCase'>;
  readonly turns: Pick<TurnStore, 'find'>;
  readonly reads: Pick<CaseReads, 'reserve_case_number'>;
  readonly cases: Pick<CaseStore, 'find'>;
  readonly files: Pick<FileStore, 'find'>;
  /** Whether a category is restricted; undefined when there is none of this id. */
  readonly categoryOf: (id: string) => { readonly restricted: boolean } | undefined;
  readonly kinds: ReadonlySet<string>;
  readonly texts: Texts;
  readonly clock: Clock;
}

/**
 * Files a case in the citizen's stead, in a chat that this person holds. The citizen gets the receipt there.
 *
 * @throws {AppError} `request.invalid` for a category, kind or file there isn't, `conversation.taken` unless they hold the chat
 */
export type FileNewCase = (
  actor: Actor,
  conversationId: string,
  key: string,
  wanted: NewCaseBody,
) => Promise<{ readonly number: string }>;

export function createFileNewCase(deps: NewCaseDeps): FileNewCase {
  return async (actor, conversationId, key, wanted) => {
    const { row, tip } = await deps.access.open(actor, conversationId);
    const { staffId: _holder, ...unit } = rowAt(row);
    demand(actor, 'conversation', 'write', { ...unit, staffId: actor.staffId });
    const category = deps.categoryOf(wanted.category);
    if (!category) throw new AppError('request.invalid', 'There is no such category', { field: 'category' });
    if (!deps.kinds.has(wanted.kind)) throw new AppError('request.invalid', 'There is no such kind', { field: 'kind' });
    const deedKey = deedKeyOf(actor, key);
    const before = await deps.turns.find(turnIdOf(conversationId, deedKey));
    if (before?.after.lastCase) return { number: before.after.lastCase };
    const evidence = await findUploaded(deps.files, conversationId, wanted.fileIds);
    const reserved = await deps.reads.reserve_case_number(
      { kind: wanted.kind, category: wanted.category, description: wanted.description, place: wanted.place ?? '' },
      { conversationId, now: deps.clock.now(), locale: tip.after.locale },
    );
    const { case_number: number, verify_by: verifyBy } = reserved.found ? reserved.answers : {};
    if (typeof number !== 'string') throw new AppError('store.unavailable', 'No case number could be had');
    const { turn } = await deps.staff.fileCase(conversationId, actor.staffId, deedKey, {
      args: argsOf(number, wanted, evidence, category.restricted),
      receipt: (locale) => ({
        text: deps.texts.format(locale, 'intake.filed', {
          ...{ case_number: number, guess_kind: wanted.kind, receiptCode: RECEIPT_MARK, has_chat_link: 'no' },
          ...(typeof verifyBy === 'string' ? { verify_by: verifyBy, has_verify_by: 'yes' } : { has_verify_by: 'no' }),
        }),
        receiptFor: number,
      }),
    });
    // somebody else's try by the same key may have been faster
    return { number: turn.after.lastCase ?? number };
  };
}

function argsOf(
  number: string,
  { description, category, kind, place, urgency }: NewCaseBody,
  evidence: readonly Attachment[],
  restricted: boolean,
): Answers {
  const guess: Guess = {
    ...{ type: 'guess', kind, category, confidence: 1, candidates: [{ category, confidence: 1 }] },
    ...{ urgency, evidence: [], restricted, by: 'staff' },
  };
  return {
    ...{ case_number: number, description, guess },
    ...(place ? { place: { type: 'place', text: place } } : {}),
    ...(evidence.length > 0 ? { evidence } : {}),
  };
}
