import { addComplainant } from '../cases/add-reporter.js';
import type { CaseRules } from '../cases/case-rules.js';
import type { CaseService } from '../cases/case-service.js';
import type { CaseStore } from '../cases/case-store.js';
import type { ChangeRequest } from '../cases/change-request.js';
import type { OpensByCode } from '../cases/code-tries.js';
import { planAddition, planRating } from '../cases/plan-note.js';
import type { ReporterStore } from '../cases/reporter-store.js';
import { isSkmAnswers, SKM_ELEMENTS } from '../cases/skm.js';
import { ENDED_STATUSES } from '../cases/status.js';
import type { SurveyStore } from '../cases/survey-store.js';
import type { Keys } from '../core/crypto.js';
import { AppError } from '../core/errors.js';
import { filesAnswer, textAnswer } from '../flows/answers/typed-answers.js';
import type { Answers, DoName } from '../flows/state.js';
import type { Attachment } from '../messages/message.js';
import type { EffectContext, EffectHandlers, EffectOutcome } from './apply.js';

export interface CaseEffectDeps {
  readonly keys: Keys;
  readonly cases: CaseStore;
  readonly reporters: ReporterStore;
  readonly service: CaseService;
  readonly rules: CaseRules;
  readonly opensByCode: OpensByCode;
  readonly surveys: Pick<SurveyStore, 'add'>;
  /** YYYY-MM in the tenant's zone. */
  readonly monthOf: (at: Date) => string;
  /** After the case holds them: a file that arrives from then on finds it. */
  readonly giveArrived: (lane: string, evidence: readonly Attachment[]) => Promise<void>;
}

type CaseEffect = Exclude<DoName, 'file_case' | 'erase_data' | 'copy_data' | 'offer_link' | 'use_link'>;

/** What citizens do with their cases. Each comes to once under its key; what the rules refuse is told. */
export function createCaseEffects(deps: CaseEffectDeps): Pick<EffectHandlers, CaseEffect> {
  const { keys, cases, reporters, service, rules } = deps;

  /** Only in a chat of the complainant, whatever a flow's answers hold. */
  const inOwnChat =
    (act: (number: string, args: Answers, context: EffectContext) => Promise<unknown>, alsoSupporters = false) =>
    async (args: Answers, context: EffectContext): Promise<EffectOutcome> => {
      const number = textAnswer(args['number']);
      const own = await reporters.find(number, context.turn.conversationId);
      if (!own || (own.audience === 'supporter' && !alsoSupporters))
        return { state: 'refused', reason: 'case.not_found' };
      const outcome = await refusable(() => act(number, args, context));
      await deps.giveArrived(context.turn.lane, filesAnswer(args['evidence']));
      return outcome;
    };

  const requestOf = (number: string, { turn, key }: EffectContext) => ({
    number,
    by: { role: 'complainant' } as const,
    key,
    causedIn: turn.conversationId,
  });

  const change = (number: string, context: EffectContext, more: Pick<ChangeRequest, 'to'> & Partial<ChangeRequest>) =>
    service.change({ ...requestOf(number, context), ...more });

  const answer = async (number: string, args: Answers, context: EffectContext) => {
    const found = await cases.find(number);
    const before = found?.history.find(({ key }) => key === context.key);
    // done before: asked again under the same key, the service finds it
    const to = before?.to ?? found?.heldFrom ?? 'reopened';
    const evidence = filesAnswer(args['evidence']);
    const note = textAnswer(args['answer'] ?? args['comment']);
    // an answer may be as short as "ya"; what opens a case again must say something
    return change(number, context, {
      to,
      note,
      reason: `answer: ${note}`,
      ...(evidence.length > 0 ? { evidence } : {}),
    });
  };

  return {
    confirm_solved: inOwnChat((number, args, context) =>
      change(number, context, {
        to: 'closed',
        confirmed: true,
        outcome: args['said'] === 'partly' ? 'solved_partly' : 'solved',
      }),
    ),

    reopen_case: inOwnChat((number, args, context) => {
      const evidence = filesAnswer(args['evidence']);
      const reason = textAnswer(args['reason']);
      return change(number, context, { to: 'reopened', reason, ...(evidence.length > 0 ? { evidence } : {}) });
    }),

    answer_question: inOwnChat(answer),

    add_to_case: inOwnChat(async (number, args, context) => {
      const found = await cases.find(number);
      const own = await reporters.find(number, context.turn.conversationId);
      const isAwaited =
        own?.audience === 'complainant' && (found?.status === 'needs_info' || found?.outcome === 'no_reply');
      const wasAnswer = found?.history.some(({ key, to }) => key === context.key && to !== undefined);
      if (isAwaited || wasAnswer) return answer(number, args, context);
      const evidence = filesAnswer(args['evidence']);
      const note = textAnswer(args['comment']);
      const request = requestOf(number, context);
      return service.apply(request, (current, now) => planAddition(current, request, { note, evidence }, keys, now));
    }, true),

    withdraw_case: inOwnChat((number, args, context) => {
      const reason = textAnswer(args['reason']);
      return change(number, context, { to: 'withdrawn', ...(reason ? { reason } : {}) });
    }),

    rate_case: inOwnChat((number, args, context) => {
      const request = requestOf(number, context);
      const stars = Number(textAnswer(args['said']).replace('stars_', ''));
      const words = textAnswer(args['words']);
      return service.apply(request, (current, now) =>
        planRating(current, request, { stars, words }, { rules, keys }, now),
      );
    }),

    async support_case(args, context) {
      const number = textAnswer(args['number']);
      const { turn } = context;
      const found = await cases.find(number);
      // it may have ended, or become one for a circle only, since it was offered
      if (!found || found.restricted || ENDED_STATUSES.has(found.status))
        return { state: 'refused', reason: 'case.not_found' };
      await reporters.add({
        caseNumber: number,
        conversationId: turn.conversationId,
        audience: 'supporter',
        at: turn.at,
      });
      const note = textAnswer(args['description']);
      const evidence = filesAnswer(args['evidence']);
      const request = requestOf(number, context);
      const outcome = await refusable(() =>
        service.apply(request, (current, now) => planAddition(current, request, { note, evidence }, keys, now)),
      );
      await deps.giveArrived(turn.lane, evidence);
      return outcome;
    },

    async join_case(args, { turn }) {
      const number = textAnswer(args['number']);
      const code = textAnswer(args['code']).replace(/\D/g, '');
      if (!(await cases.find(number)) || !(await deps.opensByCode(number, code, turn.conversationId))) {
        return { state: 'refused', reason: 'case.not_found' };
      }
      // who has the receipt is the one who got it: the same person in another chat
      await addComplainant({ cases, reporters }, number, turn.conversationId, turn.at);
      return { state: 'done' };
    },

    async answer_survey(args, { turn, key }) {
      const answers = SKM_ELEMENTS.map((element) => Number(textAnswer(args[element]).replace('mark_', '')));
      if (!isSkmAnswers(answers)) return { state: 'refused', reason: 'request.invalid' };
      await deps.surveys.add(key, deps.monthOf(turn.at), answers);
      return { state: 'done' };
    },

    async stop_news(_args, { turn }) {
      await reporters.setStopped(turn.conversationId, true);
      return { state: 'done' };
    },

    async start_news(_args, { turn }) {
      await reporters.setStopped(turn.conversationId, false);
      return { state: 'done' };
    },
  };
}

/** A refusal of the rules is told and stands; anything else is tried again. */
async function refusable(act: () => Promise<unknown>): Promise<EffectOutcome> {
  try {
    await act();
    return { state: 'done' };
  } catch (error) {
    if (!(error instanceof AppError) || !REFUSALS.has(error.code)) throw error;
    return { state: 'refused', reason: error.code };
  }
}

const REFUSALS: ReadonlySet<string> = new Set(['case.transition_not_allowed', 'case.not_found', 'request.invalid']);
