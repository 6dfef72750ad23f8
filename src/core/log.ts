import { type DestinationStream, type Logger, pino } from 'pino';

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

const BOT_TOKEN = /bot\d+:[\w-]{20,}/g;

/**
 * The service's log: JSON lines, constant lower-case messages, everything variable a field.
 * Error messages are kept, with bot tokens cut out of them, because platforms put the token in their URLs.
 */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    redact: { paths: REDACTED, censor: '[redacted]' },
    base: null,
    serializers: { err: toLoggedError },
  };
  return destination ? pino(options, destination) : pino(options);
}

function toLoggedError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error).replace(BOT_TOKEN, 'bot[redacted]') };
  const code = 'code' in error ? error.code : undefined;
  return {
    type: error.name,
    code,
    message: error.message.replace(BOT_TOKEN, 'bot[redacted]'),
    stack: error.stack?.replace(BOT_TOKEN, 'bot[redacted]'),
  };
}
