import type { Choice } from '../messages/message.js';
import { absorbText } from './absorb.js';
import { findCaseReference, isMainlyReference } from './answers/case-reference.js';
import { countWords } from './answers/free-text.js';
import { holdsPhrase } from './answers/holds-phrase.js';
import { beginsWith, createWordMatcher, type OptionMatcher } from './answers/match-option.js';
import { wantsOut } from './answers/mood.js';
import { asideIn, takeAside } from './aside.js';
import { cancel, expire, remind, resumeDraft } from './drafts.js';
import { offerEdit } from './edit.js';
import type { Flows } from './flow.js';
import type { Texts } from './i18n.js';
import { move, type Next, reask, startFlow } from './moves.js';
import { restore } from './restore.js';
import { contextOf, flowNamed, note, type RunningTurn, replaceTop, stepKey, stepOf, topRun } from './running-turn.js';
import type { Aside, GlobalWord } from './schema.js';
import { settleLocale } from './settle-locale.js';
import type { FlowRun, Input } from './state.js';
import type { Message } from './step.js';
import { kindOf } from './step-kinds.js';
import { tell } from './tell.js';
import { warn } from './warn.js';

const MAX_TURNS_PER_RUN = 200;

/** What an input comes to, before any step goes on by itself. */
export function react(turn: RunningTurn): Next {
  const { input } = turn;
  const isMoved = restore(turn);
  switch (input.type) {
    case 'message':
      return hear(turn, input, isMoved);
    case 'read':
      return read(turn, input);
    case 'timer':
      return input.name === 'remind' ? remind(turn) : expire(turn);
    case 'start':
      return startFlow(turn, input.flow, input.answers);
    case 'edit':
      return offerEdit(turn, input);
    case 'resume':
      return reask(turn);
  }
}

function hear(turn: RunningTurn, message: Message, isMoved: boolean): Next {
  settleLocale(turn, message);
  const run = topRun(turn);
  const word = wordOf(turn, message, run);
  // a word that was offered names no danger, and reading for one costs as much as the rest of the turn
  if (word === undefined && warn(turn, message.text)) {
    const after = turn.deps.flows.globals.after_danger?.[turn.warned.at(-1) ?? ''];
    if (after) return startFlow(turn, after.flow, after.set);
    note(turn, 'engine.after_danger');
  }
  if (run && run.turns >= MAX_TURNS_PER_RUN) return handOver(turn, run);
  if (run) replaceTop(turn, { ...run, turns: run.turns + 1 });
  if (message.tooLarge) {
    note(turn, 'engine.file_too_large');
    if (message.text === '' && message.attachments.length === 0) return reask(turn);
  }
  for (const flaw of message.flaws ?? []) if (flaw !== 'quarantined') note(turn, FLAWS[flaw]);
  if (isMoved) return startAgain(turn);
  if (message.choice && !isOpen(message, run)) return startLate(turn, message.choice) ?? refuseChoice(turn);
  if (word && word !== 'option') return 'aside' in word ? takeAside(turn, word.aside) : obey(turn, word.global);
  const wish = word === undefined ? phrasedIn(turn, message) : undefined;
  if (wish) return obey(turn, wish);
  if (word === undefined && isOutOfPatience(turn, message, run))
    return startFlow(turn, turn.deps.flows.globals.offer, { because: 'mood' });
  return isCaseAwaited(turn, message, run) ? tell(turn, message) : (asksForCase(turn, message) ?? tell(turn, message));
}

const FLAWS = { damaged: 'engine.file_damaged', locked: 'engine.file_locked' } as const;

const MOOD = 'mood';
/** So sure of what a text is about, it is a report, however angry. */
const SURE = 0.5;

/** Anger alone, or a refusal to go on, asks for a person; offered once while a chat is busy. */
function isOutOfPatience(turn: RunningTurn, { text, choice }: Message, run: FlowRun | undefined): boolean {
  if (text === '' || choice || turn.warned.includes(MOOD) || run?.flow === turn.deps.flows.globals.offer) return false;
  if (!wantsOut(text, turn.deps.texts) || (turn.classify(text).candidates[0]?.confidence ?? 0) >= SURE) return false;
  turn.warned.push(MOOD);
  return true;
}

function isCaseAwaited(turn: RunningTurn, message: Message, run: FlowRun | undefined): boolean {
  if (!run || message.early) return false;
  const step = stepOf(turn, run);
  return kindOf(step).awaitsCase?.(step) ?? false;
}

/** Goes to the case that a message is mainly about, unless that is just what is asked. */
function asksForCase(turn: RunningTurn, message: Message): Next {
  const found = findCaseReference(message.text);
  if (!found || !isMainlyReference(message.text)) return undefined;
  const answers = { wanted: found.number, ...(found.code ? { code: found.code } : {}) };
  return startFlow(turn, turn.deps.flows.globals.reference, answers);
}

/** True when the button was offered by the question that is open now. */
function isOpen(message: Message, run: FlowRun | undefined): boolean {
  return run !== undefined && !message.early && message.choice?.step === stepKey(run);
}

/** An old button of a question whose answer stays good starts its flow again. */
function startLate(turn: RunningTurn, { step, seq, option }: Choice): Next {
  const flow = turn.deps.flows.all.get(step.slice(0, Math.max(0, step.indexOf('.'))));
  return flow?.late ? startFlow(turn, flow.id, { late_seq: seq, said: option }) : undefined;
}

function refuseChoice(turn: RunningTurn): Next {
  note(turn, topRun(turn) ? 'engine.old_button' : 'engine.old_button_idle');
  return reask(turn);
}

/** True when a message picks an option of the question that is open now. */
export function isOption(turn: RunningTurn, message: Message): boolean {
  const run = topRun(turn);
  if (!run) return false;
  if (message.choice) return isOpen(message, run);
  const step = stepOf(turn, run);
  const claims = (how: 'exact' | 'close') =>
    kindOf(step).claims?.(step, contextOf(turn, run, false), message.text, how) ?? false;
  return claims('exact') || claims('close');
}

type Word = 'option' | { readonly aside: Aside } | { readonly global: GlobalWord };

/** What a whole message is, if it is a word we know: an option of the open question, before any other. */
function wordOf(turn: RunningTurn, message: Message, run: FlowRun | undefined): Word | undefined {
  const { texts, flows } = turn.deps;
  if (message.text === '' || message.choice) return undefined;
  const step = run && stepOf(turn, run);
  const kind = step && kindOf(step);
  const isOption = (how: 'exact' | 'close') =>
    run && step ? kind?.claims?.(step, contextOf(turn, run, false), message.text, how) : false;
  if (isOption('exact')) return 'option';
  const aside = asideIn(turn, message);
  if (aside) return { aside };
  const { matcher } = globalsOf(flows, texts);
  const global = (id: string | undefined): Word | undefined => {
    const found = id === undefined ? undefined : flows.globals.words[id];
    return found && { global: found };
  };
  const said = matcher.exact(message.text);
  if (said !== undefined) return global(said);
  // "Menur" is a place: where any text is an answer, only the very word is a command
  if (kind?.takesText || isOption('close')) return undefined;
  return global(matcher.close(message.text));
}

const MAX_PHRASED_WORDS = 8;

/** "tolong hapus semua data saya dong": a wish in a few words. One that asks how to do it is answered instead. */
function phrasedIn({ deps: { flows, texts } }: RunningTurn, { text, choice }: Message): GlobalWord | undefined {
  if (text === '' || choice || countWords(text) > MAX_PHRASED_WORDS) return undefined;
  const word = globalsOf(flows, texts).phrased.find(({ phrases }) => holdsPhrase(text, texts.spoken(phrases)));
  return word && !beginsWith(text, 'asks_how', texts) ? word : undefined;
}

function obey(turn: RunningTurn, word: GlobalWord): Next {
  if (word.action === 'cancel') return word.idle && !topRun(turn) ? startFlow(turn, word.idle, {}) : cancel(turn);
  if (word.action === 'resume') return resumeDraft(turn);
  return word.flow === undefined ? undefined : startFlow(turn, word.flow, word.set ?? {});
}

interface Globals {
  readonly matcher: OptionMatcher;
  /** Those that may be said in a phrase. */
  readonly phrased: readonly (GlobalWord & { readonly phrases: string })[];
}

const known = new WeakMap<Flows, Globals>();

function globalsOf(flows: Flows, texts: Texts): Globals {
  const before = known.get(flows);
  if (before) return before;
  const entries = Object.entries(flows.globals.words).map(([id, { words }]) => ({ id, words: texts.spoken(words) }));
  const phrased = Object.values(flows.globals.words).flatMap((word) =>
    word.phrases === undefined ? [] : [{ ...word, phrases: word.phrases }],
  );
  const made = { matcher: createWordMatcher(entries, texts), phrased };
  known.set(flows, made);
  return made;
}

function read(turn: RunningTurn, input: Extract<Input, { type: 'read' }>): Next {
  const run = topRun(turn);
  if (!run) return undefined;
  const step = stepOf(turn, run);
  return kindOf(step).read?.(step, contextOf(turn, run, false), input.value) ?? reask(turn);
}

/** Goes through a changed flow from its start, keeping what was said; steps whose answer is known are passed. */
function startAgain(turn: RunningTurn): Next {
  const run = topRun(turn);
  if (!run) return undefined;
  absorbText(turn);
  note(turn, 'engine.flow_changed');
  return move(turn, flowNamed(turn, run.flow).start, false);
}

function handOver(turn: RunningTurn, run: FlowRun): Next {
  replaceTop(turn, { ...run, turns: 0 });
  note(turn, 'engine.limit', { note: false });
  turn.effects.push({ type: 'handover', reason: 'limit' });
  return undefined;
}
