import { MAX_DOCUMENT_BYTES } from '../bson/validate.js';
import type { BsonWriter } from '../bson/writer.js';
import { MAX_MESSAGE_BYTES } from '../wire/framing.js';
import type { Handler } from './context.js';

const MAX_WIRE_VERSION = 21;
const MAX_WRITE_BATCH = 100_000;
const SESSION_MINUTES = 30;
const VERSION = '7.0.0';

/** The handshake: a standalone as of MongoDB 7.0. */
export const hello: Handler =
  (command, { now }) =>
  (writer) => {
    const modern = command.name === 'hello';
    writer.bool(modern ? 'isWritablePrimary' : 'ismaster', true);
    writer.bool('helloOk', true);
    writer.int32('maxBsonObjectSize', MAX_DOCUMENT_BYTES);
    writer.int32('maxMessageSizeBytes', MAX_MESSAGE_BYTES);
    writer.int32('maxWriteBatchSize', MAX_WRITE_BATCH);
    writer.date('localTime', now().getTime());
    writer.int32('logicalSessionTimeoutMinutes', SESSION_MINUTES);
    writer.int32('minWireVersion', 0);
    writer.int32('maxWireVersion', MAX_WIRE_VERSION);
    writer.bool('readOnly', false);
  };

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
