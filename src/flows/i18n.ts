import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse, TYPE } from '@formatjs/icu-messageformat-parser';
import { IntlMessageFormat } from 'intl-messageformat';
import { z } from 'zod';
import { AppError } from '../core/errors.js';
import { normalise } from './answers/normalise.js';
import type { Locale, Params } from './state.js';
import { type Problem, readYaml, toProblems, type YamlSource } from './yaml-source.js';

/** Spoken where a locale has no file or lacks a key; its file must be complete. */
export const DEFAULT_LOCALE: Locale = 'id';
/** `id.yaml`, and parts of it kept apart: `notices.id.yaml`. */
const LOCALE_FILE = /^(?:[a-z_-]+\.)?(id|en|jv|su)\.yaml$/;
const TEXT_KEY = /^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$/;

/** Text keys stand flat at the top; word lists under `words`. */
const LocaleSchema = z
  .object({ words: z.record(z.string().regex(/^[a-z][a-z0-9_]*$/), z.array(z.coerce.string()).min(1)).default({}) })
  .catchall(z.string());

/** The files of each locale, for saying where a text stands or is missing. */
export type LocaleFiles = ReadonlyMap<Locale, readonly YamlSource[]>;

/** Everything the service can say, and the words it understands, in every locale. */
export interface Texts {
  /** Those that have a file. */
  readonly locales: readonly Locale[];
  has(key: string, locale?: Locale): boolean;
  /** Names of the placeholders of a text. */
  placeholders(key: string, locale?: Locale): readonly string[];
  /** The text of `key` as its author wrote it. */
  source(key: string, locale?: Locale): string;
  /** The text of `key`; a placeholder without a value becomes empty, so that a citizen never sees an error. */
  format(locale: Locale, key: string, params?: Params): string;
  /** A word list as the author wrote it; empty when there is none of that name. */
  words(locale: Locale, name: string): readonly string[];
  /** The same, normalised for comparing, over all locales: people mix languages. */
  spoken(name: string): ReadonlySet<string>;
}

interface LocaleData {
  readonly messages: Map<string, Message>;
  readonly words: Map<string, readonly string[]>;
}

interface Message {
  readonly source: string;
  readonly placeholders: readonly string[];
  readonly format: (params: Params) => string;
}

/** @throws {AppError} `flow.invalid` naming every file and line that is wrong */
export function loadTexts(dir: string): Texts {
  const { texts, problems } = readTexts(dir);
  if (problems.length > 0) {
    const lines = problems.map((each) => `  ${each.file}:${each.line}: ${each.message}; ${each.mend}`);
    throw new AppError('flow.invalid', `Texts can't be used:\n${lines.join('\n')}`);
  }
  return texts;
}

/** Reads every locale file, with what is wrong in them beside what could be read. */
export function readTexts(dir: string): { texts: Texts; files: LocaleFiles; problems: Problem[] } {
  const problems: Problem[] = [];
  const files = new Map<Locale, YamlSource[]>();
  const data = new Map<Locale, LocaleData>();
  for (const file of readdirSync(dir).sort()) {
    const locale = LOCALE_FILE.exec(file)?.[1] as Locale | undefined;
    if (!locale) continue;
    const source = readYaml(join(dir, file));
    files.set(locale, [...(files.get(locale) ?? []), source]);
    const known = data.get(locale) ?? { messages: new Map(), words: new Map() };
    data.set(locale, known);
    readLocale(locale, source, known, problems);
  }
  return { texts: textsOf(data), files, problems };
}

function readLocale(locale: Locale, source: YamlSource, known: LocaleData, problems: Problem[]): void {
  problems.push(...source.problems);
  if (source.value === undefined) return;
  const parsed = LocaleSchema.safeParse(source.value);
  if (!parsed.success) {
    problems.push(...toProblems(source, parsed.error));
    return;
  }
  const { words, ...texts } = parsed.data;
  for (const [name, list] of Object.entries(words)) {
    if (known.words.has(name)) {
      const mend = `put all its words into one of the files of ${locale}`;
      problems.push(source.problem(['words', name], `word list "${name}" is there twice`, mend));
    }
    known.words.set(name, list);
  }
  for (const [key, text] of Object.entries(texts)) {
    if (!TEXT_KEY.test(key))
      problems.push(source.problem([key], `"${key}" is no text key`, 'write it like intake.place'));
    if (known.messages.has(key)) problems.push(source.problem([key], `text "${key}" is there twice`, 'remove one'));
    try {
      known.messages.set(key, compileMessage(text, locale));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      problems.push(source.problem([key], `text "${key}" is not ICU MessageFormat: ${why}`, 'check its braces'));
    }
  }
}

function textsOf(data: ReadonlyMap<Locale, LocaleData>): Texts {
  const spokenCache = new Map<string, ReadonlySet<string>>();
  const find = (locale: Locale, key: string) =>
    data.get(locale)?.messages.get(key) ?? data.get(DEFAULT_LOCALE)?.messages.get(key);
  return {
    locales: [...data.keys()],
    has: (key, locale = DEFAULT_LOCALE) => data.get(locale)?.messages.has(key) ?? false,
    placeholders: (key, locale = DEFAULT_LOCALE) => find(locale, key)?.placeholders ?? [],
    source: (key, locale = DEFAULT_LOCALE) => find(locale, key)?.source ?? '',
    format(locale, key, params = {}) {
      const message = find(locale, key);
      if (!message) throw new AppError('flow.invalid', `No text called "${key}"`, { key });
      return message.format(params);
    },
    words: (locale, name) => data.get(locale)?.words.get(name) ?? [],
    spoken(name) {
      const known = spokenCache.get(name);
      if (known) return known;
      const all = [...data.values()].flatMap((each) => each.words.get(name) ?? []);
      const set = new Set(all.map(normalise).filter((word) => word !== ''));
      spokenCache.set(name, set);
      return set;
    },
  };
}

interface AstNode {
  readonly type: number;
  readonly value?: unknown;
  readonly options?: Readonly<Record<string, { readonly value: readonly AstNode[] }>>;
  readonly children?: readonly AstNode[];
}

/** Literals, arguments and selects are rendered directly, ten times as fast as `format`; the rest is left to it. */
function compileMessage(text: string, locale: Locale): Message {
  const ast = parse(text, { ignoreTag: true });
  const nodes = ast as readonly AstNode[];
  const placeholders = [...new Set(placeholdersOf(nodes))];
  if (isPlain(nodes)) return { source: text, placeholders, format: (params) => render(nodes, params) };
  const icu = new IntlMessageFormat(ast, locale);
  const blanks = Object.fromEntries(placeholders.map((name) => [name, '']));
  return { source: text, placeholders, format: (params) => String(icu.format({ ...blanks, ...params })) };
}

function placeholdersOf(nodes: readonly AstNode[]): string[] {
  return nodes.flatMap((node) => {
    const own = node.type >= TYPE.argument && node.type <= TYPE.plural ? [String(node.value)] : [];
    const inner = Object.values(node.options ?? {}).flatMap((option) => placeholdersOf(option.value));
    return [...own, ...inner, ...placeholdersOf(node.type === TYPE.tag ? (node.children ?? []) : [])];
  });
}

function isPlain(nodes: readonly AstNode[]): boolean {
  return nodes.every((node) => {
    if (node.type === TYPE.literal || node.type === TYPE.argument) return true;
    return node.type === TYPE.select && Object.values(node.options ?? {}).every((option) => isPlain(option.value));
  });
}

function render(nodes: readonly AstNode[], params: Params): string {
  let text = '';
  for (const node of nodes) {
    if (node.type === TYPE.literal) text += String(node.value);
    else if (node.type === TYPE.argument) text += String(params[String(node.value)] ?? '');
    else {
      const chosen = String(params[String(node.value)] ?? '');
      const options = node.options ?? {};
      const option = Object.hasOwn(options, chosen) ? options[chosen] : options['other'];
      text += render(option?.value ?? [], params);
    }
  }
  return text;
}
