import type { ChannelType, InboundMessage, OutboundMessage } from '../messages/message.js';

/**
 * Takes one message in. Resolves once its turn is durable, so the channel acknowledges to its platform only then;
 * if it rejects, the platform must deliver the message again.
 */
export type ReceiveMessage = (message: InboundMessage) => Promise<void>;

/** A way to reach people. Four members, beside two pure mappings (`parse`, `render`) and an error table of its own. */
export interface Channel {
  readonly type: ChannelType;

  /** Starts delivering inbound messages. Push channels poll or own a session only while their lane is held. */
  start(receive: ReceiveMessage): Promise<void>;

  /** Stops accepting, then waits for messages already handed to `receive`. */
  stop(): Promise<void>;

  /**
   * Sends one message.
   * @returns the platform's id for it
   * @throws {SendError} always, and only, when the platform did not confirm that it took the message
   */
  send(message: OutboundMessage, signal: AbortSignal): Promise<string>;
}
