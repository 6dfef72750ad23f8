import type { Response } from 'express';
import { AppError } from '../../core/errors.js';
import type { Account } from '../../staff/account.js';
import type { Staff } from '../../staff/staff.js';
import type { Gate } from './gate.js';

/** Guards of what only a person may do to their own account. */
export interface Own {
  /** The account of whoever asks by session. @throws {AppError} `request.forbidden` by token */
  accountOf(response: Response): Promise<Account>;
  /** The id of the session that asks. @throws {AppError} `request.forbidden` by token */
  sessionOf(response: Response): string;
  /**
   * Asks for the password again before what a borrowed screen must not be enough for; slowed down like signing in.
   * @throws {AppError} `request.invalid`, `request.rate_limited`
   */
  confirm(account: Account, password: string, field: string): Promise<void>;
}

export function createOwn({ store, signIn }: Pick<Staff, 'store' | 'signIn'>, gate: Gate): Own {
  const sessionOf = (response: Response) => {
    const { actor, credential } = gate.seatOf(response);
    if (actor.via !== 'session') throw new AppError('request.forbidden', 'This needs a person, not a token');
    return credential.slice('session:'.length);
  };
  return {
    sessionOf,
    async accountOf(response) {
      sessionOf(response);
      const account = await store.find(gate.actorOf(response).staffId);
      if (!account) throw new AppError('request.unauthorized', 'Sign in first');
      return account;
    },
    async confirm(account, password, field) {
      if (!(await signIn.confirm(account, password)))
        throw new AppError('request.invalid', `${field}: is not your password`, { field });
    },
  };
}
