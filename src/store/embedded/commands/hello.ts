import { pause } from '../../../core/pause.js';
import { findField } from '../bson/raw.js';
import { T } from '../bson/types.js';
import { MAX_DOCUMENT_BYTES } from '../bson/validate.js';
import { type BsonWriter, rawObjectId } from '../bson/writer.js';
import { MAX_MESSAGE_BYTES } from '../wire/framing.js';
import type { Command } from './command.js';
import type { CommandContext, Handler } from './context.js';

const MAX_WIRE_VERSION = 21;
const MAX_WRITE_BATCH = 100_000;
const SESSION_MINUTES = 30;
const VERSION = '7.0.0';

/**
 * The handshake: a standalone as of MongoDB 7.0. A client that names the topology it knows is answered after the time
 * it is ready to wait, as nothing ever changes here.
 */
export const hello: Handler = async (command, context) => {
  const waitMs = command.count('maxAwaitTimeMS');
  if (waitMs !== undefined && knowsTopology(command, context)) await pause(context.clock, waitMs, command.peer.closed);
  return (writer) => writeHello(writer, command, context);
};

function knowsTopology(command: Command, { processId }: CommandContext): boolean {
  const known = command.document('topologyVersion');
  const id = known && findField(known.bytes, known.start, Buffer.from('processId'));
  return id?.type === T.objectId && processId.equals(id.bytes.subarray(id.start, id.end));
}

function writeHello(writer: BsonWriter, command: Command, { now, processId, verifier }: CommandContext): void {
  writer.bool(command.name === 'hello' ? 'isWritablePrimary' : 'ismaster', true);
  writer.bool('helloOk', true);
  writer.beginObject('topologyVersion').value('processId', rawObjectId(processId)).int64('counter', 0n).end();
  writer.int32('maxBsonObjectSize', MAX_DOCUMENT_BYTES);
  writer.int32('maxMessageSizeBytes', MAX_MESSAGE_BYTES);
  writer.int32('maxWriteBatchSize', MAX_WRITE_BATCH);
  writer.date('localTime', now().getTime());
  writer.int32('logicalSessionTimeoutMinutes', SESSION_MINUTES);
  writer.int32('minWireVersion', 0);
  writer.int32('maxWireVersion', MAX_WIRE_VERSION);
  writer.bool('readOnly', false);
  if (!verifier || !command.has('saslSupportedMechs')) return;
  writer.beginArray('saslSupportedMechs').string('0', 'SCRAM-SHA-256').end();
}

export const ping: Handler = (command) => {
  command.allow();
  return () => undefined;
};

export const buildInfo: Handler = (command) => {
  command.allow();
  return (writer: BsonWriter) => {
    writer.string('version', VERSION);
    writer.beginArray('versionArray').int32('0', 7).int32('1', 0).int32('2', 0).int32('3', 0).end();
    writer.string('storageEngine', 'embedded');
    writer.beginArray('modules').end();
    writer.int32('bits', 64);
    writer.bool('debug', false);
    writer.int32('maxBsonObjectSize', MAX_DOCUMENT_BYTES);
  };
};

/** Sessions carry no state here: there are no transactions, and writes are not retried by a standalone. */
export const endSessions: Handler = () => () => undefined;
