import { normalise } from './answers/normalise.js';
import { checkGraph } from './check-graph.js';
import { DEFAULT_LOCALE, type LocaleFiles, type Texts } from './i18n.js';
import type { ReadFlows } from './load.js';
import type { Flow } from './schema.js';
import { type Ref, refsIn } from './step.js';
import { kindOf } from './step-kinds.js';
import { nearest, type Path, type Problem, type YamlSource } from './yaml-source.js';

/** Texts that the engine and the parts around it say by themselves. */
const OWN_TEXTS = [
  'engine.retry_choice',
  'engine.after_danger',
  'engine.back',
  'engine.added',
  'engine.got_files',
  'engine.files_full',
  'engine.file_too_large',
  'engine.file_damaged',
  'engine.file_locked',
  'engine.got_place',
  'engine.shared_location',
  'engine.unsupported',
  'engine.early',
  'engine.old_button',
  'engine.old_button_idle',
  'engine.cancelled',
  'engine.cancelled_draft',
  'engine.nothing_to_cancel',
  'engine.nothing_to_resume',
  'engine.resumed',
  'engine.flow_changed',
  'engine.limit',
  'danger.other',
];
const OWN_WORDS = ['fillers', 'number_prefixes', 'corrections', 'no_answer', 'time_openers'];
/** Placeholders that are filled by the engine, not by a step. */
const GIVEN = ['receiptCode'];

/**
 * Everything that can be wrong in flows and texts that parse: names that lead nowhere, steps nobody reaches, loops that
 * never wait, words that mean two things, texts that a locale lacks.
 */
export function checkFlows(read: ReadFlows, texts: Texts, files: LocaleFiles): Problem[] {
  const problems: Problem[] = [];
  const ids = new Set(read.flows.map(({ flow }) => flow.id));
  for (const { flow, source } of read.flows) {
    problems.push(...checkGraph(flow, source));
    for (const { ref, path } of refsOf(flow)) {
      const problem = checkRef(ref, path, source, texts, files, ids);
      if (problem) problems.push(problem);
      if (ref.to === 'text' && texts.has(ref.name)) problems.push(...checkPlaceholders(flow, ref, path, source, texts));
    }
    problems.push(...checkSynonyms(flow, source, texts));
  }
  problems.push(...checkGlobals(read, texts, files, ids), ...checkLocales(texts, files));
  return unique(problems);
}

interface PlacedRef {
  readonly ref: Ref;
  readonly path: Path;
}

function refsOf(flow: Flow): PlacedRef[] {
  const own = Object.entries({ remind: flow.idle?.remind, expired: flow.idle?.expired }).flatMap(([key, name]) =>
    name === undefined ? [] : [{ ref: { to: 'text' as const, name, path: [key] }, path: ['idle', key] }],
  );
  const steps = Object.entries(flow.steps).flatMap(([id, step]) =>
    kindOf(step)
      .refs(step)
      .map((ref) => ({ ref, path: ['steps', id, ...ref.path] })),
  );
  const asides = (flow.asides ?? []).flatMap(({ words, phrases, text }, index) =>
    [...refsIn('words', { words, phrases }), ...refsIn('text', { text })].map((ref) => ({
      ref,
      path: ['asides', index, ...ref.path],
    })),
  );
  return [...own, ...asides, ...steps];
}

function checkRef(
  { to, name }: Ref,
  path: Path,
  source: YamlSource,
  texts: Texts,
  files: LocaleFiles,
  flows: ReadonlySet<string>,
): Problem | undefined {
  if (to === 'flow' && !flows.has(name)) {
    return source.problem(path, `no flow called "${name}"`, meant(name, [...flows], 'create its file'));
  }
  if (to === 'words' && texts.spoken(name).size === 0) {
    return source.problem(path, `no word list called "${name}"`, 'add it under "words:" in locales/id.yaml');
  }
  if (to !== 'text') return undefined;
  const lacking = texts.locales.filter((locale) => !texts.has(name, locale));
  if (lacking.length === 0) return undefined;
  const where = lacking.map((locale) => `locales/${locale}.yaml`).join(' and ');
  const known = (files.get(DEFAULT_LOCALE) ?? []).flatMap(keysIn);
  return source.problem(path, `no text "${name}" in ${where}`, meant(name, known, `add "${name}:" there`));
}

function meant(name: string, known: readonly string[], otherwise: string): string {
  const word = nearest(name, known);
  return word === undefined || word === name ? otherwise : `did you mean "${word}"?`;
}

/** A placeholder that no step of the flow fills would be an empty hole in a sentence. */
function checkPlaceholders(flow: Flow, ref: Ref, path: Path, source: YamlSource, texts: Texts): Problem[] {
  const saved = new Set([
    ...GIVEN,
    ...Object.values(flow.steps).flatMap((step) => kindOf(step).saves(step)),
    ...Object.values(flow.absorb ?? {}).filter((each) => each !== undefined),
    ...(flow.gets ?? []),
    ...(flow.asides ?? []).flatMap(({ set }) => Object.keys(set)),
  ]);
  const isFilled = (name: string) =>
    saved.has(name) || saved.has(name.replace(/^has_/, '')) || saved.has(name.slice(0, Math.max(0, name.indexOf('_'))));
  return texts
    .placeholders(ref.name)
    .filter((name) => !isFilled(name))
    .map((name) =>
      source.problem(
        path,
        `text "${ref.name}" uses {${name}}, which no step of flow "${flow.id}" saves`,
        meant(name, [...saved], `save "${name}" in a step, or take {${name}} out of the text`),
      ),
    );
}

/** Two options of one question that can be meant by the same word: neither would be taken. */
function checkSynonyms(flow: Flow, source: YamlSource, texts: Texts): Problem[] {
  return Object.entries(flow.steps).flatMap(([id, step]) => {
    if (step.kind !== 'choose' && step.kind !== 'date') return [];
    const options: readonly { id: string; label: string; words?: string | undefined }[] =
      step.kind === 'choose' ? step.options : step.quick;
    const owners = new Map<string, string>();
    return options.flatMap((option, index) => {
      const labels = texts.locales.map((locale) => normalise(texts.format(locale, option.label)));
      const words = new Set([...labels, ...(option.words ? texts.spoken(option.words) : [])]);
      const path = ['steps', id, step.kind === 'choose' ? 'options' : 'quick', index];
      return [...words].flatMap((word) => {
        const owner = owners.get(word) ?? option.id;
        owners.set(word, owner);
        if (owner === option.id) return [];
        const message = `options "${owner}" and "${option.id}" of step "${id}" both answer to "${word}"`;
        return [source.problem(path, message, `take "${word}" out of one of their word lists or labels`)];
      });
    });
  });
}

function checkGlobals({ globals }: ReadFlows, texts: Texts, files: LocaleFiles, flows: ReadonlySet<string>): Problem[] {
  if (!globals) return [];
  const { value, source } = globals;
  const problems: Problem[] = [];
  for (const key of ['entry', 'offer', 'waiting', 'reference'] as const) {
    const problem = checkRef({ to: 'flow', name: value[key], path: [] }, [key], source, texts, files, flows);
    if (problem) problems.push(problem);
  }
  for (const [danger, { flow }] of Object.entries(value.after_danger ?? {})) {
    const problem = checkRef(
      { to: 'flow', name: flow, path: [] },
      ['after_danger', danger],
      source,
      texts,
      files,
      flows,
    );
    if (problem) problems.push(problem);
  }
  const owners = new Map<string, string>();
  for (const [id, word] of Object.entries(value.words)) {
    const refs: Ref[] = [{ to: 'words', name: word.words, path: ['words'] }];
    refs.push(...refsIn('words', { phrases: word.phrases }), ...refsIn('flow', { flow: word.flow, idle: word.idle }));
    for (const ref of refs) {
      const problem = checkRef(ref, ['words', id, ...ref.path], source, texts, files, flows);
      if (problem) problems.push(problem);
    }
    for (const spoken of texts.spoken(word.words)) {
      const owner = owners.get(spoken) ?? id;
      owners.set(spoken, owner);
      if (owner === id) continue;
      const message = `global words "${owner}" and "${id}" both answer to "${spoken}"`;
      problems.push(source.problem(['words', id], message, `take "${spoken}" out of one of their word lists`));
    }
  }
  return problems;
}

/** Every text in every locale, with the same placeholders. */
function checkLocales(texts: Texts, files: LocaleFiles): Problem[] {
  const problems: Problem[] = [];
  const all = new Set([...files.values()].flat().flatMap(keysIn));
  for (const [locale, sources] of files) {
    for (const key of all) {
      if (!texts.has(key, locale)) {
        // it belongs into the file that corresponds to the one where it stands
        const part = [...files.values()].flat().find((source) => keysIn(source).includes(key));
        const file = part?.file.replace(/(id|en|jv|su)\.yaml$/, `${locale}.yaml`);
        const source = sources.find((each) => each.file === file) ?? sources[0];
        if (source) problems.push(source.problem([], `text "${key}" is missing`, `translate it in locales/${file}`));
        continue;
      }
      const base = texts.placeholders(key).toSorted().join(' ');
      const here = texts.placeholders(key, locale).toSorted().join(' ');
      if (base === here || !texts.has(key)) continue;
      const message = `text "${key}" has the placeholders {${here}}, in Indonesian it has {${base}}`;
      const source = sources.find((each) => keysIn(each).includes(key));
      if (source) problems.push(source.problem([key], message, 'use the same placeholders in both'));
    }
  }
  const [source] = files.get(DEFAULT_LOCALE) ?? [];
  if (!source) return problems;
  for (const key of OWN_TEXTS.filter((each) => !all.has(each))) {
    problems.push(source.problem([], `text "${key}", which the engine says, is missing`, 'add it'));
  }
  for (const name of OWN_WORDS.filter((each) => texts.spoken(each).size === 0)) {
    problems.push(source.problem(['words'], `word list "${name}", which the engine uses, is missing`, 'add it'));
  }
  return problems;
}

function keysIn(source: YamlSource): string[] {
  return Object.keys((source.value as object | undefined) ?? {}).filter((key) => key !== 'words');
}

function unique(problems: readonly Problem[]): Problem[] {
  const seen = new Map(problems.map((each) => [`${each.file}:${each.line}:${each.message}`, each]));
  return [...seen.values()].toSorted((a, b) => a.file.localeCompare(b.file) || a.line - b.line);
}
