import type { Assignee } from '../cases/assignment.js';
import type { LevelHolders } from '../cases/escalation.js';
import type { Clock } from '../core/clock.js';
import type { Account } from './account.js';
import type { AccountStore } from './account-store.js';
import { isOfEveryUnit, type Role } from './actor.js';
import type { StaffCard } from './directory.js';

/** Who holds what while there are no accounts: lateness is put before the service, whoever that will be. */
const NOBODY = 'service';

/** Who of staff could do what now, as assignment, escalation and colleagues see them. */
export interface Roster {
  /** Everybody who works here, to be read through a `Directory`. */
  cards(): Promise<StaffCard[]>;
  /** The agents of a unit, who could take a case of it. */
  staffOf(unit: string): Promise<Pick<Assignee, 'staffId' | 'isPresent' | 'capacity'>[]>;
  /** Who of a unit hears of lateness; supervisors of every unit lead all, and admins answer where nobody does. */
  holdersOf(unit: string): Promise<LevelHolders>;
}

/** @param idleMs after so long without a request somebody is not at work */
export function createRoster(accounts: Pick<AccountStore, 'list' | 'ofUnit'>, clock: Clock, idleMs: number): Roster {
  const isPresent = ({ presence, seenAt }: Account) =>
    presence === 'available' && seenAt !== undefined && clock.now().getTime() - seenAt.getTime() < idleMs;

  let reading: Promise<Account[]> | undefined;

  /** Everybody who works here; those who ask at the same time share one reading. */
  function readActive(): Promise<Account[]> {
    reading ??= accounts
      .list()
      .then((all) => all.filter(({ isActive }) => isActive))
      .finally(() => {
        reading = undefined;
      });
    return reading;
  }

  return {
    async cards() {
      const active = await readActive();
      return active.map((each) => ({
        id: each._id,
        name: each.name,
        role: each.role,
        units: each.units,
        isAvailable: isPresent(each),
        capacity: each.capacity,
      }));
    },
    async staffOf(unit) {
      const agents = (await accounts.ofUnit(unit)).filter(({ role }) => role === 'agent');
      return agents.map((each) => ({ staffId: each._id, isPresent: isPresent(each), capacity: each.capacity }));
    },
    async holdersOf(unit) {
      const active = await readActive();
      const idsOf = (role: Role, fits: (each: Account) => boolean) =>
        active.flatMap((each) => (each.role === role && fits(each) ? [each._id] : []));
      const isHere = ({ units }: Account) => units.includes(unit);
      const leaders = idsOf('supervisor', isOfEveryUnit);
      const [first = NOBODY, ...others] = idsOf('admin', () => true);
      return {
        agent: idsOf('agent', isHere),
        coordinator: idsOf('coordinator', isHere),
        supervisor: idsOf('supervisor', isHere),
        leader: leaders,
        service: leaders[0] === undefined ? [first, ...others] : [leaders[0], ...leaders.slice(1)],
      };
    },
  };
}
