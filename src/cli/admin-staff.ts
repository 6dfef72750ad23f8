import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { loadCaseRules } from '../cases/case-rules.js';
import { systemClock } from '../core/clock.js';
import { AppError } from '../core/errors.js';
import { type Account, normalLogin } from '../staff/account.js';
import { ROLES, type Role } from '../staff/actor.js';
import { createAudit } from '../staff/audit.js';
import { createStaff, type Staff } from '../staff/staff.js';
import type { CaseAdmin } from './admin-cases.js';

export const STAFF_USAGE = `  staff list       everybody of staff
  staff add LOGIN --name NAME --role ${ROLES.join('|')} [--unit ID ...]
                   makes an account, and prints a link for its owner to choose a password by
  staff disable LOGIN
                   ends all sessions and tokens at once; staff enable LOGIN lets them in again
  staff reset-password LOGIN
                   takes away password and second factor, and prints a new link
`;

const text = { type: 'string' } as const;

/** Runs one of {@link STAFF_USAGE}: the way back in when nobody can sign in. @returns what to print, or undefined */
export async function runStaffCommand(admin: CaseAdmin, words: readonly string[]): Promise<string | undefined> {
  if (words[0] !== 'staff') return undefined;
  const [, command, login = ''] = words;
  const staff = open(admin);
  const by = `cli:${userInfo().username}`;
  if (command === 'list') return (await staff.store.list()).map(lineOf).join('') || 'nobody yet\n';
  if (command === 'add' && login) return add(staff, admin, words.slice(2), by);
  if (!login || !['disable', 'enable', 'reset-password'].includes(command ?? '')) return undefined;
  const account = await staff.store.findByLogin(normalLogin(login));
  if (!account) throw new AppError('request.invalid', `Nobody has the login ${login}`);
  if (command === 'reset-password') {
    const { token, expiresAt } = await staff.accounts.reset(account._id, by);
    return linkOf(admin, token, expiresAt);
  }
  return lineOf(await staff.accounts.change(account._id, { isActive: command === 'enable' }, by));
}

async function add(staff: Staff, admin: CaseAdmin, words: readonly string[], by: string): Promise<string> {
  const options = { name: text, role: text, unit: { type: 'string', multiple: true } } as const;
  const { positionals, values } = parseArgs({ args: [...words], options, allowPositionals: true });
  const { name, role, unit: units = [] } = values;
  if (!name?.trim()) throw new AppError('request.invalid', 'Say who it is: --name NAME');
  if (!isRole(role)) throw new AppError('request.invalid', `--role is one of ${ROLES.join(', ')}`);
  const login = positionals[0] ?? '';
  const { account, invitation } = await staff.accounts.invite({ login, name: name.trim(), role, units }, by);
  return lineOf(account) + linkOf(admin, invitation.token, invitation.expiresAt);
}

function open({ db, keys, config, flowsDir }: CaseAdmin): Staff {
  const { routing } = loadCaseRules(flowsDir, config.TENANT_ZONE, []);
  return createStaff({
    db,
    keys,
    clock: systemClock,
    audit: createAudit(db, systemClock),
    limits: { idleMs: config.SESSION_IDLE_MINUTES * 60_000, maxMs: config.SESSION_MAX_HOURS * 3_600_000 },
    units: new Set(Object.keys(routing.units)),
    siteName: config.TENANT_NAME,
  });
}

function isRole(word: string | undefined): word is Role {
  return ROLES.some((role) => role === word);
}

function lineOf({ login, name, role, units, isActive, passwordHash, totp }: Account): string {
  const state = isActive ? (passwordHash ? 'active' : 'invited') : 'disabled';
  return `${login}  ${role}  ${state}${totp ? '  2nd factor' : ''}  ${units.join(',') || 'all units'}  ${name}\n`;
}

function linkOf({ config }: CaseAdmin, token: string, expiresAt: Date): string {
  const base = config.PUBLIC_URL ?? `http://localhost:${config.HTTP_PORT}`;
  return `${base}/console/#/invite?token=${token}\ngood once, until ${expiresAt.toISOString()}\n`;
}
