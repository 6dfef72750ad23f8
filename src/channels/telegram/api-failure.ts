import { TelegramError } from 'telegraf';
import { hideBotTokens } from '../../core/bot-token.js';
import { isBeforeSending } from '../before-sending.js';

const MS_PER_SECOND = 1000;
const MAX_DESCRIPTION_CHARS = 200;

/**
 * How a call came to no answer of the Bot API:
 * - `not_sent`: no connection was made, so nothing was taken
 * - `cut`: bytes left us and no whole answer came back: it may have been taken
 * - `foreign`: something else answered (a proxy's page), so the Bot API didn't take it
 */
export type Transport = 'not_sent' | 'cut' | 'foreign';

/**
 * A Bot API call that failed, with nothing in it that must not be logged: telegraf's own errors carry the payload (a
 * citizen's words), and node-fetch's carry the URL, which holds the bot token.
 */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  /** The Bot API's `error_code`, or the HTTP status from 500 up; undefined when no answer came. */
  readonly code: number | undefined;
  readonly transport: Transport | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    facts: { readonly code?: number; readonly transport?: Transport; readonly retryAfterMs?: number },
  ) {
    super(message);
    this.code = facts.code;
    this.transport = facts.transport;
    this.retryAfterMs = facts.retryAfterMs;
  }
}

/** Cuts the bot token, and anything of a token's form, out of a text that may be logged. */
export function hideToken(text: string, token: string): string {
  if (token === '') return hideBotTokens(text);
  return hideBotTokens(text.replaceAll(token, '[token]').replaceAll(encodeURIComponent(token), '[token]'));
}

/** Total: whatever telegraf's client threw becomes an {@link ApiFailure}. */
export function toApiFailure(error: unknown, token = ''): ApiFailure {
  if (error instanceof ApiFailure) return error;
  if (error instanceof TelegramError) return answered(error, token);
  const { type, code, message } = errorFields(error);
  if (type === 'invalid-json') {
    // a body that starts like a page isn't the Bot API's; a JSON body that ends early is, and its call was done
    return /Unexpected token '?</.test(message)
      ? new ApiFailure('something that is not the Bot API answered', { transport: 'foreign' })
      : new ApiFailure('the answer was cut or could not be read', { transport: 'cut' });
  }
  const detail = code ?? type ?? 'unknown';
  if (code !== undefined && wasBeforeSending(code, message)) {
    return new ApiFailure(`no connection to the Bot API (${detail})`, { transport: 'not_sent' });
  }
  return new ApiFailure(`no answer from the Bot API (${hideToken(detail, token)})`, { transport: 'cut' });
}

function answered(error: TelegramError, token: string): ApiFailure {
  // what is typed as present comes from the network, so none of it is sure to be there
  const response: { error_code?: unknown; description?: unknown; parameters?: unknown } = error.response ?? {};
  const description = typeof response.description === 'string' ? response.description : 'no description';
  const message = hideToken(description, token).slice(0, MAX_DESCRIPTION_CHARS);
  if (typeof response.error_code !== 'number') return new ApiFailure(message, { transport: 'foreign' });
  const retryAfterSeconds = retryAfterOf(response.parameters);
  return new ApiFailure(message, {
    code: response.error_code,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterMs: retryAfterSeconds * MS_PER_SECOND }),
  });
}

function retryAfterOf(parameters: unknown): number | undefined {
  if (typeof parameters !== 'object' || parameters === null || !('retry_after' in parameters)) return undefined;
  const seconds = parameters.retry_after;
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
}

function wasBeforeSending(code: string, message: string): boolean {
  // a connection that was up can time out as well; only the failed connect names itself
  if (code === 'ETIMEDOUT') return !message.includes('read ETIMEDOUT');
  return isBeforeSending(code);
}

function errorFields(error: unknown): { type: string | undefined; code: string | undefined; message: string } {
  if (!(error instanceof Error)) return { type: undefined, code: undefined, message: '' };
  const type = 'type' in error && typeof error.type === 'string' ? error.type : undefined;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return { type, code, message: error.message };
}
