import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { AppError } from '../core/errors.js';
import { checkFlows } from './check.js';
import { type CategoryFacts, createFlows, type Flows } from './flow.js';
import { readTexts } from './i18n.js';
import { type Flow, FlowSchema, type Globals, GlobalsSchema, STEP_SCHEMAS } from './schema.js';
import { type Problem, parseYaml, readYaml, toProblems, type YamlSource } from './yaml-source.js';

const GLOBALS_FILE = 'globals.yaml';

export interface ReadFlows {
  readonly flows: readonly { readonly flow: Flow; readonly source: YamlSource }[];
  readonly globals?: { readonly value: Globals; readonly source: YamlSource };
  readonly problems: readonly Problem[];
}

/**
 * Reads, checks and compiles every flow.
 *
 * @param categories what a report can be about; without it category names are shown by their id
 * @throws {AppError} `flow.invalid` naming file, line and mend of everything that is wrong
 */
export function loadFlows(
  dir: string,
  localesDir: string,
  categories: ReadonlyMap<string, CategoryFacts> = new Map(),
): Flows {
  const { texts, files, problems: textProblems } = readTexts(localesDir);
  const read = readFlows(dir);
  const problems = [...textProblems, ...read.problems];
  if (problems.length === 0) problems.push(...checkFlows(read, texts, files));
  if (problems.length > 0 || !read.globals) {
    throw new AppError('flow.invalid', `Flows can't be used:\n${problems.map(showProblem).join('\n')}`);
  }
  return createFlows(
    read.flows.map((each) => each.flow),
    read.globals.value,
    categories,
  );
}

/** `file:line: what is wrong; how to mend it` */
export function showProblem(problem: Problem): string {
  return `${problem.file}:${problem.line}: ${problem.message}; ${problem.mend}`;
}

export function readFlows(dir: string): ReadFlows {
  const problems: Problem[] = [];
  const flows: { flow: Flow; source: YamlSource }[] = [];
  const files = readdirSync(dir).filter((file) => file.endsWith('.yaml'));
  for (const file of files.sort()) {
    if (file === GLOBALS_FILE) continue;
    const text = readFileSync(join(dir, file), 'utf8');
    if (!FLOW_KEYS.test(text)) continue;
    const source = parseYaml(file, text);
    const flow = parse(source, FlowSchema, problems);
    if (!flow) continue;
    if (`${flow.id}.yaml` !== file) {
      problems.push(source.problem(['id'], `flow "${flow.id}" is in the wrong file`, `name the file ${flow.id}.yaml`));
    }
    flows.push({ flow, source });
  }
  const source = readYaml(join(dir, GLOBALS_FILE));
  const value = parse(source, GlobalsSchema, problems);
  return { flows, ...(value ? { globals: { value, source } } : {}), problems };
}

/** Other data lies in the same folder: categories, deadlines, calendars. */
const FLOW_KEYS = /^(?:id|start|steps):/m;

function parse<T>(source: YamlSource, schema: z.ZodType<T>, problems: Problem[]): T | undefined {
  problems.push(...source.problems);
  if (source.problems.length > 0) return undefined;
  const parsed = schema.safeParse(source.value);
  if (parsed.success) return parsed.data;
  problems.push(...toProblems(source, parsed.error, KNOWN_KEYS));
  return undefined;
}

const KNOWN_KEYS = [
  ...new Set([
    ...Object.values(STEP_SCHEMAS).flatMap((schema) => Object.keys(schema.shape)),
    ...Object.keys(FlowSchema.shape),
    ...Object.keys(GlobalsSchema.shape),
    ...['id', 'label', 'words', 'set', 'forget', 'answer', 'known', 'is', 'minWords', 'says', 'hidden'],
  ]),
];
