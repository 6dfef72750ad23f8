/** A dotted path, split once. */
export interface Path {
  readonly text: string;
  readonly names: readonly Buffer[];
  /** For each name the array position it can stand for, or -1. */
  readonly positions: readonly number[];
}

const POSITION = /^(0|[1-9]\d{0,8})$/;

/** The array position a path component can stand for, or -1. */
export function positionOf(component: string): number {
  return POSITION.test(component) ? Number(component) : -1;
}

export function parsePath(text: string): Path {
  const components = text.split('.');
  return {
    text,
    names: components.map((component) => Buffer.from(component)),
    positions: components.map(positionOf),
  };
}
