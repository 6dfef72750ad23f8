export const ROLES = ['agent', 'coordinator', 'supervisor', 'auditor', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Whoever of staff a request comes from, as they are at this moment: role and units are read anew for each. */
export interface Actor {
  readonly staffId: string;
  readonly name: string;
  readonly role: Role;
  /** Whose conversations and cases they work. Empty: not limited to units (only supervisor, auditor, admin). */
  readonly units: readonly string[];
  readonly via: 'session' | 'token';
  /** What an API token may do at most, as `object:verb` or `object:*`; absent for sessions, which aren't narrowed. */
  readonly scopes?: readonly string[];
}

const UNLIMITED: ReadonlySet<Role> = new Set(['supervisor', 'auditor', 'admin']);

/** True when somebody works for every unit. */
export function isOfEveryUnit({ role, units }: Pick<Actor, 'role' | 'units'>): boolean {
  return units.length === 0 && UNLIMITED.has(role);
}
