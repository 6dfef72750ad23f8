import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Document, isMap, isNode, LineCounter, type Node, parseDocument } from 'yaml';
import type { z } from 'zod';
import { editDistance } from './answers/edit-distance.js';

export type Path = readonly PropertyKey[];

/** Something wrong in a file, said so that whoever wrote the file can mend it. */
export interface Problem {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly message: string;
  readonly mend: string;
}

/** A YAML file that still knows on which line each of its values stands. */
export interface YamlSource {
  readonly file: string;
  readonly value: unknown;
  readonly problems: readonly Problem[];
  problem(path: Path, message: string, mend: string): Problem;
}

interface ParsedText {
  readonly text: string;
  readonly source: YamlSource;
}

/** The last text of each file. All are read anew whenever one was changed, and parsing takes longer than all the rest. */
const newest = new Map<string, ParsedText>();

/** Reads a file; what YAML itself refuses becomes problems, never an exception. */
export function readYaml(path: string): YamlSource {
  return parseYaml(basename(path), readFileSync(path, 'utf8'));
}

/** As {@link readYaml}. What it gives is shared: its value isn't to be changed. */
export function parseYaml(file: string, text: string): YamlSource {
  const known = newest.get(file);
  if (known?.text === text) return known.source;
  const source = sourceOf(file, text);
  newest.set(file, { text, source });
  return source;
}

function sourceOf(file: string, text: string): YamlSource {
  const { doc } = parse(text);
  const problems = doc.errors.map((error) => ({
    file,
    line: error.linePos?.[0].line ?? 1,
    message: (error.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, ''),
    mend: 'check indentation, quotes and colons around this line',
  }));
  // parsed once more: a document takes far more memory than its values, and hardly any is asked for its lines
  let parsed: Parsed | undefined;
  const again = () => {
    parsed ??= parse(text);
    return parsed;
  };
  return {
    file,
    value: problems.length > 0 ? undefined : doc.toJS({ maxAliasCount: 100 }),
    problems,
    problem: (at, message, mend) => ({ file, line: lineOf(again(), at), message, mend }),
  };
}

interface Parsed {
  readonly doc: Document;
  readonly lines: LineCounter;
}

function parse(text: string): Parsed {
  const lines = new LineCounter();
  return { doc: parseDocument(text, { lineCounter: lines }), lines };
}

/** Turns what a schema refuses into problems with lines and mends. */
export function toProblems(source: YamlSource, error: z.ZodError, knownKeys: readonly string[] = []): Problem[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => {
        const meant = nearest(key, knownKeys);
        const mend = meant ? `did you mean "${meant}"?` : `remove "${key}"`;
        return source.problem([...issue.path, key], `unknown key "${key}"`, mend);
      });
    }
    const name = issue.path.join('.');
    const missing = issue.code === 'invalid_type' && issue.message.includes('received undefined');
    if (missing) return [source.problem(issue.path, `"${name}" is missing`, `add "${String(issue.path.at(-1))}:"`)];
    return [source.problem(issue.path, `"${name}": ${issue.message}`, 'correct this value')];
  });
}

/** The known word that a mistyped one was probably meant to be. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const away = editDistance(word, candidate);
    if (away < bestDistance) {
      best = candidate;
      bestDistance = away;
    }
  }
  return best;
}

function lineOf({ doc, lines }: Parsed, path: Path): number {
  for (let length = path.length; length >= 0; length--) {
    const start = startOf(doc, path.slice(0, length));
    if (start !== undefined) return lines.linePos(start).line;
  }
  return 1;
}

/** Where the key of a pair stands, so that the line is right even when its value is on the next. */
function startOf(doc: Document, path: Path): number | undefined {
  const parent: unknown = path.length === 0 ? doc.contents : doc.getIn(path.slice(0, -1), true);
  if (path.length > 0 && isMap(parent)) {
    const pair = parent.items.find((item) => isNode(item.key) && String(item.key) === String(path.at(-1)));
    return rangeStart(pair?.key as Node | undefined);
  }
  return rangeStart(path.length === 0 ? (parent as Node) : (doc.getIn(path, true) as Node | undefined));
}

function rangeStart(node: Node | null | undefined): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
