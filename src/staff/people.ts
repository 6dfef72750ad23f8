import type { AccountStore } from './account-store.js';

/** Everybody who has or had an account, as far as pages need to name them. */
export interface People {
  /** Undefined for who is no account: `cli:...`, the service itself. */
  nameOf(staffId: string): string | undefined;
  /** How many of a unit could work now. */
  activeIn(unit: string): number;
}

export async function readPeople(accounts: Pick<AccountStore, 'list'>): Promise<People> {
  const all = await accounts.list();
  const names = new Map(all.map(({ _id, name }) => [_id, name]));
  return {
    nameOf: (staffId) => names.get(staffId),
    activeIn: (unit) => all.filter(({ isActive, units }) => isActive && units.includes(unit)).length,
  };
}
