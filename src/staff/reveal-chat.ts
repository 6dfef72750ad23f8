import type { Db } from 'mongodb';
import { openContent } from '../conversations/turn-content.js';
import type { Clock } from '../core/clock.js';
import type { Keys } from '../core/crypto.js';
import { AppError } from '../core/errors.js';
import type { Actor } from './actor.js';
import type { Revealed } from './api/conversation.js';
import type { Audit } from './audit.js';
import type { ChatAccess, SeenChat } from './chat-access.js';
import { deedKeyOf } from './chat-deeds.js';
import type { Reveal } from './reveal.js';
import { may } from './rights.js';
import { standingIn } from './row-sight.js';

const APPROVAL_MS = 60 * 60 * 1000;

interface Approval {
  /** `<conversationId>#<for>#<by>` */
  readonly _id: string;
  readonly expiresAt: Date;
}

export interface RevealWish {
  readonly reason: string;
  /** Who consented, where the complainant asked not to be known. */
  readonly approvedBy?: string | undefined;
}

/** Who is behind a chat: masked until somebody has a reason, and audited before it is told. */
export interface RevealChat {
  /**
   * @throws {AppError} `request.forbidden` without the right; for a chat with an anonim case also unless `approvedBy`
   * consented within the last hour
   */
  reveal(actor: Actor, conversationId: string, key: string, wish: RevealWish): Promise<Revealed>;
  /** Consents that a colleague may know, for an hour. @throws {AppError} `request.forbidden`, `request.invalid` */
  approve(actor: Actor, conversationId: string, staffId: string): Promise<void>;
}

export function createRevealChat(deps: {
  readonly db: Db;
  readonly access: ChatAccess;
  readonly reveal: Reveal;
  readonly audit: Pick<Audit, 'append'>;
  readonly keys: Keys;
  readonly clock: Clock;
}): RevealChat {
  const approvals = deps.db.collection<Approval>('reveal_approvals');
  const idOf = (conversationId: string, forStaff: string, by: string) => `${conversationId}#${forStaff}#${by}`;

  const demandApproval = async (conversationId: string, { staffId }: Actor, approvedBy: string): Promise<void> => {
    const found = approvedBy !== '' && (await approvals.findOne({ _id: idOf(conversationId, staffId, approvedBy) }));
    if (!found || found.expiresAt <= deps.clock.now() || approvedBy === staffId)
      throw new AppError('request.forbidden', 'A second person must approve first', { field: 'approvedBy' });
  };

  return {
    async reveal(actor, conversationId, key, { reason, approvedBy = '' }) {
      const chat = await deps.access.open(actor, conversationId);
      demandIdentity(chat, 'reveal');
      if (chat.row.anonim) {
        await demandApproval(conversationId, actor, approvedBy);
        // those of other offices too: each has whoever answers for it look at this
        for (const [index, number] of chat.anonim.entries()) {
          const one = `${deedKeyOf(actor, key)}:${index}`;
          await deps.reveal({ number, by: actor.staffId, approvedBy, reason, key: one });
        }
      }
      await deps.audit.append({
        by: actor.staffId,
        what: 'conversation.revealed',
        subject: conversationId,
        details: { reason, ...(approvedBy ? { approvedBy } : {}) },
      });
      const { address, displayName } = openContent(deps.keys, chat.tip);
      return { ...(displayName ? { name: displayName } : {}), channel: address.channel, chatId: address.chatId };
    },

    async approve(actor, conversationId, staffId) {
      const chat = await deps.access.open(actor, conversationId);
      demandIdentity(chat, 'manage');
      if (staffId === actor.staffId)
        throw new AppError('request.invalid', 'Nobody approves for themselves', { field: 'staffId' });
      await deps.audit.append({
        by: actor.staffId,
        what: 'conversation.reveal_approved',
        subject: conversationId,
        details: { for: staffId },
      });
      const expiresAt = new Date(deps.clock.now().getTime() + APPROVAL_MS);
      await approvals.updateOne(
        { _id: idOf(conversationId, staffId, actor.staffId) },
        { $set: { expiresAt } },
        { upsert: true },
      );
    },
  };
}

/** Whether somebody may learn, or let a colleague learn, who is behind a chat of this unit and holder. */
export function mayKnow({ sight, row }: Pick<SeenChat, 'sight' | 'row'>, verb: 'reveal' | 'manage'): boolean {
  const at = { ...(row.unit ? { unit: row.unit } : {}), ...(row.staffId ? { staffId: row.staffId } : {}) };
  return may(standingIn(sight), 'case_identity', verb, at);
}

function demandIdentity(chat: SeenChat, verb: 'reveal' | 'manage'): void {
  if (mayKnow(chat, verb)) return;
  throw new AppError('request.forbidden', 'Your role does not allow this', { object: 'case_identity', verb });
}
