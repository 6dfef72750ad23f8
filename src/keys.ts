import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Config } from './config.js';
import type { ContentKey, Keys } from './core/crypto.js';
import { AppError } from './core/errors.js';

const hex = z.string().regex(/^[0-9a-f]{64}$/i);
const KeyFile = z.strictObject({
  addressKey: hex,
  contentKeys: z.array(z.strictObject({ id: z.string().min(1).max(32), key: hex })).nonempty(),
  receiptKey: hex,
});
type KeyFile = z.infer<typeof KeyFile>;

/**
 * The installation's keys: from the environment where given, else from `<DATA_DIR>/keys/keys.json` (0600), which is
 * made at the first start.
 *
 * @returns `generated` true when the file was made just now, so that the caller tells people to back it up apart
 * @throws {AppError} `config.invalid` when the file is damaged, or missing beside a store that it sealed
 */
export async function loadKeys(config: Config, storeExists: boolean): Promise<{ keys: Keys; generated: boolean }> {
  const { ADDRESS_KEY, CONTENT_KEYS, RECEIPT_KEY } = config;
  if (ADDRESS_KEY && CONTENT_KEYS && RECEIPT_KEY) {
    const ring = CONTENT_KEYS.split(',').map((entry) => {
      const [id = '', key = ''] = entry.split(':');
      return { id, key };
    });
    return {
      keys: toKeys({ addressKey: ADDRESS_KEY, contentKeys: ring as KeyFile['contentKeys'], receiptKey: RECEIPT_KEY }),
      generated: false,
    };
  }
  const path = join(config.DATA_DIR, 'keys', 'keys.json');
  if (existsSync(path)) return { keys: toKeys(await readKeyFile(path)), generated: false };
  if (storeExists) {
    // new keys would open nothing of what is stored, and give every citizen a new conversation
    throw new AppError(
      'config.invalid',
      `${path} is missing, but there is data that it sealed. Put the backed-up file back.`,
    );
  }
  const made: KeyFile = {
    addressKey: newKey(),
    contentKeys: [{ id: 'k1', key: newKey() }],
    receiptKey: newKey(),
  };
  await writeKeyFile(path, made);
  return { keys: toKeys(made), generated: true };
}

async function readKeyFile(path: string): Promise<KeyFile> {
  const parsed = KeyFile.safeParse(await readFile(path, 'utf8').then(parseJson));
  if (parsed.success) return parsed.data;
  throw new AppError('config.invalid', `${path} is damaged. Put the backed-up file back; nothing was changed.`);
}

/** Whole or not at all: a half-written key file would lose all that it seals. */
async function writeKeyFile(path: string, content: KeyFile): Promise<void> {
  const folder = join(path, '..');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  const half = `${path}.new`;
  const file = await open(half, 'w', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(content, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(half, path);
}

function toKeys(file: KeyFile): Keys {
  const [first, ...rest] = file.contentKeys.map(({ id, key }): ContentKey => ({ id, key: Buffer.from(key, 'hex') }));
  if (!first) throw new AppError('config.invalid', 'CONTENT_KEYS holds no key');
  return {
    addressKey: Buffer.from(file.addressKey, 'hex'),
    contentKeys: [first, ...rest],
    receiptKey: Buffer.from(file.receiptKey, 'hex'),
  };
}

function newKey(): string {
  return randomBytes(32).toString('hex');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
