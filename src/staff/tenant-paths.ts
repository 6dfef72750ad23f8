import type { RightObject } from './rights.js';

/** What an office may write of its own in the place of a file that came with the service. */
export interface TenantPath {
  readonly path: string;
  /** Whose `read` and `write` it takes. */
  readonly object: RightObject;
  /** A change is in force once the processes have been started anew; the others are at once. */
  readonly needsRestart: boolean;
}

const FIXED: readonly TenantPath[] = [
  { path: 'units.yaml', object: 'unit', needsRestart: false },
  { path: 'categories.yaml', object: 'category', needsRestart: false },
  { path: 'lexicon.yaml', object: 'category', needsRestart: false },
  { path: 'sla.yaml', object: 'sla', needsRestart: false },
  { path: 'calendars.yaml', object: 'sla', needsRestart: false },
  { path: 'tone.yaml', object: 'settings', needsRestart: false },
  { path: 'templates.yaml', object: 'template', needsRestart: true },
];
const HOLIDAYS = /^holidays\/2\d{3}\.yaml$/;

/** @returns undefined for whatever isn't the office's to write */
export function findTenantPath(path: string): TenantPath | undefined {
  if (HOLIDAYS.test(path)) return { path, object: 'sla', needsRestart: false };
  return FIXED.find((each) => each.path === path);
}

/** Every such file: the fixed ones, and a holiday file for each of `years`. */
export function allTenantPaths(years: readonly number[]): readonly TenantPath[] {
  return [
    ...FIXED,
    ...years.map((year) => ({ path: holidaysPath(year), object: 'sla', needsRestart: false }) as const),
  ];
}

export function holidaysPath(year: number): string {
  return `holidays/${year}.yaml`;
}

/** A change of these may move deadlines. */
export function movesDeadlines(path: string): boolean {
  return path === 'calendars.yaml' || path === 'units.yaml' || HOLIDAYS.test(path);
}
