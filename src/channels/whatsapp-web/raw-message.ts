import { z } from 'zod';

/** WhatsApp takes a text of 65,536 characters; what is longer was made up. */
const MAX_TEXT_CHARS = 65_536;
const MAX_WORD_CHARS = 200;

/** Optional data of the wrong type is as good as absent: WhatsApp Web's models change without notice. */
function optional<T extends z.ZodType>(schema: T) {
  return schema.optional().catch(undefined);
}

/**
 * A message as the child cut it down from WhatsApp Web's own model: what a report can be made of and no more, so that
 * neither thumbnails nor keys leave the child.
 */
export const RawMessageSchema = z.object({
  /** Unique within its chat, and free of phone numbers. */
  id: z.string().min(1).max(128),
  /** The page's own name for it, by which it is found again; holds the chat's id. */
  ref: z.string().min(1).max(256),
  /** `<digits>@c.us` or `<digits>@lid`; opaque. */
  chat: z.string().min(1).max(128),
  fromMe: z.boolean(),
  type: z.string().min(1).max(64),
  subtype: optional(z.string().max(MAX_WORD_CHARS)),
  /** The words: the caption of a file, the body of all else. */
  text: optional(z.string().transform((text) => text.slice(0, MAX_TEXT_CHARS))),
  sentAtSeconds: optional(z.number()),
  name: optional(z.string()),
  isStatus: optional(z.boolean()),
  isBroadcast: optional(z.boolean()),
  isForwarded: optional(z.boolean()),
  latitude: optional(z.number().min(-90).max(90)),
  longitude: optional(z.number().min(-180).max(180)),
  place: optional(z.string()),
  mimeType: optional(z.string().max(MAX_WORD_CHARS)),
  sizeBytes: optional(z.number().nonnegative()),
  /** False when the page will never hand the file over (a photo to be seen once). */
  hasFile: optional(z.boolean()),
  albumId: optional(z.string().max(128)),
  editedAtMs: optional(z.number()),
});

export type RawMessage = z.infer<typeof RawMessageSchema>;
