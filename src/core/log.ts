import { type DestinationStream, type Logger, pino } from 'pino';
import { hideBotTokens } from './bot-token.js';

export type { Logger };

/** Second net only: the first is that no caller passes message text, names, numbers or tokens to a log line. */
const REDACTED = [
  'text',
  'displayName',
  'chatId',
  'address',
  'token',
  '*.text',
  '*.displayName',
  '*.chatId',
  '*.address',
  '*.token',
  '*.authorization',
  'req.headers',
  'res.headers',
];

/**
 * The service's log: JSON lines, constant lower-case messages, everything variable a field.
 * Error messages are kept; bot tokens are cut out of whole lines, because platforms put the token in their URLs.
 */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    redact: { paths: REDACTED, censor: '[redacted]' },
    base: null,
    serializers: { err: toLoggedError },
    hooks: { streamWrite: hideBotTokens },
  };
  return destination ? pino(options, destination) : pino(options);
}

function toLoggedError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) };
  const code = 'code' in error ? error.code : undefined;
  return { type: error.name, code, message: error.message, stack: error.stack };
}
