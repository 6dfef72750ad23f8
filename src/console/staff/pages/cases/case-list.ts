import type { Query } from '../../api/api.js';
import type { Console } from '../../state/console.js';
import { createPagedList, type PagedList } from '../../state/paged-list.js';
import type { CaseCard, LiveEvent } from '../../wire.js';

/** Cases of one filter, what is due first on top. Those on the screen follow what happens; new ones come when asked for. */
export function createCaseList({ api }: Console): PagedList<CaseCard, Query> {
  return createPagedList<CaseCard, Query>({
    first: {},
    async read(query, cursor, signal) {
      const page = await api.cases({ ...query, cursor }, signal);
      return { rows: page.cases, cursor: page.cursor };
    },
    idOf: ({ number }) => number,
    apply: afterEvent,
  });
}

/** The list after something has happened. Pure. */
export function afterEvent(cases: readonly CaseCard[], event: LiveEvent, query: Query): readonly CaseCard[] {
  if (event.type === 'case_gone') return cases.filter(({ number }) => number !== event.number);
  if (event.type !== 'case') return cases;
  const { card } = event;
  const known = cases.find(({ number }) => number === card.number);
  if (!known) return !query['q'] && mayBelong(card, query) ? [card, ...cases] : cases;
  return known.rev <= card.rev ? cases.map((each) => (each === known ? card : each)) : cases;
}

/** Whether a case that has just come up is of this list. Only what can be told from the card; the rest waits. */
function mayBelong(card: CaseCard, query: Query): boolean {
  if (query['view'] !== undefined && query['view'] !== 'unit' && query['view'] !== 'all') return false;
  const wanted = [
    [query['status'], card.status],
    [query['category'], card.category],
    [query['unit'], card.unit],
    [query['staffId'], card.staffId],
    [query['stage'], card.stage],
  ];
  return card.rev <= 1 && wanted.every(([is, has]) => !is || is === has);
}
