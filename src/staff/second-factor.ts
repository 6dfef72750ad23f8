import { randomBytes } from 'node:crypto';
import { Binary } from 'mongodb';
import type { Clock } from '../core/clock.js';
import { type Keys, mac, open, seal } from '../core/crypto.js';
import { AppError } from '../core/errors.js';
import { base32 } from '../core/ids.js';
import type { Account } from './account.js';
import type { AccountStore } from './account-store.js';
import { newTotpSecret, showTotpSecret, totpStepOf, totpUri } from './totp.js';

const RECOVERY_CODES = 10;
const RECOVERY_BYTES = 10;
const TOTP_CODE = /^\d{6}$/;

/** The optional second factor of an account. */
export interface SecondFactor {
  /** Makes a secret that counts only once confirmed. */
  offer(account: Account): Promise<{ readonly secret: string; readonly uri: string }>;
  /**
   * Turns it on, by a code of the secret offered last.
   * @returns the recovery codes, for the one time that they can be shown
   * @throws {AppError} `request.invalid` when the code isn't right or nothing was offered
   */
  confirm(account: Account, code: string): Promise<string[]>;
  turnOff(staffId: string): Promise<void>;
  /** Whether a code (of the app, or a recovery code) is right; it is used up then. */
  check(account: Account, code: string): Promise<boolean>;
}

export function createSecondFactor(deps: {
  readonly accounts: Pick<AccountStore, 'update'>;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly issuer: string;
}): SecondFactor {
  const { accounts, keys, clock, issuer } = deps;
  const openSecret = (staffId: string, sealed: Binary) =>
    Buffer.from(open<string>(keys, boundTo(staffId), sealed.buffer), 'base64');
  const hashOf = (staffId: string, code: string) =>
    mac(keys.receiptKey, 'recovery', staffId, code).toString('base64url');

  return {
    async offer({ _id, login }) {
      const secret = newTotpSecret();
      const sealed = new Binary(seal(keys, boundTo(_id), secret.toString('base64')));
      await accounts.update(_id, { $set: { totpOffered: sealed } });
      return { secret: showTotpSecret(secret), uri: totpUri(secret, issuer, login) };
    },
    async confirm({ _id, totpOffered }, code) {
      const step = totpOffered && totpStepOf(openSecret(_id, totpOffered), code, clock.now());
      if (!totpOffered || step === undefined)
        throw new AppError('request.invalid', 'code: is not the one your app shows now', { field: 'code' });
      const codes = Array.from({ length: RECOVERY_CODES }, () => base32(randomBytes(RECOVERY_BYTES)));
      const recovery = codes.map((each) => hashOf(_id, each));
      const on = await accounts.update(
        _id,
        { $set: { totp: totpOffered, totpStep: step, recovery }, $unset: { totpOffered: 1 } },
        { totpOffered },
      );
      if (!on) throw new AppError('request.conflict', 'Another secret was offered meanwhile; begin again');
      return codes.map((each) => each.replace(/(.{4})(?=.)/g, '$1-'));
    },
    async turnOff(staffId) {
      await accounts.update(staffId, { $unset: { totp: 1, totpOffered: 1, totpStep: 1, recovery: 1 } });
    },
    async check(account, given) {
      const { _id, totp, totpStep } = account;
      if (!totp) return false;
      const code = given.replace(/[\s-]/g, '').toLowerCase();
      if (TOTP_CODE.test(code)) {
        const step = totpStepOf(openSecret(_id, totp), code, clock.now(), totpStep);
        // of two who send the same code at once only one gets in
        return (
          step !== undefined && (await accounts.update(_id, { $set: { totpStep: step } }, older(step))) !== undefined
        );
      }
      const recovery = hashOf(_id, code);
      return (await accounts.update(_id, { $pull: { recovery } }, { recovery })) !== undefined;
    },
  };
}

function older(step: number) {
  return { $or: [{ totpStep: { $lt: step } }, { totpStep: { $exists: false } }] };
}

/** `store/rekey.ts` holds it to the same. */
function boundTo(staffId: string): string {
  return `totp:${staffId}`;
}
