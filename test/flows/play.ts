import { toBubbles } from '../../src/flows/bubbles.js';
import type { Engine } from '../../src/flows/engine.js';
import type { Texts } from '../../src/flows/i18n.js';
import type {
  Advance,
  Answers,
  EngineState,
  FlowEffect,
  HandoverReason,
  Input,
  ReadName,
  ReadValue,
} from '../../src/flows/state.js';

/** What one input came to, look-ups answered. */
export interface Played {
  readonly state: EngineState;
  readonly effects: readonly FlowEffect[];
  /** Text keys, in order. */
  readonly said: readonly string[];
  readonly shown: string;
  readonly bubbles: ReturnType<typeof toBubbles>;
  readonly does: readonly { readonly name: string; readonly args: Answers }[];
  readonly handsOver: HandoverReason | undefined;
  readonly path: readonly string[];
  readonly wake: Advance['wake'];
  /** `flow.step` that waits, or undefined. */
  readonly waits: string | undefined;
}

export type Reads = (name: ReadName, args: Readonly<Record<string, string | number>>) => ReadValue;

const MAX_READS = 8;

/** Plays one input as the service does: the state goes through JSON, look-ups are answered until none is wanted. */
export function play(engine: Engine, texts: Texts, before: EngineState, input: Input, reads: Reads): Played {
  const effects: FlowEffect[] = [];
  const path: string[] = [];
  let step = engine.advance(JSON.parse(JSON.stringify(before)) as EngineState, input);
  for (let count = 0; ; count++) {
    if (count > MAX_READS) throw new Error('a flow never stops reading');
    path.push(...step.path);
    effects.push(...step.effects.filter((effect) => effect.type !== 'read'));
    const wanted = step.effects.at(-1);
    if (wanted?.type !== 'read') break;
    const value = reads(wanted.name, wanted.args);
    step = engine.advance(step.state, { type: 'read', at: input.at, name: wanted.name, value });
  }
  const { state } = step;
  const bubbles = toBubbles(effects, state.locale, texts);
  const top = state.runs.at(-1);
  return {
    state,
    effects,
    said: effects.flatMap((effect) => (effect.type === 'reply' ? [effect.text] : [])),
    shown: bubbles.map((bubble) => bubble.text).join('\n---\n'),
    bubbles,
    does: effects.flatMap((effect) => (effect.type === 'do' ? [{ name: effect.name, args: effect.args }] : [])),
    handsOver: effects.find((effect) => effect.type === 'handover')?.reason,
    path,
    wake: step.wake,
    waits: top && top.step !== 'draft' ? `${top.flow}.${top.step}` : undefined,
  };
}
