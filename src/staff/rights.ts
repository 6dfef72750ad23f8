import { AppError } from '../core/errors.js';
import { type Actor, isOfEveryUnit, type Role } from './actor.js';

export const OBJECTS = [
  'conversation',
  'case',
  'case_identity',
  'case_restricted',
  'attachment',
  'note',
  'staff',
  'unit',
  'category',
  'canned',
  'template',
  'sla',
  'channel',
  'flow',
  'dead_letter',
  'audit',
  'retention',
  'export',
  'stats',
  'settings',
] as const;
export type RightObject = (typeof OBJECTS)[number];

export const VERBS = [
  'list',
  'read',
  'search',
  'export',
  'stream',
  'claim',
  'say',
  'release',
  'transfer',
  'write',
  'assign',
  'status',
  'merge',
  'review',
  'reveal',
  'manage',
] as const;
export type Verb = (typeof VERBS)[number];

/**
 * How far a right reaches: to what is held by oneself, to that and all of one's units, or to everything.
 * Somebody of every unit has `all` where others have `unit`.
 */
export type Reach = 'own' | 'unit' | 'all';

type Rights = Readonly<Partial<Record<RightObject, Readonly<Partial<Record<Verb, Reach>>>>>>;

const LOOK = ['list', 'read', 'search', 'stream'] as const;

/** The same reach for several verbs. */
function each(reach: Reach, ...verbs: readonly Verb[]): Readonly<Partial<Record<Verb, Reach>>> {
  return Object.fromEntries(verbs.map((verb) => [verb, reach]));
}

const SHARED_DATA: Rights = {
  unit: each('all', 'list', 'read'),
  category: each('all', 'list', 'read'),
  canned: each('all', 'list', 'read'),
  template: each('all', 'list', 'read'),
  sla: each('all', 'list', 'read'),
  settings: each('all', 'read'),
};

/**
 * Who may do what. What is not here nobody may.
 *
 * - `case_restricted` is the most a role can have: its circle (`cases/circle.ts`) decides besides.
 * - `case_identity`: `reveal` shows the name behind a case to whoever works it; `manage` approves that an anonim one is
 *   shown. Admins have neither: who runs the machine need not know who complained.
 * - `case` `review`: looks at what was rated badly or revealed, which must be somebody who answers for it.
 * - `staff` `list` is names, roles and presence, as far as transfers and mentions need them; `read` is the account.
 */
export const RIGHTS: Readonly<Record<Role, Rights>> = {
  agent: {
    ...SHARED_DATA,
    conversation: {
      ...each('unit', ...LOOK, 'claim'),
      ...each('own', 'say', 'release', 'transfer', 'write'),
    },
    case: { ...each('unit', ...LOOK, 'claim', 'write', 'status'), ...each('own', 'transfer') },
    case_identity: each('own', 'reveal'),
    case_restricted: { ...each('unit', ...LOOK, 'write', 'status') },
    attachment: { ...each('unit', 'read'), ...each('own', 'write') },
    note: each('unit', 'list', 'read', 'write'),
    staff: each('all', 'list'),
  },
  coordinator: {
    ...SHARED_DATA,
    conversation: {
      ...each('unit', ...LOOK, 'claim', 'release', 'transfer', 'assign', 'write'),
      ...each('own', 'say'),
    },
    case: each('unit', ...LOOK, 'export', 'claim', 'transfer', 'write', 'assign', 'status', 'merge'),
    case_identity: each('unit', 'reveal'),
    case_restricted: each('unit', ...LOOK, 'write', 'assign', 'status', 'merge'),
    attachment: each('unit', 'read', 'write'),
    note: each('unit', 'list', 'read', 'write'),
    staff: each('all', 'list'),
    canned: each('all', 'list', 'read', 'write'),
    export: each('unit', 'list', 'read', 'write'),
    stats: each('unit', 'read', 'stream'),
  },
  supervisor: {
    ...SHARED_DATA,
    conversation: {
      ...each('unit', ...LOOK, 'export', 'claim', 'release', 'transfer', 'assign', 'write'),
      ...each('own', 'say'),
    },
    case: each('unit', ...LOOK, 'export', 'claim', 'transfer', 'write', 'assign', 'status', 'merge', 'review'),
    case_identity: each('unit', 'reveal', 'manage'),
    case_restricted: {
      ...each('unit', ...LOOK, 'export', 'transfer', 'write', 'assign', 'status', 'merge', 'review', 'manage'),
    },
    attachment: each('unit', 'read', 'write'),
    note: each('unit', 'list', 'read', 'write'),
    staff: each('all', 'list', 'read'),
    canned: each('all', 'list', 'read', 'write', 'manage'),
    template: each('all', 'list', 'read', 'write'),
    channel: each('all', 'list', 'read'),
    flow: each('all', 'list', 'read'),
    dead_letter: each('all', 'list', 'read', 'write'),
    audit: each('all', 'list', 'read', 'search'),
    retention: each('all', 'list', 'read'),
    export: each('unit', 'list', 'read', 'write'),
    stats: each('unit', 'read', 'stream', 'export'),
  },
  auditor: {
    ...SHARED_DATA,
    conversation: each('unit', 'list', 'read', 'search'),
    case: each('unit', 'list', 'read', 'search', 'export'),
    case_restricted: each('unit', 'list', 'read', 'search'),
    attachment: each('unit', 'read'),
    note: each('unit', 'list', 'read'),
    staff: each('all', 'list', 'read'),
    channel: each('all', 'list', 'read'),
    flow: each('all', 'list', 'read'),
    dead_letter: each('all', 'list', 'read'),
    audit: each('all', 'list', 'read', 'search', 'export'),
    retention: each('all', 'list', 'read'),
    export: each('unit', 'list', 'read', 'write'),
    stats: each('unit', 'read', 'stream', 'export'),
  },
  admin: {
    conversation: {
      ...each('unit', ...LOOK, 'claim', 'release', 'transfer', 'assign', 'write'),
      ...each('own', 'say'),
    },
    case: each('unit', ...LOOK, 'export', 'claim', 'transfer', 'write', 'assign', 'status', 'merge'),
    case_restricted: each('unit', ...LOOK),
    attachment: each('unit', 'read', 'write'),
    note: each('unit', 'list', 'read', 'write'),
    staff: each('all', 'list', 'read', 'write', 'manage'),
    unit: each('all', 'list', 'read', 'write', 'manage'),
    category: each('all', 'list', 'read', 'write', 'manage'),
    canned: each('all', 'list', 'read', 'write', 'manage'),
    template: each('all', 'list', 'read', 'write', 'manage'),
    sla: each('all', 'list', 'read', 'write', 'manage'),
    channel: each('all', 'list', 'read', 'write', 'manage'),
    flow: each('all', 'list', 'read'),
    dead_letter: each('all', 'list', 'read', 'write', 'manage'),
    audit: each('all', 'list', 'read', 'search', 'export'),
    retention: each('all', 'list', 'read', 'manage'),
    export: each('unit', 'list', 'read', 'write'),
    stats: each('unit', 'read', 'stream', 'export'),
    settings: each('all', 'read', 'write', 'manage'),
  },
};

/** To what a right is wanted. */
export interface RightAt {
  /** The unit it belongs to; absent when it belongs to none yet. */
  readonly unit?: string;
  /** Who holds it; absent when nobody does. */
  readonly staffId?: string;
}

/** A conversation that no unit has been found for waits in sight of everybody; a case always has its unit. */
const SHARED_WITHOUT_UNIT: ReadonlySet<RightObject> = new Set(['conversation', 'attachment', 'note']);

/**
 * Whether somebody may do something to one thing. Without `at`: whether they may to any, as for a list, whose query
 * must then hold itself to {@link reachOf}.
 */
export function may(actor: Actor, object: RightObject, verb: Verb, at?: RightAt): boolean {
  const reach = reachOf(actor, object, verb);
  if (!reach) return false;
  if (!at || reach === 'all' || at.staffId === actor.staffId) return true;
  if (reach === 'own') return false;
  return at.unit === undefined ? SHARED_WITHOUT_UNIT.has(object) : actor.units.includes(at.unit);
}

/** How far somebody may do something; undefined when they may not. */
export function reachOf(actor: Actor, object: RightObject, verb: Verb): Reach | undefined {
  const reach = RIGHTS[actor.role][object]?.[verb];
  if (!reach || !isInScopes(actor, object, verb)) return undefined;
  return reach === 'unit' && isOfEveryUnit(actor) ? 'all' : reach;
}

/** @throws {AppError} `request.forbidden` unless {@link may} */
export function demand(actor: Actor, object: RightObject, verb: Verb, at?: RightAt): void {
  if (!may(actor, object, verb, at))
    throw new AppError('request.forbidden', 'Your role does not allow this', { object, verb });
}

/** Every right of somebody as `object:verb`, so that a page shows only what will be done. */
export function rightsOf(actor: Actor): string[] {
  return OBJECTS.flatMap((object) =>
    VERBS.filter((verb) => may(actor, object, verb)).map((verb) => `${object}:${verb}`),
  );
}

function isInScopes({ scopes }: Actor, object: RightObject, verb: Verb): boolean {
  return !scopes || scopes.includes(`${object}:${verb}`) || scopes.includes(`${object}:*`);
}
