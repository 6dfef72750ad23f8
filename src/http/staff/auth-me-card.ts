import type { Keys } from '../../core/crypto.js';
import type { Account } from '../../staff/account.js';
import type { Me } from '../../staff/api/auth.js';
import { csrfTokenOf } from '../../staff/csrf.js';
import { rightsOf } from '../../staff/rights.js';

/** What somebody learns of themselves. */
export function toMe(account: Account, credential: string, keys: Keys, idleMs: number): Me {
  const { _id: staffId, login, name, role, locale, presence, totp, passwordHash, recovery } = account;
  const units = [...account.units];
  return {
    actor: { staffId, name, role, units },
    login,
    locale,
    presence,
    hasTotp: totp !== undefined,
    hasPassword: passwordHash !== undefined,
    recoveryLeft: recovery?.length ?? 0,
    rights: rightsOf({ staffId, name, role, units, via: 'session' }),
    csrf: csrfTokenOf(keys, credential),
    idleMinutes: idleMs / 60_000,
  };
}
