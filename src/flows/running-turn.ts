import type { Classification, Extraction } from '../classification/types.js';
import { AppError } from '../core/errors.js';
import type { EngineDeps } from './engine.js';
import { paramsFor } from './params.js';
import type { Flow, Step } from './schema.js';
import {
  type Advance,
  type Answers,
  DRAFT_STEP,
  type EngineState,
  type FlowEffect,
  type FlowRun,
  type Input,
  isIdle,
  type Locale,
} from './state.js';
import type { Message, Reply, StepContext } from './step.js';
import { RECEIPT_PLACEHOLDER } from './steps/end.js';

export const MAX_RUNS = 3;
const MS_PER_MINUTE = 60_000;
const SILENT_EXPIRY_MINUTES = 60;
const DRAFT_KEPT_MINUTES = 30 * 24 * 60;
/** Two long descriptions don't fit into one state; the draft gives way, its words stay in the conversation. */
const MAX_STATE_BYTES = 15_500;

/** One call of the engine while it runs: the only place where anything changes, thrown away at its end. */
export interface RunningTurn {
  readonly deps: EngineDeps;
  readonly input: Input;
  runs: FlowRun[];
  locale: Locale;
  isLocaleSettled: boolean;
  misses: number;
  /** This message was not understood. */
  isMissed: boolean;
  warned: string[];
  readonly effects: FlowEffect[];
  readonly path: string[];
  classify(text: string): Classification;
  findDanger(text: string): string | undefined;
  extract(text: string): Extraction;
}

export function openTurn(deps: EngineDeps, state: EngineState, input: Input): RunningTurn {
  const classify = remember(deps.classify);
  return {
    deps,
    input,
    runs: [...state.runs],
    locale: state.locale,
    isLocaleSettled: state.isLocaleSettled ?? false,
    misses: state.misses,
    isMissed: false,
    warned: [...state.warned],
    effects: [],
    path: [],
    classify,
    findDanger: deps.findDanger ?? ((text) => classify(text).danger),
    extract: remember((text) => deps.extract(text, dayIn(input.at, deps.timeZone))),
  };
}

/** The state to keep, the effects, and when to come back. */
export function close(turn: RunningTurn): Advance {
  const { locale, isLocaleSettled } = turn;
  const misses = turn.input.type === 'message' && !turn.isMissed ? 0 : turn.misses;
  const [first] = turn.runs;
  const isHeavy =
    first?.step === DRAFT_STEP &&
    turn.runs.length > 1 &&
    Buffer.byteLength(JSON.stringify(turn.runs)) > MAX_STATE_BYTES;
  const runs = isHeavy ? turn.runs.slice(1) : turn.runs;
  const warned = isIdle({ runs, locale, misses, warned: [] }) ? [] : turn.warned;
  const wake = wakeOf(turn, runs);
  return {
    state: { runs, locale, misses, warned, ...(isLocaleSettled ? { isLocaleSettled } : {}) },
    effects: turn.effects,
    path: turn.path,
    ...(wake ? { wake } : {}),
  };
}

/** The run that waits for the citizen; undefined when nothing is asked. */
export function topRun(turn: RunningTurn): FlowRun | undefined {
  const run = turn.runs.at(-1);
  return run?.step === DRAFT_STEP ? undefined : run;
}

export function replaceTop(turn: RunningTurn, run: FlowRun): void {
  turn.runs[turn.runs.length - 1] = run;
}

/** Puts a new run on the stack; on a full one it takes the place of the topmost. */
export function push(turn: RunningTurn, flow: Flow, answers: Answers): void {
  if (turn.runs.length >= MAX_RUNS) turn.runs.pop();
  turn.runs.push({ flow: flow.id, version: flow.version, step: flow.start, answers, turns: 0 });
}

export function flowNamed(turn: RunningTurn, id: string): Flow {
  const flow = turn.deps.flows.all.get(id);
  if (!flow) throw new AppError('flow.invalid', `No flow called "${id}"`, { flow: id });
  return flow;
}

export function stepOf(turn: RunningTurn, run: FlowRun): Step {
  const step = flowNamed(turn, run.flow).steps[run.step];
  if (!step) {
    const { flow, step: id } = run;
    throw new AppError('flow.invalid', `Flow ${flow} has no step "${id}"`, { flow, step: id });
  }
  return step;
}

/** What buttons of a step carry, so that one of another flow's is told apart. */
export function stepKey(run: Pick<FlowRun, 'flow' | 'step'>): string {
  return `${run.flow}.${run.step}`;
}

/** The message that this turn is about, if it is one. */
export function messageOf(turn: RunningTurn): Message | undefined {
  return turn.input.type === 'message' ? turn.input : undefined;
}

export function contextOf(turn: RunningTurn, run: FlowRun, asked: boolean): StepContext {
  const { flows, texts } = turn.deps;
  const { absorb, asides = [] } = flowNamed(turn, run.flow);
  return {
    answers: run.answers,
    locale: turn.locale,
    absorb,
    asides,
    texts,
    flows,
    asked,
    classify: turn.classify,
    extract: turn.extract,
    findRegion: (text) => turn.deps.findRegion?.(text),
    findAnswer: (text) => turn.deps.findAnswer?.(text),
    reply: (text, more = {}) =>
      replyOf(turn, text, run, {
        ...more,
        ...(more.expect && more.expect !== 'nothing' ? { step: stepKey(run) } : {}),
      }),
  };
}

/** A passing word of the engine's own. */
export function note(turn: RunningTurn, text: string, more: Partial<Reply> = {}): void {
  turn.effects.push(replyOf(turn, text, topRun(turn), { note: true, ...more }));
}

function replyOf(
  turn: RunningTurn,
  text: string,
  run: FlowRun | undefined,
  more: Partial<Omit<Reply, 'type' | 'text'>>,
): Reply {
  const { flows, texts } = turn.deps;
  const flow = run && flows.all.get(run.flow);
  const params = paramsFor(texts.placeholders(text, turn.locale), run?.answers ?? {}, turn.locale, flows, flow);
  const receipt = more.receiptFor ? { receiptCode: RECEIPT_PLACEHOLDER } : {};
  return { type: 'reply', text, ...more, params: { ...params, ...receipt, ...more.params } };
}

function wakeOf(turn: RunningTurn, runs: readonly FlowRun[]): Advance['wake'] {
  const run = runs.at(-1);
  if (!run) return undefined;
  if (run.step === DRAFT_STEP) return { name: 'expire', afterMs: DRAFT_KEPT_MINUTES * MS_PER_MINUTE };
  const idle = turn.deps.flows.all.get(run.flow)?.idle;
  const wasReminded = turn.input.type === 'timer';
  if (idle?.remindAfterMinutes && idle.remind && !wasReminded) {
    return { name: 'remind', afterMs: idle.remindAfterMinutes * MS_PER_MINUTE };
  }
  return { name: 'expire', afterMs: (idle?.expireAfterMinutes ?? SILENT_EXPIRY_MINUTES) * MS_PER_MINUTE };
}

/** The last argument and result: a turn asks the same of the same text several times. */
function remember<T>(work: (text: string) => T): (text: string) => T {
  let last: { readonly text: string; readonly result: T } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, result: work(text) };
    return last.result;
  };
}

const dayFormats = new Map<string, Intl.DateTimeFormat>();
let lastDay = { key: '', day: '' };

/** YYYY-MM-DD of an instant in a zone. */
function dayIn(at: string, timeZone = 'Asia/Jakarta'): string {
  // days begin on whole minutes in every zone, and formatting one costs as much as the rest of a step
  const key = `${timeZone} ${at.slice(0, 16)} ${at.slice(-6)}`;
  if (key === lastDay.key) return lastDay.day;
  let format = dayFormats.get(timeZone);
  if (!format) {
    // Swedish writes dates as ISO 8601 does
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
    dayFormats.set(timeZone, format);
  }
  lastDay = { key, day: format.format(new Date(at)) };
  return lastDay.day;
}
