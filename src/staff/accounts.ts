import type { Clock } from '../core/clock.js';
import { AppError } from '../core/errors.js';
import { type Account, DEFAULT_CAPACITY, demandUnits, type Presence, type StaffLocale, toLogin } from './account.js';
import type { AccountStore } from './account-store.js';
import type { Role } from './actor.js';
import type { ApiTokens } from './api-tokens.js';
import type { Audit } from './audit.js';
import type { Links } from './links.js';
import { demandGoodPassword, type Passwords } from './password.js';
import type { SecondFactor } from './second-factor.js';
import { newId } from './secret.js';
import type { Sessions } from './sessions.js';

export interface NewAccount {
  readonly login: string;
  readonly name: string;
  readonly role: Role;
  readonly units: readonly string[];
  readonly capacity?: number | undefined;
  readonly locale?: StaffLocale | undefined;
}

export interface AccountPatch {
  readonly name?: string | undefined;
  readonly role?: Role | undefined;
  readonly units?: readonly string[] | undefined;
  readonly capacity?: number | undefined;
  readonly isActive?: boolean | undefined;
}

/** A one-time link for somebody to choose their password by. */
export interface Invitation {
  readonly token: string;
  readonly expiresAt: Date;
}

/** Making and changing accounts. `by` is a staff id or `cli:<name>`; all is audited. */
export interface Accounts {
  /** @throws {AppError} `request.invalid`, `request.conflict` when the login is taken */
  invite(wanted: NewAccount, by: string): Promise<{ readonly account: Account; readonly invitation: Invitation }>;
  /**
   * Changes an account. New rights count at once: what is open by the old ones is cut off.
   * @throws {AppError} `request.not_found`, `request.invalid`, `request.conflict` when no active admin would be left
   */
  change(id: string, patch: AccountPatch, by: string): Promise<Account>;
  /** Takes away the password, the identity of a provider, the second factor and all sessions, and invites anew. @throws {AppError} `request.not_found` */
  reset(id: string, by: string): Promise<Invitation>;
  /** The link for the first admin; undefined once there is somebody. */
  offerFirst(): Promise<string | undefined>;
  /**
   * Makes the first admin.
   * @throws {AppError} `request.unauthorized` when the link is used up or run out, `request.invalid` before it is used
   */
  acceptFirst(token: string, wanted: { name: string; login: string; password: string }): Promise<Account>;
  /** Sets the password of whoever was invited. @throws {AppError} as {@link acceptFirst} */
  acceptInvitation(
    token: string,
    wanted: { password: string; name?: string | undefined; login?: string | undefined },
  ): Promise<Account>;
  /** Ends all other sessions. @throws {AppError} `request.invalid`, `request.conflict` when it was taken away meanwhile */
  changePassword(account: Account, password: string, keepSession: string): Promise<void>;
  setPresence(id: string, presence: Presence): Promise<void>;
  setLocale(id: string, locale: StaffLocale): Promise<void>;
}

export interface AccountsDeps {
  readonly store: AccountStore;
  readonly sessions: Pick<Sessions, 'endAll'>;
  readonly tokens: Pick<ApiTokens, 'endAll'>;
  readonly links: Links;
  readonly passwords: Passwords;
  readonly secondFactor: Pick<SecondFactor, 'turnOff'>;
  readonly audit: Pick<Audit, 'append'>;
  readonly clock: Clock;
  /** Ids of the units there are. */
  readonly units: ReadonlySet<string>;
}

export function createAccounts(deps: AccountsDeps): Accounts {
  const { store, sessions, tokens, links, passwords, secondFactor, audit, clock, units } = deps;

  const toAccount = (wanted: NewAccount): Account => {
    demandUnits(wanted.role, wanted.units, units);
    return {
      _id: newId(),
      login: toLogin(wanted.login),
      name: wanted.name,
      role: wanted.role,
      units: [...new Set(wanted.units)],
      isActive: true,
      locale: wanted.locale ?? 'id',
      capacity: wanted.capacity ?? DEFAULT_CAPACITY,
      presence: 'available',
      createdAt: clock.now(),
      rightsRev: 1,
    };
  };

  const find = async (id: string): Promise<Account> => {
    const account = await store.find(id);
    if (!account) throw new AppError('request.not_found', 'There is no such account');
    return account;
  };

  const isLastAdmin = async ({ role, isActive }: Account) =>
    role === 'admin' && isActive && (await store.countActiveAdmins()) <= 1;

  async function change(id: string, patch: AccountPatch, by: string): Promise<Account> {
    const before = await find(id);
    const after = { ...before, ...defined(patch) };
    const rights = { role: after.role, units: [...new Set(after.units)], isActive: after.isActive };
    if (patch.role !== undefined || patch.units !== undefined) demandUnits(rights.role, rights.units, units);
    if ((rights.role !== 'admin' || !rights.isActive) && (await isLastAdmin(before))) throw noAdminLeft();
    const moved = !isSame(before, rights);
    const saved = await store.update(
      id,
      {
        $set: { name: after.name, capacity: after.capacity, ...rights },
        ...(moved ? { $inc: { rightsRev: 1 } } : {}),
      },
      // what two admins decide at once is decided on what both have seen
      { rightsRev: before.rightsRev },
    );
    if (!saved) throw new AppError('request.conflict', 'Somebody else has changed this account; look again');
    if (before.role === 'admin' && before.isActive) await demandAnAdmin(before, saved);
    if (before.isActive !== saved.isActive) await shutOut(id);
    await audit.append({ by, what: changeOf(before, rights), subject: id, details: { role: rights.role } });
    return saved;
  }

  /** Two admins who take each other's role at the same time have each still seen the other: both are put back. */
  async function demandAnAdmin(before: Account, saved: Account): Promise<void> {
    if ((await store.countActiveAdmins()) > 0) return;
    const rights = { role: before.role, units: before.units, isActive: before.isActive };
    await store.update(saved._id, { $set: rights, $inc: { rightsRev: 1 } });
    throw noAdminLeft();
  }

  /** Before the link is used up, so that another login can be tried. */
  async function demandFreeLogin(login: string, invited: Account): Promise<void> {
    if (login === invited.login) return;
    // an address is what an identity provider vouches for: only who manages accounts may say whose it is
    if (login.includes('@'))
      throw new AppError('request.invalid', 'login: choose one without @, or keep the one of the invitation', {
        field: 'login',
      });
    if (await store.findByLogin(login))
      throw new AppError('request.conflict', 'There is an account of this login already', { field: 'login' });
  }

  async function shutOut(id: string): Promise<void> {
    await Promise.all([sessions.endAll(id), tokens.endAll(id), links.withdraw(id)]);
  }

  return {
    change,
    async invite(wanted, by) {
      const account = toAccount(wanted);
      await store.insert(account);
      const invitation = await links.offerInvitation(account._id);
      await audit.append({ by, what: 'staff.invited', subject: account._id, details: { role: account.role } });
      return { account, invitation };
    },
    async reset(id, by) {
      const { isActive } = await find(id);
      if (!isActive) throw new AppError('request.conflict', 'This account is disabled');
      // nor at work any more, until the new password is chosen
      await store.update(id, { $unset: { passwordHash: 1, oidcSubject: 1, seenAt: 1 } });
      await secondFactor.turnOff(id);
      await shutOut(id);
      const invitation = await links.offerInvitation(id);
      await audit.append({ by, what: 'staff.password_reset', subject: id });
      return invitation;
    },
    offerFirst: async () => ((await store.hasAny()) ? undefined : links.offerFirst()),
    async acceptFirst(token, { name, login, password }) {
      const account = toAccount({ login, name, role: 'admin', units: [] });
      demandGoodPassword(password, [login, name]);
      if (!(await links.peek('first', token))) throw usedUp();
      const passwordHash = await passwords.hash(password);
      if (!(await links.take('first', token)) || (await store.hasAny())) throw usedUp();
      const admin: Account = { ...account, passwordHash, first: true };
      await store.insert(admin);
      await audit.append({ by: admin._id, what: 'staff.first_admin', subject: admin._id });
      return admin;
    },
    async acceptInvitation(token, wanted) {
      const link = await links.peek('invite', token);
      const invited = link?.staffId === undefined ? undefined : await store.find(link.staffId);
      if (!invited?.isActive) throw usedUp();
      const name = wanted.name ?? invited.name;
      const login = wanted.login === undefined ? invited.login : toLogin(wanted.login);
      await demandFreeLogin(login, invited);
      demandGoodPassword(wanted.password, [login, name]);
      const passwordHash = await passwords.hash(wanted.password);
      if (!(await links.take('invite', token))) throw usedUp();
      const account = await store.update(invited._id, { $set: { passwordHash, name, login } }, { isActive: true });
      if (!account) throw usedUp();
      await audit.append({ by: account._id, what: 'staff.invitation_accepted', subject: account._id });
      return account;
    },
    async changePassword({ _id, login, name, passwordHash: before }, password, keepSession) {
      demandGoodPassword(password, [login, name]);
      const passwordHash = await passwords.hash(password);
      // an admin who reset it while it was hashed had a reason
      const saved = before && (await store.update(_id, { $set: { passwordHash } }, { passwordHash: before }));
      if (!saved) throw new AppError('request.conflict', 'The password was changed meanwhile; sign in again');
      await sessions.endAll(_id, keepSession);
      await audit.append({ by: _id, what: 'staff.password_changed', subject: _id });
    },
    setPresence: async (id, presence) => void (await store.update(id, { $set: { presence } })),
    setLocale: async (id, locale) => void (await store.update(id, { $set: { locale } })),
  };
}

function noAdminLeft(): AppError {
  return new AppError('request.conflict', 'Without this account nobody could manage the others');
}

function usedUp(): AppError {
  return new AppError('request.unauthorized', 'This link has been used or has run out; ask for a new one');
}

function defined(patch: AccountPatch): Partial<Account> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
}

type RightsOf = Pick<Account, 'role' | 'units' | 'isActive'>;

function isSame(before: RightsOf, after: RightsOf): boolean {
  return changeOf(before, after) === 'staff.changed' && before.units.join() === after.units.join();
}

function changeOf(before: RightsOf, after: RightsOf): string {
  if (before.isActive !== after.isActive) return after.isActive ? 'staff.enabled' : 'staff.disabled';
  return before.role === after.role ? 'staff.changed' : 'staff.role_changed';
}
