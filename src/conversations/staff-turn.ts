import type { Calendar } from '../cases/calendar.js';
import type { Clock } from '../core/clock.js';
import type { Keys } from '../core/crypto.js';
import { AppError } from '../core/errors.js';
import { turnIdOf } from '../core/ids.js';
import type { InOrder } from '../core/keyed-queue.js';
import type { Answers, EngineState, HandoverReason, Locale } from '../flows/state.js';
import type { Attachment, Bubble } from '../messages/message.js';
import type { Apply } from './apply.js';
import type { Said, TurnDraft } from './build-turn.js';
import type { Commit, Committed } from './commit.js';
import { nextAfter } from './next-after.js';
import type { Tip, Tips } from './tips.js';
import type { Mode } from './turn.js';
import { engineStateOf, openContent } from './turn-content.js';
import type { TurnStore } from './turn-store.js';

const MAX_TRIES = 10;
/** Holds a conversation that was taken over from the office's phone, until somebody claims it. */
export const PHONE = 'phone';

export interface StaffTurnDeps {
  readonly keys: Keys;
  readonly clock: Clock;
  readonly hours: Calendar;
  readonly inOrder: InOrder;
  readonly turns: TurnStore;
  readonly tips: Tips;
  readonly commit: Commit;
  readonly apply: Apply;
  /** What the bot says when it gets the conversation back: the question of the very step it had reached. */
  readonly resume: (tip: Tip) => readonly Said[];
  /** The state without the question that is put to those who wait for a person in vain. */
  readonly endWait: (state: EngineState) => EngineState;
  /** A text of locales/ in the language of a conversation. */
  readonly say: (text: string, tip: Tip, params?: Readonly<Record<string, string>>) => Said;
}

/** Whose a conversation becomes: a colleague's, or that of whoever of a unit takes it first. */
export type TransferTo = { readonly staffId: string } | { readonly unit: string; readonly unitName: string };

export interface StaffTurnOptions {
  /** For coordinators: also when somebody else holds the conversation. */
  readonly override?: boolean;
}

/** What staff do in a conversation. Each is one turn, so two at once are a race that one of them wins. */
export interface StaffTurns {
  /**
   * Takes the conversation over. Whoever waited for a person is told that one is there.
   *
   * @throws {AppError} `conversation.taken` with the `staffId` who holds it
   */
  claim(conversationId: string, staffId: string, key: string, options?: StaffTurnOptions): Promise<Committed>;
  /** Says something to the citizen. @throws {AppError} `conversation.taken` unless this person holds it */
  say(
    conversationId: string,
    staffId: string,
    key: string,
    text: string,
    attachments?: readonly Attachment[],
  ): Promise<Committed>;
  /**
   * Somebody wrote to the citizen from the office's own phone: that is a takeover. Who it was isn't known; whoever held
   * the conversation goes on holding it. Nothing happens in a chat that has no conversation.
   */
  takeOverFromPhone(conversationId: string, key: string, text: string): Promise<void>;
  /** Gives the conversation back to the bot, which asks its question again. @throws as {@link say} */
  release(conversationId: string, staffId: string, key: string, options?: StaffTurnOptions): Promise<Committed>;
  /**
   * Passes the conversation on to a colleague, or back into the queue of a unit, of which the citizen is told.
   *
   * @throws {AppError} `conversation.taken` when somebody else holds it
   */
  transfer(
    conversationId: string,
    staffId: string,
    key: string,
    to: TransferTo,
    options?: StaffTurnOptions,
  ): Promise<Committed>;
  /**
   * Files a case in the citizen's stead and hands its receipt over: applied before this resolves, or soon after.
   *
   * @param filing the arguments of the `file_case` effect, and what the citizen is told
   * @throws as {@link say}
   */
  fileCase(
    conversationId: string,
    staffId: string,
    key: string,
    filing: { readonly args: Answers; readonly receipt: (locale: Locale) => Bubble },
  ): Promise<Committed>;
  /**
   * Puts a conversation back into the queue because whoever holds it has gone; nothing when they don't hold it any more.
   * @returns true when it waits again
   */
  requeue(conversationId: string, staffId: string, key: string): Promise<boolean>;
}

interface Deed {
  readonly mode: Mode;
  readonly say: readonly Said[];
  readonly isDelivered?: boolean;
  readonly staffId?: string;
  readonly handover?: HandoverReason;
  readonly unit?: string;
  readonly effects?: TurnDraft['effects'];
}

export function createStaffTurns(deps: StaffTurnDeps): StaffTurns {
  return {
    claim: (conversationId, staffId, key, options) =>
      act(deps, conversationId, key, (tip) => {
        const { mode, staffId: holder } = tip.after;
        if (mode === 'staff' && holder !== staffId && holder !== PHONE && !options?.override) throw takenBy(tip);
        return { mode: 'staff', say: mode === 'queued' ? [deps.say('handover.claimed', tip)] : [], staffId };
      }),
    say: (conversationId, staffId, key, text, attachments = []) =>
      act(deps, conversationId, key, (tip) => {
        mustHold(tip, staffId);
        const bubble = { text, ...(attachments.length > 0 ? { attachments } : {}) };
        return { mode: 'staff', say: [{ bubble, kind: 'staff' }], staffId };
      }),
    async takeOverFromPhone(conversationId, key, text) {
      if (!(await deps.tips.get(conversationId))) return;
      await act(deps, conversationId, key, (tip) => ({
        mode: 'staff',
        say: [{ bubble: { text }, kind: 'staff' }],
        isDelivered: true,
        staffId: tip.after.staffId ?? PHONE,
      }));
    },
    release: (conversationId, staffId, key, options) =>
      act(deps, conversationId, key, (tip) => {
        if (!options?.override) mustHold(tip, staffId);
        const resumed = deps.resume(tip);
        return { mode: 'bot', say: resumed.length > 0 ? resumed : [deps.say('handover.released', tip)] };
      }),
    transfer: (conversationId, staffId, key, to, options) =>
      act(deps, conversationId, key, (tip) => {
        if (tip.after.mode === 'staff' && !options?.override) mustHold(tip, staffId);
        if ('staffId' in to) return { mode: 'staff', say: [], staffId: to.staffId };
        const say = [deps.say('handover.transferred', tip, { unit: to.unitName })];
        return { mode: 'queued', say, handover: 'transferred', unit: to.unit };
      }),
    async fileCase(conversationId, staffId, key, { args, receipt }) {
      const committed = await act(deps, conversationId, key, (tip) => {
        mustHold(tip, staffId);
        const say: Said[] = [{ bubble: receipt(tip.after.locale), kind: 'reply' }];
        return { mode: 'staff', say, staffId, effects: [{ type: 'do', name: 'file_case', args }] };
      });
      if (!committed.turn.applyAt) return committed;
      return { ...committed, turn: await deps.inOrder(conversationId, () => deps.apply(committed)) };
    },
    async requeue(conversationId, staffId, key) {
      try {
        await act(deps, conversationId, key, (tip) => {
          mustHold(tip, staffId);
          return { mode: 'queued', say: [deps.say('handover.requeued', tip)], handover: 'requeued' };
        });
        return true;
      } catch (error) {
        if (error instanceof AppError && error.code === 'conversation.taken') return false;
        throw error;
      }
    },
  };
}

function mustHold(tip: Tip, staffId: string): void {
  if (tip.after.mode === 'staff' && tip.after.staffId === staffId) return;
  throw takenBy(tip);
}

function takenBy(tip: Tip): AppError {
  const { staffId } = tip.after;
  return new AppError(
    'conversation.taken',
    staffId ? 'Somebody else holds this conversation' : 'Take the conversation over first',
    {
      ...(staffId ? { staffId } : {}),
    },
  );
}

/** Refuses by a fresh tip only: who holds it may have changed in another process, and a refusal collides with nothing. */
async function judged(deps: StaffTurnDeps, conversationId: string, judge: (tip: Tip) => Deed) {
  const judgeTip = async () => {
    const tip = await deps.tips.get(conversationId);
    if (!tip) throw new AppError('conversation.not_found', 'There is no such conversation');
    return { tip, deed: judge(tip) };
  };
  try {
    return await judgeTip();
  } catch {
    deps.tips.forget(conversationId);
    return judgeTip();
  }
}

async function act(
  deps: StaffTurnDeps,
  conversationId: string,
  key: string,
  judge: (tip: Tip) => Deed,
): Promise<Committed> {
  return deps.inOrder(conversationId, async () => {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const before = await deps.turns.find(turnIdOf(conversationId, key));
      if (before) return { turn: before, content: openContent(deps.keys, before) };
      const { tip, deed } = await judged(deps, conversationId, judge);
      const committed = await deps.commit(draftOf(deps, conversationId, tip, key, deed));
      if (committed) return committed;
    }
    throw new AppError('conversation.busy', 'Too many turns at once in this conversation; try again', {
      tries: MAX_TRIES,
    });
  });
}

function draftOf(deps: StaffTurnDeps, conversationId: string, tip: Tip, key: string, deed: Deed): TurnDraft {
  const at = deps.clock.now();
  const seq = tip.seq + 1;
  const state = deps.endWait(engineStateOf(tip.after, { answers: tip.answers }));
  const { say, staffId, handover, unit } = deed;
  const after = nextAfter(
    tip.after,
    {
      seq,
      at,
      by: 'staff',
      state,
      say,
      promptDelayMs: 0,
      mode: deed.mode,
      ...(staffId ? { staffId } : {}),
      ...(handover ? { handover } : {}),
      ...(unit ? { unit } : {}),
    },
    deps.hours,
  );
  return {
    conversationId,
    seq,
    at,
    source: { kind: 'staff' as const, key },
    address: tip.address,
    ...(tip.displayName ? { displayName: tip.displayName } : {}),
    after,
    answers: state.runs.map((run) => run.answers),
    say,
    effects: deed.effects ?? [],
    earlierKeys: tip.keys,
    ...(deed.isDelivered ? { isDelivered: true } : {}),
  };
}
