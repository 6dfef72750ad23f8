import { z } from 'zod';

/** Larger file ids don't exist; a bound keeps what we store of an update small. */
const MAX_FILE_ID_CHARS = 256;

/** A field of the wrong type counts as absent: one odd field must not cost a citizen the whole message. */
function maybe<T extends z.ZodType>(schema: T) {
  return schema.optional().catch(undefined);
}

const present = maybe(z.unknown());

const FileSchema = z.object({
  file_id: z.string().min(1).max(MAX_FILE_ID_CHARS),
  file_size: maybe(z.int().nonnegative()),
  mime_type: maybe(z.string().max(127)),
});
export type PlatformFile = z.infer<typeof FileSchema>;

const UserSchema = z.object({
  is_bot: maybe(z.boolean()),
  first_name: maybe(z.string()),
  last_name: maybe(z.string()),
});

/** Ids above 2^53 would be read as another chat's, so they are no ids. */
export const ChatSchema = z.object({
  id: z.int(),
  type: z.enum(['private', 'group', 'supergroup', 'channel']),
});

const LocationSchema = z.object({ latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) });

export const MessageSchema = z.object({
  message_id: z.int(),
  chat: ChatSchema,
  date: maybe(z.int()),
  edit_date: maybe(z.int()),
  from: maybe(UserSchema),
  text: maybe(z.string()),
  caption: maybe(z.string()),
  media_group_id: maybe(z.string().min(1).max(64)),
  photo: maybe(z.array(maybe(FileSchema))),
  document: maybe(FileSchema),
  animation: maybe(FileSchema),
  video: maybe(FileSchema),
  video_note: maybe(FileSchema),
  voice: maybe(FileSchema),
  audio: maybe(FileSchema),
  location: maybe(LocationSchema),
  venue: maybe(z.object({ title: maybe(z.string()), address: maybe(z.string()) })),
  forward_origin: present,
  forward_date: present,
  via_bot: present,
  migrate_to_chat_id: maybe(z.int()),
});
export type PlatformMessage = z.infer<typeof MessageSchema>;

const ButtonSchema = z.object({ text: maybe(z.string()), callback_data: maybe(z.string()) });

export const TapSchema = z.object({
  id: z.string().min(1).max(64),
  from: z.object({ id: z.int() }).and(UserSchema),
  data: maybe(z.string()),
  message: maybe(
    z.object({
      chat: ChatSchema,
      reply_markup: maybe(z.object({ inline_keyboard: z.array(z.array(ButtonSchema)) })),
    }),
  ),
});
export type PlatformTap = z.infer<typeof TapSchema>;

export const MembershipSchema = z.object({
  chat: ChatSchema,
  date: maybe(z.int()),
  new_chat_member: z.object({ status: z.string() }),
});

/** What each kind of update holds; the key is the field of the update. */
export const UpdateSchema = z.object({
  message: z.unknown().optional(),
  edited_message: z.unknown().optional(),
  callback_query: z.unknown().optional(),
  my_chat_member: z.unknown().optional(),
  channel_post: z.unknown().optional(),
  edited_channel_post: z.unknown().optional(),
});

/** The id that confirms an update, or undefined when there is none to be read. */
export function updateIdOf(update: unknown): number | undefined {
  const parsed = z.object({ update_id: z.int().nonnegative() }).safeParse(update);
  return parsed.success ? parsed.data.update_id : undefined;
}

const ChatIdSchema = z.object({ chat: z.object({ id: z.int() }) });
const KeySchema = z.object({
  message: maybe(ChatIdSchema),
  edited_message: maybe(ChatIdSchema),
  my_chat_member: maybe(ChatIdSchema),
  callback_query: maybe(z.object({ from: z.object({ id: z.int() }), message: maybe(ChatIdSchema) })),
});

/** What must be taken in one after another: a chat's updates. Those of no chat we serve share one key. */
export function chatKeyOf(update: unknown): string {
  const parsed = KeySchema.safeParse(update);
  if (!parsed.success) return '';
  const { message, edited_message, my_chat_member, callback_query: tap } = parsed.data;
  const chat = (message ?? edited_message ?? my_chat_member ?? tap?.message)?.chat.id ?? tap?.from.id;
  return chat === undefined ? '' : String(chat);
}
