import type { Db, Filter, UpdateFilter } from 'mongodb';
import { AppError } from '../core/errors.js';
import { isDuplicateKey } from '../store/connect.js';
import type { Account } from './account.js';

/** More staff than any office of ours has; lists are read whole. */
const MAX_STAFF = 5000;

export interface AccountStore {
  /** @throws {AppError} `request.conflict` when the login is taken (or, for a first admin, there is one) */
  insert(account: Account): Promise<void>;
  find(id: string): Promise<Account | undefined>;
  findByLogin(login: string): Promise<Account | undefined>;
  findByOidc(subject: string): Promise<Account | undefined>;
  findMany(ids: readonly string[]): Promise<Account[]>;
  /** Everybody, by login. */
  list(): Promise<Account[]>;
  /** Of one unit or, with `every`, those of every unit besides. */
  ofUnit(unit: string): Promise<Account[]>;
  hasAny(): Promise<boolean>;
  countActiveAdmins(): Promise<number>;
  /** @returns the account as it is then; undefined when none fits */
  update(id: string, change: UpdateFilter<Account>, guard?: Filter<Account>): Promise<Account | undefined>;
}

export function createAccountStore(db: Db): AccountStore {
  const staff = db.collection<Account>('staff');
  const taken = (error: unknown): never => {
    if (isDuplicateKey(error)) throw new AppError('request.conflict', 'There is an account of this login already');
    throw error;
  };
  return {
    insert: async (account) => void (await staff.insertOne(account).catch(taken)),
    find: async (id) => (await staff.findOne({ _id: id })) ?? undefined,
    findByLogin: async (login) => (await staff.findOne({ login })) ?? undefined,
    findByOidc: async (oidcSubject) => (await staff.findOne({ oidcSubject })) ?? undefined,
    findMany: (ids) => staff.find({ _id: { $in: [...ids] } }).toArray(),
    list: () => staff.find({}, { sort: { login: 1 }, limit: MAX_STAFF }).toArray(),
    ofUnit: (unit) => staff.find({ units: unit, isActive: true }, { limit: MAX_STAFF }).toArray(),
    hasAny: async () => (await staff.findOne({}, { projection: { _id: 1 } })) !== null,
    countActiveAdmins: () => staff.countDocuments({ role: 'admin', isActive: true }),
    update: async (id, change, guard = {}) =>
      (await staff.findOneAndUpdate({ ...guard, _id: id }, change, { returnDocument: 'after' }).catch(taken)) ??
      undefined,
  };
}
