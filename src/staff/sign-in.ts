import { equalSecrets, type Keys, mac } from '../core/crypto.js';
import { AppError } from '../core/errors.js';
import { isLoopback, networkOf } from '../core/network.js';
import { type Account, normalLogin } from './account.js';
import type { AccountStore } from './account-store.js';
import type { Audit } from './audit.js';
import type { ReserveTry, ThrottleKey } from './login-throttle.js';
import type { Passwords } from './password.js';
import type { SecondFactor } from './second-factor.js';
import { newId } from './secret.js';
import type { Sessions } from './sessions.js';

const FREE_BY_LOGIN = 5;
const FREE_BY_DEVICE = 10;
const FREE_BY_NETWORK = 30;
/** Failures in a row that are noted in the audit log. */
const BURSTS: ReadonlySet<number> = new Set([5, 10, 20, 50, 100, 200, 500, 1000]);

export interface Credentials {
  readonly login: string;
  readonly password: string;
  /** A code of the app, or a recovery code. */
  readonly totp?: string | undefined;
}

/** Where somebody signs in from. */
export interface Doorstep {
  readonly ip: string | undefined;
  readonly userAgent: string;
  /** The device cookie that an earlier sign-in left. */
  readonly device: string | undefined;
}

export interface SignedIn {
  readonly account: Account;
  readonly sessionId: string;
  /** For the session cookie. */
  readonly token: string;
  /** For the device cookie. */
  readonly device: string;
}

/** Signing in, by password or by an identity that was proved elsewhere. */
export interface SignIn {
  /**
   * @throws {AppError} `request.unauthorized`, the same and as late whether login or password is wrong, the account is
   * disabled or there is none; `auth.totp_required` when all is right but the second factor;
   * `request.rate_limited` after too many failures
   */
  byPassword(given: Credentials, at: Doorstep): Promise<SignedIn>;
  /** Whether it is somebody's own password, asked again. @throws {AppError} `request.rate_limited` */
  confirm(account: Account, password: string): Promise<boolean>;
  /** Opens a session for somebody who needs no more proof. @param how for the audit log */
  open(account: Account, at: Doorstep, how: 'password' | 'oidc' | 'link'): Promise<SignedIn>;
}

export function createSignIn(deps: {
  readonly accounts: Pick<AccountStore, 'findByLogin' | 'update'>;
  readonly sessions: Pick<Sessions, 'open' | 'end'>;
  readonly passwords: Passwords;
  readonly secondFactor: Pick<SecondFactor, 'check'>;
  readonly reserve: ReserveTry;
  readonly audit: Pick<Audit, 'append'>;
  readonly keys: Keys;
  readonly now: () => Date;
}): SignIn {
  const { accounts, sessions, passwords, secondFactor, reserve, audit, keys, now } = deps;
  const proofOf = (staffId: string, deviceId: string) =>
    mac(keys.receiptKey, 'device', staffId, deviceId).toString('base64url');

  /** The device that has signed this account in before; whoever has it is not slowed down by strangers' failures. */
  function deviceOf(account: Account | undefined, cookie: string | undefined): string | undefined {
    const [id = '', proof = ''] = (cookie ?? '').split('.');
    return account && equalSecrets(proof, proofOf(account._id, id)) ? id : undefined;
  }

  const open: SignIn['open'] = async (account, at, how) => {
    const { session, token } = await sessions.open(account._id, at.userAgent);
    // whoever reset the password or disabled the account meanwhile may have ended all sessions before this one began
    const current = await accounts.update(account._id, { $max: { seenAt: now() } });
    const isReset = current?.passwordHash !== account.passwordHash || current?.oidcSubject !== account.oidcSubject;
    if (!current?.isActive || isReset) {
      await sessions.end(session._id, account._id);
      throw new AppError('request.unauthorized', 'Login or password is wrong');
    }
    await audit.append({ by: account._id, what: 'staff.signed_in', subject: session._id, details: { how } });
    const deviceId = deviceOf(account, at.device) ?? newId();
    return { account, sessionId: session._id, token, device: `${deviceId}.${proofOf(account._id, deviceId)}` };
  };

  return {
    open,
    async confirm({ _id, passwordHash }, password) {
      const tried = await reserve([{ id: `login:again:${_id}`, free: FREE_BY_LOGIN }]);
      const isRight = await passwords.check(passwordHash, password);
      if (isRight) await tried.succeed(true);
      return isRight;
    },
    async byPassword({ login: given, password, totp }, at) {
      const login = normalLogin(given);
      const account = await accounts.findByLogin(login);
      const device = deviceOf(account, at.device);
      const key: ThrottleKey = device
        ? { id: `login:device:${device}`, free: FREE_BY_DEVICE }
        : { id: `login:${mac(keys.receiptKey, 'login', login).toString('base64url')}`, free: FREE_BY_LOGIN };
      const tried = await reserve(device ? [key] : [key, ...networkKeys(at.ip)]);
      const isRight = (await passwords.check(account?.passwordHash, password)) && account?.isActive === true;
      if (!isRight || !account) {
        await noteBurst(tried.fails, account);
        throw new AppError('request.unauthorized', 'Login or password is wrong');
      }
      if (account.totp && !(totp !== undefined && (await secondFactor.check(account, totp)))) {
        // to be asked for the code is no failure; a wrong code is
        if (totp === undefined) await tried.succeed(false);
        else await noteBurst(tried.fails, account);
        throw new AppError('auth.totp_required', 'Send the code of your authenticator app');
      }
      await tried.succeed(true);
      return open(account, at, 'password');
    },
  };

  async function noteBurst(fails: number, account: Account | undefined): Promise<void> {
    if (!BURSTS.has(fails)) return;
    // a login that nobody has may be a password typed into the wrong field: it is not kept
    const subject = account ? { subject: account._id } : {};
    await audit.append({ by: 'nobody', what: 'staff.sign_in_failing', ...subject, details: { fails } });
  }
}

function networkKeys(ip: string | undefined): ThrottleKey[] {
  return !ip || isLoopback(ip) ? [] : [{ id: `login:from:${networkOf(ip)}`, free: FREE_BY_NETWORK }];
}
