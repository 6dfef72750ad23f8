import { type RawValue, textOf } from '../bson/raw.js';
import { T } from '../bson/types.js';
import type { BsonWriter } from '../bson/writer.js';
import { StoreError } from '../errors.js';
import { ScramConversation } from '../wire/scram.js';
import type { Handler } from './context.js';

const CONVERSATION_ID = 1;

/** Begins SCRAM-SHA-256, on listeners that ask for it. */
export const saslStart: Handler = (command, { verifier }) => {
  command.allow('mechanism', 'payload', 'autoAuthorize', 'options', 'db');
  const mechanism = command.text('mechanism');
  if (mechanism !== 'SCRAM-SHA-256' || !verifier) {
    throw new StoreError(18, `Authentication failed: mechanism '${mechanism}' is not offered.`);
  }
  const conversation = new ScramConversation(verifier, payloadOf(command.raw('payload')));
  command.peer.conversation = conversation;
  return (writer) => writeStep(writer, conversation.serverFirst, false);
};

export const saslContinue: Handler = (command) => {
  command.allow('conversationId', 'payload');
  const { peer } = command;
  const { conversation } = peer;
  if (!conversation) {
    if (peer.isAuthenticated) return (writer) => writeStep(writer, '', true);
    throw new StoreError(18, 'Authentication failed.');
  }
  // one attempt for each start, right or wrong
  peer.conversation = undefined;
  const proof = conversation.finish(payloadOf(command.raw('payload')));
  peer.isAuthenticated = true;
  return (writer) => writeStep(writer, proof, true);
};

function payloadOf(value: RawValue | undefined): string {
  if (value?.type === T.binary) return value.bytes.toString('utf8', value.start + 5, value.end);
  if (value?.type === T.string) return textOf(value);
  throw new StoreError(18, 'Authentication failed.');
}

function writeStep(writer: BsonWriter, payload: string, done: boolean): void {
  writer.int32('conversationId', CONVERSATION_ID).bool('done', done).binary('payload', Buffer.from(payload));
}
