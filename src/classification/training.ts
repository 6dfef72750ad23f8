import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../core/errors.js';
import type { ReportKind } from './types.js';

/** One line somebody might write, and what it is. */
export interface TrainingLine {
  readonly text: string;
  readonly kind: ReportKind;
  /** Absent for what is no report, and where it doesn't matter. */
  readonly category?: string;
}

const NO_REPORT_FILE = 'bukan_laporan';
/** Lines of any matter, which only teach kinds. */
const KINDS_FILE = 'kinds';
const KIND_MARKS: ReadonlyMap<string, ReportKind> = new Map([
  ['? ', 'informasi'],
  ['+ ', 'aspirasi'],
]);

/**
 * Reads `<folder>/<category>.txt`, one message a line: "? " before a question, "+ " before a wish, "#" before a remark.
 * bukan_laporan.txt holds what is no report at all, kinds.txt what only the kind is learned from.
 *
 * @param isCategory tells the categories there are
 * @throws {AppError} `flow.invalid` naming the file that belongs to no category
 */
export function readTrainingLines(folder: string, isCategory: (id: string) => boolean): readonly TrainingLine[] {
  if (!existsSync(folder)) {
    throw new AppError('flow.invalid', `${folder}: the folder of training lines is missing; put it there`, {
      file: folder,
    });
  }
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.txt'))
    .sort();
  return names.flatMap((name) => {
    const id = name.slice(0, -'.txt'.length);
    if (id !== NO_REPORT_FILE && id !== KINDS_FILE && !isCategory(id)) {
      const file = join(folder, name);
      throw new AppError('flow.invalid', `${file}: "${id}" is no category; name the file after one`, { file });
    }
    const lines = readFileSync(join(folder, name), 'utf8')
      .split('\n')
      .map((line) => line.trim());
    return lines.filter((line) => line !== '' && !line.startsWith('#')).map((line) => toLine(line, id));
  });
}

function toLine(line: string, id: string): TrainingLine {
  if (id === NO_REPORT_FILE) return { text: line, kind: 'bukan_laporan' };
  const kind = KIND_MARKS.get(line.slice(0, 2));
  const text = kind === undefined ? line : line.slice(2);
  return { text, kind: kind ?? 'pengaduan', ...(id === KINDS_FILE ? {} : { category: id }) };
}
