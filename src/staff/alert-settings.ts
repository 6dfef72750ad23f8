import { Binary, type Db } from 'mongodb';
import { type Keys, open, seal } from '../core/crypto.js';
import type { Address } from '../messages/message.js';
import type { AlertKind } from './alert-kinds.js';

/** Where and of what somebody of staff is told while they aren't looking. Addresses are sealed, bound to `_id`. */
interface StoredSettings {
  readonly _id: string;
  readonly kinds: readonly AlertKind[];
  readonly telegram: boolean;
  readonly email: boolean;
  /** `HH:MM`, local to the office. */
  readonly quietHours?: { readonly from: string; readonly to: string };
  readonly sealed?: Binary;
  /** The conversation id of the linked chat: one Telegram account is one person's. */
  readonly telegramId?: string;
}

interface Addresses {
  readonly email?: string;
  readonly telegram?: Address;
}

export interface AlertSettings extends Omit<StoredSettings, '_id' | 'sealed' | 'telegramId'> {
  readonly staffId: string;
  readonly emailAddress?: string;
  readonly telegramAddress?: Address;
}

export type AlertChoice = Omit<AlertSettings, 'staffId' | 'telegramAddress'>;

export interface AlertSettingsStore {
  /** Of somebody who never chose: of nothing, nowhere. */
  of(staffId: string): Promise<AlertSettings>;
  /** Of those who want to be told of a kind. */
  wanting(kind: AlertKind): Promise<AlertSettings[]>;
  choose(staffId: string, choice: AlertChoice): Promise<void>;
  /** Links a chat; whoever had linked the same one before has it no more. @param telegramId its conversation id */
  linkTelegram(staffId: string, address: Address, telegramId: string): Promise<void>;
  unlinkTelegram(staffId: string): Promise<void>;
}

const MAX_STAFF = 5000;
const NOTHING = { kinds: [], telegram: false, email: false } as const;

export function createAlertSettings({ db, keys }: { db: Db; keys: Keys }): AlertSettingsStore {
  const settings = db.collection<StoredSettings>('alert_settings');
  const contextOf = (staffId: string) => `alert_settings/${staffId}`;

  const addressesOf = ({ _id, sealed }: Pick<StoredSettings, '_id' | 'sealed'>): Addresses =>
    sealed ? (open(keys, contextOf(_id), sealed.buffer) as Addresses) : {};
  const sealedOf = (staffId: string, addresses: Addresses) => new Binary(seal(keys, contextOf(staffId), addresses));
  const toSettings = (stored: StoredSettings): AlertSettings => {
    const { _id: staffId, kinds, telegram, email, quietHours } = stored;
    const addresses = addressesOf(stored);
    return {
      ...{ staffId, kinds, telegram, email },
      ...(quietHours ? { quietHours } : {}),
      ...(addresses.email === undefined ? {} : { emailAddress: addresses.email }),
      ...(addresses.telegram === undefined ? {} : { telegramAddress: addresses.telegram }),
    };
  };
  const find = async (staffId: string): Promise<StoredSettings> =>
    (await settings.findOne({ _id: staffId })) ?? { _id: staffId, ...NOTHING };

  return {
    of: async (staffId) => toSettings(await find(staffId)),
    wanting: async (kind) => (await settings.find({ kinds: kind }, { limit: MAX_STAFF }).toArray()).map(toSettings),
    async choose(staffId, { emailAddress, quietHours, ...plain }) {
      const { telegram } = addressesOf(await find(staffId));
      const addresses: Addresses = {
        ...(telegram ? { telegram } : {}),
        ...(emailAddress === undefined ? {} : { email: emailAddress }),
      };
      await settings.updateOne(
        { _id: staffId },
        {
          $set: { ...plain, sealed: sealedOf(staffId, addresses), ...(quietHours ? { quietHours } : {}) },
          ...(quietHours ? {} : { $unset: { quietHours: '' } }),
        },
        { upsert: true },
      );
    },
    async linkTelegram(staffId, address, telegramId) {
      for (const other of await settings.find({ telegramId, _id: { $ne: staffId } }).toArray()) await unlink(other._id);
      const { email } = addressesOf(await find(staffId));
      const sealed = sealedOf(staffId, { telegram: address, ...(email === undefined ? {} : { email }) });
      await settings.updateOne(
        { _id: staffId },
        { $set: { sealed, telegramId, telegram: true }, $setOnInsert: { kinds: [], email: false } },
        { upsert: true },
      );
    },
    unlinkTelegram: (staffId) => unlink(staffId),
  };

  async function unlink(staffId: string): Promise<void> {
    const { email } = addressesOf(await find(staffId));
    const sealed = sealedOf(staffId, email === undefined ? {} : { email });
    await settings.updateOne({ _id: staffId }, { $set: { sealed, telegram: false }, $unset: { telegramId: '' } });
  }
}
