import { z } from 'zod';

/** Longer ones don't exist; a bound keeps what we store of a message small. */
const MAX_ID_CHARS = 512;

/** A field of the wrong type counts as absent: one odd field must not cost a citizen the whole message. */
function maybe<T extends z.ZodType>(schema: T) {
  return schema.optional().catch(undefined);
}

const id = z.string().min(1).max(MAX_ID_CHARS);
const text = maybe(z.string());

const MediaSchema = z.object({
  id,
  mime_type: maybe(z.string().max(127)),
  caption: text,
});
export type CloudMedia = z.infer<typeof MediaSchema>;

const LocationSchema = z.object({
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  name: text,
  address: text,
});

const PickedSchema = z.object({ id: text, title: text });

export const MessageSchema = z.object({
  id,
  type: z.string().min(1),
  /** The phone number; absent for people who hide it behind a username. */
  from: maybe(id),
  /** The business-scoped user id. */
  from_user_id: maybe(id),
  group_id: maybe(id),
  /** Unix seconds, as text by the documentation. */
  timestamp: maybe(z.union([z.string(), z.number()])),
  context: maybe(z.object({ forwarded: maybe(z.boolean()), frequently_forwarded: maybe(z.boolean()) })),
  text: maybe(z.object({ body: text })),
  image: maybe(MediaSchema),
  audio: maybe(MediaSchema),
  video: maybe(MediaSchema),
  document: maybe(MediaSchema),
  location: maybe(LocationSchema),
  interactive: maybe(z.object({ button_reply: maybe(PickedSchema), list_reply: maybe(PickedSchema) })),
  /** A quick reply under a template. */
  button: maybe(z.object({ payload: text, text })),
  reaction: maybe(z.object({ message_id: maybe(id), emoji: text })),
});
export type CloudMessage = z.infer<typeof MessageSchema>;

export const ContactSchema = z.object({
  wa_id: maybe(id),
  user_id: maybe(id),
  profile: maybe(z.object({ name: text })),
});
export type CloudContact = z.infer<typeof ContactSchema>;

export const StatusSchema = z.object({
  id,
  status: z.string().min(1),
  /** What we sent along: our own id of the message. */
  biz_opaque_callback_data: maybe(z.string().min(1).max(512)),
  errors: maybe(z.array(z.unknown())),
});

export const ErrorSchema = z.object({ code: z.int() });
