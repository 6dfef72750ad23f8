import { createHash } from 'node:crypto';
import type { Db } from 'mongodb';
import { type CaseRules, unitName, unitNow } from '../cases/case-rules.js';
import { mayRead } from '../cases/circle.js';
import type { Committed } from '../conversations/commit.js';
import type { ConversationRow } from '../conversations/rows.js';
import type { StaffTurns } from '../conversations/staff-turn.js';
import type { Clock } from '../core/clock.js';
import { AppError } from '../core/errors.js';
import type { FileStore } from '../store/files.js';
import type { Actor } from './actor.js';
import type { Alerts } from './alerts.js';
import type { ChatAccess, SeenChat } from './chat-access.js';
import type { Circles } from './circles.js';
import type { Directory } from './directory.js';
import { may } from './rights.js';
import { mayInRow } from './row-sight.js';
import { findUploaded } from './uploaded.js';

export interface ChatDeedsDeps {
  readonly db: Db;
  readonly access: ChatAccess;
  readonly staff: StaffTurns;
  readonly files: Pick<FileStore, 'find'>;
  readonly circles: Circles;
  readonly directory: Directory;
  readonly rules: CaseRules;
  readonly alerts: Pick<Alerts, 'raise'>;
  readonly clock: Clock;
  /** Something beside the turns has changed in a chat. */
  readonly onChanged: (conversationId: string) => void;
}

export type TransferWish = { readonly staffId: string } | { readonly unit: string };

/** What staff do in a chat, by their rights. The same key of the same person is the same deed. */
export interface ChatDeeds {
  claim(actor: Actor, conversationId: string, key: string): Promise<Committed>;
  /** @throws {AppError} `request.invalid` for a file that wasn't uploaded to this chat */
  say(actor: Actor, conversationId: string, key: string, text: string, fileIds: readonly string[]): Promise<Committed>;
  release(actor: Actor, conversationId: string, key: string): Promise<Committed>;
  /** @throws {AppError} `request.invalid` for somebody who can't talk in this chat, or a unit that isn't known */
  transfer(actor: Actor, conversationId: string, key: string, to: TransferWish): Promise<Committed>;
  /** Staff have seen what came up to a turn. @param seq the newest turn on screen; the newest of all when omitted */
  markRead(actor: Actor, conversationId: string, seq?: number): Promise<void>;
}

/** The key of a deed: those of different people never meet, and it fits a turn's 128 bytes. */
export function deedKeyOf({ staffId }: Pick<Actor, 'staffId'>, key: string): string {
  return `staff:${createHash('sha256')
    .update(JSON.stringify([staffId, key]))
    .digest('base64url')}`;
}

export function createChatDeeds(deps: ChatDeedsDeps): ChatDeeds {
  const { access, staff } = deps;
  const rows = deps.db.collection<ConversationRow>('conversations');

  const overrides = ({ sight, row }: SeenChat) => (mayInRow(sight, row, 'assign') ? { override: true } : {});

  const colleagueFor = async (chat: SeenChat, staffId: string): Promise<TransferWish> => {
    const card = (await deps.directory.all()).get(staffId);
    const colleague: Actor | undefined = card && {
      staffId: card.id,
      name: card.name,
      role: card.role,
      units: card.units,
      via: 'session',
    };
    const rule = await deps.circles.rules();
    const talks = colleague && may(colleague, 'conversation', 'say', { staffId });
    const isInCircle = colleague && chat.cases.every((each) => !each.restricted || mayRead(colleague, each, rule));
    if (!talks || !isInCircle)
      throw new AppError('request.invalid', 'This colleague cannot take the conversation', { field: 'staffId' });
    return { staffId };
  };

  return {
    async claim(actor, conversationId, key) {
      await access.open(actor, conversationId, 'claim');
      return staff.claim(conversationId, actor.staffId, deedKeyOf(actor, key));
    },

    async say(actor, conversationId, key, text, fileIds) {
      const { row } = await access.open(actor, conversationId, 'read');
      // who could say something if they held it is told who does; who never could is refused
      if (!may(actor, 'conversation', 'say', { staffId: actor.staffId }))
        throw new AppError('request.forbidden', 'Your role does not allow this', {
          object: 'conversation',
          verb: 'say',
        });
      const attachments = await findUploaded(deps.files, row._id, fileIds);
      return staff.say(conversationId, actor.staffId, deedKeyOf(actor, key), text, attachments);
    },

    async release(actor, conversationId, key) {
      const chat = await access.open(actor, conversationId);
      demandHold(chat, 'release');
      return staff.release(conversationId, actor.staffId, deedKeyOf(actor, key), overrides(chat));
    },

    async transfer(actor, conversationId, key, to) {
      const chat = await access.open(actor, conversationId);
      demandHold(chat, 'transfer');
      const now = deps.clock.now();
      if ('staffId' in to) await colleagueFor(chat, to.staffId);
      else if (!Object.hasOwn(deps.rules.routing.units, to.unit))
        throw new AppError('request.invalid', 'There is no such unit', { field: 'unit' });
      const target =
        'staffId' in to
          ? to
          : { unit: unitNow(to.unit, now, deps.rules), unitName: unitName(to.unit, now, deps.rules) };
      const done = await staff.transfer(conversationId, actor.staffId, deedKeyOf(actor, key), target, overrides(chat));
      if ('staffId' in to && to.staffId !== actor.staffId) {
        const { seq, at } = done.turn;
        const _id = `assigned:${conversationId}:${seq}`;
        await deps.alerts.raise({ _id, what: 'assigned', subject: conversationId, staffId: to.staffId, at });
      }
      return done;
    },

    async markRead(actor, conversationId, seq) {
      const { row } = await access.open(actor, conversationId, 'read');
      if (!may(actor, 'conversation', 'claim')) return;
      if (seq !== undefined && seq < row.lastSeq) return;
      await rows.updateOne(
        { _id: conversationId, lastSeq: { $lte: row.lastSeq } },
        { $set: { unread: 0, readInbound: row.inbound, changedAt: deps.clock.now() } },
      );
      deps.onChanged(conversationId);
    },
  };
}

/** Whoever holds the chat, or leads; somebody else who could hold it is told by the turn itself who does. */
function demandHold({ sight, row }: SeenChat, verb: 'release' | 'transfer'): void {
  if (mayInRow(sight, row, verb) || may(sight.actor, 'conversation', verb, { staffId: sight.actor.staffId })) return;
  throw new AppError('request.forbidden', 'Your role does not allow this', { object: 'conversation', verb });
}
