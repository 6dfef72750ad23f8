import type { Logger } from '../../../core/log.js';
import { StoreError } from '../errors.js';
import type { Request } from '../wire/messages.js';
import type { Peer, Reply } from '../wire/server.js';
import { aggregate } from './aggregate.js';
import { embeddedBackup } from './backup.js';
import {
  create,
  createIndexes,
  drop,
  dropDatabase,
  dropIndexes,
  listCollections,
  listDatabases,
  listIndexes,
} from './collections.js';
import { Command } from './command.js';
import type { CommandContext, Handler } from './context.js';
import { count, distinct } from './counting.js';
import { explain } from './explain.js';
import { find, getMore, killCursors } from './find.js';
import { findAndModify } from './find-and-modify.js';
import { buildInfo, endSessions, hello, ping } from './hello.js';
import { insert } from './insert.js';
import { saslContinue, saslStart } from './sasl.js';
import { remove, update } from './update.js';
import { writeFailure } from './write-reply.js';

const HANDLERS: ReadonlyMap<string, Handler> = new Map([
  ['hello', hello],
  ['isMaster', hello],
  ['ismaster', hello],
  ['ping', ping],
  ['buildInfo', buildInfo],
  ['buildinfo', buildInfo],
  ['endSessions', endSessions],
  ['saslStart', saslStart],
  ['saslContinue', saslContinue],
  ['insert', insert],
  ['find', find],
  ['getMore', getMore],
  ['killCursors', killCursors],
  ['update', update],
  ['delete', remove],
  ['findAndModify', findAndModify],
  ['findandmodify', findAndModify],
  ['aggregate', aggregate],
  ['explain', explain],
  ['embeddedBackup', embeddedBackup],
  ['count', count],
  ['distinct', distinct],
  ['create', create],
  ['drop', drop],
  ['dropDatabase', dropDatabase],
  ['listCollections', listCollections],
  ['listDatabases', listDatabases],
  ['createIndexes', createIndexes],
  ['listIndexes', listIndexes],
  ['dropIndexes', dropIndexes],
]);

/** What a client may ask before it has said who it is. */
const BEFORE_AUTHENTICATION: ReadonlySet<Handler> = new Set([hello, ping, buildInfo, saslStart, saslContinue]);

/** Runs one request and says how its reply is written; refusals become replies, never rejections. */
export async function dispatch(request: Request, peer: Peer, context: CommandContext, log: Logger): Promise<Reply> {
  try {
    const command = new Command(request, peer);
    const handler = HANDLERS.get(command.name);
    if (!handler) throw new StoreError(59, `no such command: '${command.name}'`);
    if (request.legacy && handler !== hello) {
      throw new StoreError(352, `Unsupported OP_QUERY command: ${command.name}`);
    }
    if (!peer.isAuthenticated && !BEFORE_AUTHENTICATION.has(handler)) {
      throw new StoreError(13, `Command ${command.name} requires authentication`);
    }
    const write = await handler(command, context);
    const streams = request.exhaustAllowed && handler === hello && command.has('maxAwaitTimeMS');
    return {
      write(writer) {
        write(writer);
        writer.double('ok', 1);
      },
      streams,
    };
  } catch (error) {
    const refusal = asStoreError(error, log);
    return { write: (writer) => writeFailure(writer, refusal), streams: false };
  }
}

// a write cut short by a full disk comes out of lmdb as an input/output error
const NO_SPACE = /MDB_MAP_FULL|ENOSPC|No space left|Disk quota|File too large|Input\/output error/i;

/** What isn't a refusal is a fault of the disk or of this program: logged, and told without its details. */
function asStoreError(error: unknown, log: Logger): StoreError {
  if (error instanceof StoreError) return error;
  log.error({ err: error }, 'store command failed');
  const message = error instanceof Error ? error.message : String(error);
  if (NO_SPACE.test(message))
    return new StoreError(14031, 'the disk that holds the store is full or fails; nothing was written');
  return new StoreError(1, 'internal error of the embedded store; nothing was written');
}
