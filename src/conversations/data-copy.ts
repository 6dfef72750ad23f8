import type { CaseReport } from '../cases/case.js';
import type { CaseStore } from '../cases/case-store.js';
import { openWords } from '../cases/case-update.js';
import type { ReporterStore } from '../cases/reporter-store.js';
import { type Keys, open } from '../core/crypto.js';
import { transcriptOf } from './transcript.js';
import type { TurnStore } from './turn-store.js';

const PAGE = 500;
const MAX_CASES = 1000;

/** Everything we hold of one conversation's person, to be given to them: JSON. */
export type CopyData = (conversationId: string) => Promise<Readonly<Record<string, unknown>>>;

export function createCopyData(deps: {
  readonly turns: Pick<TurnStore, 'after'>;
  readonly cases: Pick<CaseStore, 'findAll'>;
  readonly reporters: Pick<ReporterStore, 'ofConversation'>;
  readonly keys: Keys;
}): CopyData {
  const { turns, cases, reporters, keys } = deps;

  return async (conversationId) => {
    const conversation = [];
    for (let seq = 0; ; ) {
      const page = await turns.after(conversationId, seq, PAGE);
      // the codes in it are the person's own
      conversation.push(...transcriptOf(keys, page));
      seq = page.at(-1)?.seq ?? seq;
      if (page.length < PAGE) break;
    }
    const mine = await reporters.ofConversation(conversationId, MAX_CASES);
    const own = mine.filter(({ audience }) => audience === 'complainant').map(({ caseNumber }) => caseNumber);
    const reports = (await cases.findAll(own)).map((found) => ({
      number: found._id,
      status: found.status,
      category: found.category,
      receivedAt: found.receivedAt,
      naming: found.naming,
      report: open<CaseReport>(keys, found._id, found.report.buffer),
      history: found.history.map((event) => ({
        at: event.at,
        by: event.by.kind,
        what: event.what,
        ...openWords(keys, found._id, event),
      })),
    }));
    return { conversationId, supports: mine.length - own.length, conversation, reports };
  };
}
