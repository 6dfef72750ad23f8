import { addComplainant } from '../cases/add-reporter.js';
import type { Reads } from '../cases/case-reads.js';
import type { CaseStore } from '../cases/case-store.js';
import { type LinkTokens, linkMarksIn, newLinkMark } from '../cases/link-tokens.js';
import type { ReporterStore } from '../cases/reporter-store.js';
import { textAnswer } from '../flows/answers/typed-answers.js';
import type { ChatLink } from '../messages/message.js';
import type { Tries } from '../store/tries.js';
import type { EffectHandlers } from './apply.js';

/** Nobody guesses 130 bits; but whoever tries need not be answered, nor keep the store busy. */
const TRIES = 5;
export const LINK_TRIES_WINDOW_MS = 15 * 60 * 1000;

export interface LinkingDeps {
  readonly tokens: LinkTokens;
  /** Over {@link LINK_TRIES_WINDOW_MS}. */
  readonly tries: Tries;
  readonly cases: Pick<CaseStore, 'find'>;
  readonly reporters: Pick<ReporterStore, 'add' | 'find'>;
  /** The chats elsewhere that a token leads to, best first: each channel that is on and has links. */
  readonly chatLinks: (token: string) => readonly ChatLink[];
}

/**
 * The look-ups by which a case goes on in another chat: `chat_link` makes the offer for who writes on the web chat,
 * `find_link` reads the token they come with.
 */
export function createLinkReads(deps: LinkingDeps): Pick<Reads, 'chat_link' | 'find_link'> {
  return {
    async chat_link(_args, { channel }) {
      // on the others news arrives by itself
      const [link] = channel === 'webchat' ? deps.chatLinks(newLinkMark()) : [];
      return link ? { found: true, answers: { chat_link: link.url, chat_name: link.name } } : { found: false };
    },

    async find_link(args, { conversationId, now }) {
      const id = `link:by:${conversationId}`;
      if ((await deps.tries.count(id)) > TRIES) return { found: false };
      const number = await deps.tokens.find(String(args['token'] ?? ''), conversationId, now);
      if (number) await deps.tries.takeBack(id);
      const found = number ? await deps.cases.find(number) : undefined;
      if (!found) return { found: false };
      const own = await deps.reporters.find(found._id, conversationId);
      return { found: true, answers: { number: found._id, own: own?.audience === 'complainant' } };
    },
  };
}

/** What makes an offer good, and what takes it. */
export function createLinkEffects(deps: LinkingDeps): Pick<EffectHandlers, 'offer_link' | 'use_link'> {
  return {
    async offer_link(args, { turn }) {
      const [mark] = linkMarksIn(textAnswer(args['chat_link']));
      if (mark) await deps.tokens.offer(mark, textAnswer(args['case_number']), turn.at);
      return { state: 'done' };
    },

    async use_link(args, { turn }) {
      const { conversationId, at } = turn;
      const number = await deps.tokens.use(textAnswer(args['token']), conversationId, at);
      if (number === undefined) return { state: 'refused', reason: 'link.used' };
      await addComplainant(deps, number, conversationId, at);
      return { state: 'done' };
    },
  };
}
