import { z } from 'zod';
import { AppError } from '../../core/errors.js';

const MAX_TEXT_CHARS = 16_000;
const MAX_ATTACHMENTS = 10;

const seq = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const name = z.string().min(1).max(64);

/** What the page posts. Strict: a field we don't know is a mistake to be told, not a value to be dropped. */
const MessageBody = z.strictObject({
  /** Made by the page once a message, so that sending it again is harmless. */
  key: z.string().regex(/^[\w-]{8,64}$/),
  text: z.string().max(MAX_TEXT_CHARS).optional(),
  choice: z.strictObject({ step: name, seq, option: name }).optional(),
  location: z
    .strictObject({ latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) })
    .optional(),
  attachments: z
    .array(z.string().regex(/^[0-9a-f]{24}$/))
    .max(MAX_ATTACHMENTS)
    .optional(),
  /** The newest turn on the citizen's screen while writing. */
  seenSeq: seq.optional(),
});
export type MessageBody = z.infer<typeof MessageBody>;

/** @throws {AppError} `request.invalid`, naming the field and what is wrong with it, never its value */
export function parseMessageBody(body: unknown): MessageBody {
  const parsed = MessageBody.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') || 'body';
  throw new AppError('request.invalid', `${field}: ${issue?.message ?? 'is invalid'}`, { field });
}

const AFTER = /^\d{1,15}$/;

/**
 * A position in a conversation as it comes in a query or a header; 0 (the beginning) when there is none.
 * @throws {AppError} `request.invalid`
 */
export function parseAfter(value: unknown): number {
  if (value === undefined || value === '') return 0;
  if (typeof value === 'string' && AFTER.test(value)) return Number(value);
  throw new AppError('request.invalid', 'after: must be the seq of a turn', { field: 'after' });
}
