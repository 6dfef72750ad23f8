import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { AppError } from '../core/errors.js';

/**
 * Reads one YAML data file and checks it, at start-up.
 *
 * @throws {AppError} `config.invalid` naming the file, and for each fault where it is and what is wrong
 */
export function loadDataFile<T>(path: string, schema: z.ZodType<T>): T {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AppError('config.invalid', `${path} can't be read`, { path, faults: 1 }, { cause });
  }
  return parseDataText(path, text, schema);
}

/** As {@link loadDataFile}, from text already read. `path` is only for the messages. */
export function parseDataText<T>(path: string, text: string, schema: z.ZodType<T>): T {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0)
    throw invalidData(
      path,
      document.errors.map((error) => error.message),
    );
  const parsed = schema.safeParse(readValue(path, document));
  if (parsed.success) return parsed.data;
  throw invalidData(
    path,
    parsed.error.issues.map(
      (issue) => `${lineOf(document, lines, issue.path)}${issue.path.join('.')}: ${issue.message}`,
    ),
  );
}

/** Aliases that multiply each other are refused by the YAML library as its own kind of error. */
function readValue(path: string, document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw invalidData(path, [cause instanceof Error ? cause.message : 'can not be read']);
  }
}

export function invalidData(path: string, faults: readonly string[]): AppError {
  return new AppError('config.invalid', `${path} can't be used:\n${faults.map((fault) => `  ${fault}`).join('\n')}`, {
    path,
    faults: faults.length,
  });
}

function lineOf(document: ReturnType<typeof parseDocument>, lines: LineCounter, path: readonly PropertyKey[]): string {
  for (let depth = path.length; depth > 0; depth--) {
    const node: unknown = document.getIn(path.slice(0, depth), true);
    const range = node && typeof node === 'object' && 'range' in node ? node.range : undefined;
    if (Array.isArray(range) && typeof range[0] === 'number') return `line ${lines.linePos(range[0]).line}, `;
  }
  return '';
}

const DAY_PATTERN = /^\d{4}-\d{2}-\d{2}$/;

/** A calendar day, `YYYY-MM-DD`, that exists. */
export const daySchema = z.string().refine((text) => {
  if (!DAY_PATTERN.test(text)) return false;
  const at = new Date(`${text}T00:00:00Z`);
  // an impossible day either is no date or rolls over into the next month
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}, 'must be a day that exists, written YYYY-MM-DD in quotes');

export const keySchema = z.string().regex(/^[a-z][a-z0-9_]*$/, 'must be lower_snake_case');

const MS_PER_MINUTE = 60_000;

/** A local time of day, `"07:30"`; becomes milliseconds from midnight. */
export const timeSchema = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'must be a time from "00:00" to "24:00" in quotes')
  .transform((text) => (Number(text.slice(0, 2)) * 60 + Number(text.slice(3))) * MS_PER_MINUTE);
