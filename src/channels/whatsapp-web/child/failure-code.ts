import type { FailureCode } from '../wire.js';

/** A call that the child itself refuses. */
export class CallFailure extends Error {
  override readonly name = 'CallFailure';

  constructor(
    readonly code: FailureCode,
    message: string,
  ) {
    super(message);
  }
}

/** Puppeteer's and the page's words for what went wrong, first match wins. */
const PATTERNS: readonly (readonly [RegExp, FailureCode])[] = [
  [/detached frame|target closed|session closed|connection closed|context was destroyed|protocol error/i, 'page'],
  [/navigating frame was detached|browser has disconnected|execution context/i, 'page'],
  // WhatsApp's: there is no account behind this number
  [/no lid for user|invalid wid|wid error/i, 'unknown_chat'],
  // before anything is handed on to be sent
  [/media-fault|upload failed|media entry was not created/i, 'file'],
];

/** What a call's failure comes to. Total. The detail is one of ours: the page's own might quote a message. */
export function failureOf(error: unknown): { readonly code: FailureCode; readonly detail: string } {
  if (error instanceof CallFailure) return { code: error.code, detail: error.message };
  const text = error instanceof Error ? error.message : String(error);
  const found = PATTERNS.find(([pattern]) => pattern.test(text));
  if (found) return { code: found[1], detail: DETAILS[found[1]] };
  return { code: 'failed', detail: `the page threw ${error instanceof Error ? error.name : typeof error}` };
}

const DETAILS: Readonly<Record<FailureCode, string>> = {
  not_ready: 'the session is not ready',
  unknown_chat: 'WhatsApp knows no such chat',
  refused: 'WhatsApp did not take the message',
  file: 'the file could not be moved',
  page: 'the page went away',
  failed: 'the page threw',
};
