import type { CaseLists } from '../cases/case-lists.js';
import type { Clock } from '../core/clock.js';
import type { Keys } from '../core/crypto.js';
import { AppError } from '../core/errors.js';
import type { Actor } from './actor.js';
import type { CasesQuery } from './api/case.js';
import type { Audit } from './audit.js';
import { objectOf } from './case-access.js';
import { cardOf } from './case-card.js';
import { filterOf } from './case-list.js';
import type { Directory } from './directory.js';
import { demand, may } from './rights.js';

const PAGE = 100;
/** More than fits a spreadsheet is no list for a person. */
const MAX_ROWS = 100_000;
/**
 * Spreadsheets take what begins so for a formula (OWASP, CSV injection); and where a comma is the decimal sign, as in
 * Indonesia, they part fields at semicolons and know no quotes within a line.
 */
const FORMULA = /(^|[;\t\r\n])(\s*)(?=[=+\-@＝＋－＠])|^(?=[\t\r\n])/g;
const COLUMNS = [
  'number',
  'status',
  'kind',
  'category',
  'urgency',
  'unit',
  'staffName',
  'title',
  'place',
  'receivedAt',
  'dueAt',
  'stage',
  'anonim',
  'restricted',
] as const;

/**
 * A list of cases as lines of CSV (RFC 4180, with a byte order mark for spreadsheets), read page by page as they are
 * taken. What somebody may not read, or read and not take away, is not in it. Noted in the audit log before the first line.
 *
 * @throws {AppError} `request.forbidden`, `request.invalid`
 */
export type ExportCases = (actor: Actor, query: CasesQuery) => Promise<AsyncIterable<string>>;

export function createExportCases(deps: {
  readonly lists: Pick<CaseLists, 'list'>;
  readonly directory: Directory;
  readonly audit: Pick<Audit, 'append'>;
  readonly keys: Keys;
  readonly clock: Clock;
}): ExportCases {
  return async (actor, { q, cursor: _cursor, limit: _limit, ...query }) => {
    demand(actor, 'case', 'export');
    const filter = { ...filterOf(actor, query), ...(q?.trim() ? { text: q.trim() } : {}) };
    const given = Object.entries(query).filter((each): each is [string, string] => typeof each[1] === 'string');
    await deps.audit.append({ by: actor.staffId, what: 'cases.exported', details: Object.fromEntries(given) });
    return rows();

    async function* rows(): AsyncGenerator<string> {
      yield `\uFEFF${COLUMNS.join(',')}\r\n`;
      let after: string | undefined;
      let count = 0;
      do {
        const page = await deps.lists.list(actor, filter, { limit: PAGE, ...(after ? { after } : {}) });
        const names = await deps.directory.all();
        const facts = { keys: deps.keys, now: deps.clock.now(), nameOf: (id: string) => names.get(id)?.name };
        // one piece a page: a line by itself costs more than it holds
        const taken = page.rows.filter((row) => may(actor, objectOf(row), 'export'));
        yield taken.map((row) => lineOf(cardOf(row, facts))).join('');
        count += page.rows.length;
        after = page.after;
      } while (after && count < MAX_ROWS);
      if (after) throw new AppError('request.too_large', `An export has at most ${MAX_ROWS} cases: narrow it down`);
    }
  };
}

function lineOf(card: ReturnType<typeof cardOf>): string {
  return `${COLUMNS.map((column) => csvField(String(card[column] ?? ''))).join(',')}\r\n`;
}

/** Nothing in it is a formula, and a number to call stays one that can be read. Pure. */
export function csvField(text: string): string {
  const guarded = text.replace(FORMULA, (_, before = '', blank = '') => `${before}'${blank}`);
  return /[",\r\n']|^\s|\s$/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}
