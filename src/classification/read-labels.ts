import { AppError } from '../core/errors.js';
import { readCsv } from './csv.js';
import type { TrainingLine } from './training.js';
import type { ReportKind } from './types.js';

const KINDS: ReadonlySet<string> = new Set([
  'pengaduan',
  'aspirasi',
  'informasi',
  'bukan_laporan',
] satisfies ReportKind[]);
const NO_REPORT = 'bukan_laporan';

interface GivenLabel {
  readonly text: string;
  readonly category: string;
  readonly kind: string;
}

type Known = { has(category: string): boolean };

/** A label as a line to learn from; undefined when its category or kind isn't one. */
export function toLabel({ text, category, kind }: GivenLabel, known: Known): TrainingLine | undefined {
  if (!KINDS.has(kind) || text.trim() === '') return undefined;
  if (kind === NO_REPORT) return { text, kind };
  return known.has(category) ? { text, kind: kind as ReportKind, category } : undefined;
}

/**
 * Labels of a CSV file with the columns text, category and kind; the category may be empty where the kind is
 * bukan_laporan.
 *
 * @throws {AppError} `request.invalid` naming the row and what to change, never a text of the file
 */
export function readLabels(content: string, known: Known): TrainingLine[] {
  return readCsv(content, ['text', 'category', 'kind']).map((row, index) => {
    const text = row.get('text') ?? '';
    const category = row.get('category')?.trim() ?? '';
    const kind = row.get('kind')?.trim() ?? '';
    const line = toLabel({ text, category, kind }, known);
    if (line === undefined) throw badRow(index + 2, mendOf({ text, category, kind }));
    return line;
  });
}

function mendOf({ text, kind }: GivenLabel): string {
  if (text.trim() === '') return 'has no text; write it or remove the row';
  if (!KINDS.has(kind)) return `has a kind that isn't one; write one of ${[...KINDS].join(', ')}`;
  return "has a category that isn't one; write an id of flows/categories.yaml";
}

function badRow(row: number, mend: string): AppError {
  return new AppError('request.invalid', `row ${row} ${mend}`, { row });
}
