import type { Keys } from '../../src/core/crypto.js';

export function keyOf(byte: number): Buffer {
  return Buffer.alloc(32, byte);
}

export const TEST_KEYS: Keys = {
  addressKey: keyOf(1),
  contentKeys: [{ id: 'k1', key: keyOf(2) }],
  receiptKey: keyOf(3),
};
