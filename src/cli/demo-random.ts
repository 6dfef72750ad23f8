/** Chance that is the same at every run, so that a demo can be shown again. */
export interface Chance {
  /** 0 to 1. */
  number(): number;
  /** Whole, `from` and `to` included. */
  between(from: number, to: number): number;
  /** @throws {RangeError} when there is nothing to pick from */
  pick<T>(from: readonly T[]): T;
  is(share: number): boolean;
}

/** Mulberry32: 32 bits of state are plenty for a city of three hundred. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  const number = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    number,
    between: (from, to) => from + Math.floor(number() * (to - from + 1)),
    is: (share) => number() < share,
    pick(from) {
      const picked = from[Math.floor(number() * from.length)];
      if (picked === undefined) throw new RangeError('nothing to pick from');
      return picked;
    },
  };
}
