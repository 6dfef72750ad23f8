import mongoose, { type Connection } from 'mongoose';
import { AppError } from '../core/errors.js';

/** How long an operation may look for a live server before it fails; callers answer 503 then. */
const SERVER_SELECTION_TIMEOUT_MS = 2000;
const SOCKET_TIMEOUT_MS = 10_000;

/**
 * Connects to the store, whichever it is. Every write is acknowledged by a majority and journalled.
 * Nothing is buffered while the store is away: operations fail within two seconds.
 *
 * @throws {AppError} `store.unavailable` when it can't be reached
 */
export async function connectStore(uri: string): Promise<Connection> {
  try {
    return await mongoose
      .createConnection(uri, {
        dbName: databaseNameOf(uri),
        serverSelectionTimeoutMS: SERVER_SELECTION_TIMEOUT_MS,
        socketTimeoutMS: SOCKET_TIMEOUT_MS,
        maxPoolSize: 32,
        bufferCommands: false,
        autoIndex: false,
        autoCreate: false,
        writeConcern: { w: 'majority', journal: true },
      })
      .asPromise();
  } catch (cause) {
    // the driver's own message may hold the address with its password
    throw new AppError(
      'store.unavailable',
      'The database can not be reached; check MONGODB_URI and that it is running',
      {},
      { cause },
    );
  }
}

/** The name in the uri, or `kanal_aduan`. */
function databaseNameOf(uri: string): string {
  const path = /^[^/]+\/\/[^/]+\/([^?]+)/.exec(uri)?.[1];
  return path || 'kanal_aduan';
}

/** True when the server refused a document because a unique index holds an equal one (MongoDB code 11000). */
export function isDuplicateKey(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 11000;
}

/** The driver passes these on as they are when a socket breaks in the middle of a write. */
const SOCKET_CODES = new Set([
  'EPIPE',
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'ENOENT',
  'ENOTCONN',
  'ETIMEDOUT',
]);

/** A failure of the driver (network, time-out, server) as `store.unavailable`; anything else as it is. */
export function asUnavailable(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = 'code' in error ? String(error.code) : '';
  if (!error.name.startsWith('Mongo') && !SOCKET_CODES.has(code)) return error;
  return new AppError('store.unavailable', 'The database did not answer', {}, { cause: error });
}

/** True when the store could not be reached: whatever failed by it is to be tried again as it is. */
export function isStoreAway(error: unknown): boolean {
  const known = asUnavailable(error);
  return known instanceof AppError && known.code === 'store.unavailable';
}
