import type { FindAnswer } from '../classification/faq.js';
import type { GuessLanguage } from '../classification/language.js';
import type { FindRegion } from '../classification/regions.js';
import type { Classify, Extract, FindDanger } from '../classification/types.js';
import { AppError } from '../core/errors.js';
import type { Flows } from './flow.js';
import { follow } from './follow.js';
import type { Texts } from './i18n.js';
import { isOption, react } from './react.js';
import { close, openTurn } from './running-turn.js';
import type { Advance, EngineState, Input } from './state.js';
import { warn } from './warn.js';

export interface EngineDeps {
  readonly flows: Flows;
  readonly texts: Texts;
  readonly classify: Classify;
  /** What `classify` says of danger, for less; it is asked itself when left out. */
  readonly findDanger?: FindDanger;
  readonly extract: Extract;
  /** Answers to questions; none when left out. */
  readonly findAnswer?: FindAnswer;
  /** The regions of the tenant; none when left out. */
  readonly findRegion?: FindRegion;
  /** Tells the language somebody writes; everybody is spoken to in Indonesian when left out. */
  readonly guessLanguage?: GuessLanguage;
  /** IANA zone in which "kemarin" is counted. */
  readonly timeZone?: string;
}

export interface Engine {
  /**
   * Runs a conversation from where it waits to where it next waits, ends, or needs a look-up. Pure: everything that
   * must happen is in the effects, in order.
   *
   * @throws {AppError} `flow.newer_version` when a run comes from a newer flow than this process knows;
   * `flow.invalid` when a flow runs 100 steps without waiting, which flows:check makes sure it can't
   */
  advance(state: EngineState, input: Input): Advance;
  /** True when a message picks one of the options of the open question: by button, number or word. */
  picks(state: EngineState, input: Input): boolean;
  /** The state without the question that is put to those who wait in vain: the wait is over. */
  endWait(state: EngineState): EngineState;
  /** Only the danger numbers that a text calls for: for conversations that a person holds. */
  warn(state: EngineState, text: string): Advance;
}

const MAX_STEPS_PER_TURN = 100;

export function createEngine(deps: EngineDeps): Engine {
  return {
    advance(state, input) {
      const turn = openTurn(deps, state, input);
      let outcome = react(turn);
      for (let steps = 0; outcome; steps++) {
        if (steps === MAX_STEPS_PER_TURN) {
          const { flow, step } = turn.runs.at(-1) ?? { flow: '', step: '' };
          throw new AppError('flow.invalid', `Flow ${flow} ran ${steps} steps without waiting`, { flow, step });
        }
        outcome = follow(turn, outcome);
      }
      return close(turn);
    },

    picks: (state, input) => input.type === 'message' && isOption(openTurn(deps, state, input), input),

    endWait: (state) => ({ ...state, runs: state.runs.filter(({ flow }) => flow !== deps.flows.globals.waiting) }),

    warn(state, text) {
      const turn = openTurn(deps, state, { type: 'resume', at: '' });
      warn(turn, text);
      return { state: { ...state, warned: turn.warned }, effects: turn.effects, path: [] };
    },
  };
}
