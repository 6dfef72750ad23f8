import { Refusal } from '../api/http.js';
import { fill, type Texts, textOr } from '../texts/texts.js';

/** Whether the network or the service is away, and the same may go well later. */
export function isAway(error: unknown): boolean {
  return error !== undefined && (!(error instanceof Refusal) || error.status >= 500);
}

/** What to tell of a request that failed. */
export function failureText(error: unknown, texts: Texts): string {
  if (!(error instanceof Refusal)) return texts.unreachable;
  const holder = error.details['staffName'];
  if (error.code === 'conversation.taken' && typeof holder === 'string') return fill(texts.takenBy, { name: holder });
  return textOr(texts, error.code, error.detail || texts.refused);
}
