import type { CaseRules } from '../cases/case-rules.js';
import {
  type Circle,
  type CircleRules,
  circlesByNature,
  createUnitsOf,
  RAHASIA_CIRCLE,
  scopeOf,
} from '../cases/circle.js';
import type { CircleStore } from '../cases/circle-store.js';
import type { Clock } from '../core/clock.js';
import { type Actor, isOfEveryUnit } from './actor.js';

/** Whoever is taken out of a circle sees its cases no longer than this. */
const KEEP_MS = 2000;

/** The rules of circles as they stand, read every two seconds at most: one event may go to a hundred people. */
export interface Circles {
  rules(): Promise<CircleRules>;
}

export function createCircles(deps: {
  readonly store: CircleStore;
  readonly rules: CaseRules;
  readonly clock: Clock;
}): Circles {
  const { store, rules, clock } = deps;
  let known: { readonly atMs: number; readonly value: Promise<CircleRules> } | undefined;

  const read = async (): Promise<CircleRules> => ({
    named: await store.all(),
    byNature: circlesByNature(rules),
    unitsOf: createUnitsOf(rules, clock.now()),
  });

  return {
    rules() {
      const nowMs = clock.monotonicMs();
      if (known && nowMs - known.atMs < KEEP_MS) return known.value;
      const value = read();
      known = { atMs: nowMs, value };
      value.catch(() => {
        known = undefined;
      });
      return value;
    },
  };
}

/** What somebody may see of chats. */
export interface Sight {
  readonly actor: Actor;
  /** Units whose chats they see; undefined: those of every unit. */
  readonly units: readonly string[] | undefined;
  /** Circles whose chats are hidden from them. */
  readonly hidden: readonly Circle[];
}

export function sightOf(actor: Actor, rules: CircleRules): Sight {
  const { circles } = scopeOf(actor, rules);
  const hidden = [RAHASIA_CIRCLE, ...rules.byNature].filter((circle) => !circles.includes(circle));
  return { actor, units: isOfEveryUnit(actor) ? undefined : [...new Set(actor.units.flatMap(rules.unitsOf))], hidden };
}
