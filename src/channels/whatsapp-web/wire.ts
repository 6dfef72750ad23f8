import { z } from 'zod';

/**
 * What the service and its browser process say to each other over Node's IPC channel. Both ends check what they get:
 * the child holds a browser that shows other people's words.
 */

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
const chatId = z.string().min(1).max(128);

export const SettingsSchema = z.object({
  /** Holds the login; readable by this service's user only. */
  sessionDir: z.string().min(1),
  chromiumPath: z.string().min(1),
  /** Root has no sandbox to give; see docs/whatsapp-web.md. */
  noSandbox: z.boolean(),
  extraArgs: z.array(z.string()),
  /** A page on disk shown instead of WhatsApp's: `<dir>/<version>.html`. For tests. */
  localPage: z.object({ dir: z.string(), version: z.string() }).optional(),
});
export type Settings = z.infer<typeof SettingsSchema>;

export const CallSchema = z.discriminatedUnion('do', [
  z.object({
    do: z.literal('send'),
    chatId,
    text: z.string(),
    file: z.object({ bytes, mimeType: z.string(), name: z.string() }).optional(),
  }),
  z.object({ do: z.literal('chats') }),
  z.object({ do: z.literal('history'), chatId, limit: z.number().int().positive() }),
  z.object({ do: z.literal('download'), ref: z.string().min(1) }),
  z.object({ do: z.literal('seen'), chatId }),
  z.object({ do: z.literal('ping') }),
]);
export type Call = z.infer<typeof CallSchema>;
export type CallOf<K extends Call['do']> = Extract<Call, { do: K }>;

export const ToChildSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('start'), settings: SettingsSchema }),
  z.object({ type: z.literal('call'), id: z.number().int(), call: CallSchema }),
  /** Close the browser in order, so that the login is on disk, and end. */
  z.object({ type: z.literal('stop') }),
]);
export type ToChild = z.infer<typeof ToChildSchema>;

/** What each call answers. */
export const ANSWERS = {
  send: z.object({ id: z.string().min(1).max(128) }),
  chats: z.array(
    z.object({
      id: z.string(),
      /** Of the newest message, by WhatsApp's clock; 0 when there is none. */
      newestAtSeconds: z.number().catch(0),
      /** -1 = marked as unread by hand. */
      unread: z.number().catch(0),
    }),
  ),
  /** Oldest first, each as in {@link FromChildSchema}'s `message`. */
  history: z.array(z.unknown()),
  download: z.object({ bytes, mimeType: z.string().optional() }),
  seen: z.null(),
  /** WhatsApp Web's own word for its state: CONNECTED, UNPAIRED, TIMEOUT ... */
  ping: z.object({ state: z.string() }),
} satisfies { readonly [K in Call['do']]: z.ZodType };
export type Answer<K extends Call['do']> = z.infer<(typeof ANSWERS)[K]>;

/**
 * Why a call failed, as far as the child can tell:
 * - `not_ready`: nothing was handed to the page
 * - `unknown_chat`: WhatsApp knows nobody by that id
 * - `refused`: WhatsApp answered that it doesn't take the message
 * - `file`: the file could not be fetched, or not be uploaded; no message left
 * - `page`: the page or the browser went away while it was asked
 * - `failed`: the page threw something else
 */
export const FailureCodeSchema = z.enum(['not_ready', 'unknown_chat', 'refused', 'file', 'page', 'failed']);
export type FailureCode = z.infer<typeof FailureCodeSchema>;

/** Why the browser process gave up: WhatsApp's word (LOGOUT, CONFLICT, UNPAIRED ...) or one of ours. */
const lostReason = z.string().min(1).max(64);

export const FromChildSchema = z.discriminatedUnion('type', [
  /** The process runs and waits for its settings. */
  z.object({ type: z.literal('hello') }),
  z.object({ type: z.literal('qr'), data: z.string().min(1) }),
  /** A sign of life before ready: the login holds, or chats are being loaded. */
  z.object({ type: z.literal('progress') }),
  /** `account`: the paired phone's id. May come more than once. */
  z.object({ type: z.literal('ready'), account: z.string() }),
  z.object({ type: z.literal('message'), event: z.enum(['new', 'edited', 'undecryptable']), raw: z.unknown() }),
  z.object({ type: z.literal('ack'), id: z.string().min(1), ack: z.number() }),
  /** The last thing it says. `detail` holds no words of anybody. */
  z.object({ type: z.literal('lost'), reason: lostReason, detail: z.string().optional() }),
  z.object({ type: z.literal('answer'), id: z.number().int(), value: z.unknown() }),
  z.object({ type: z.literal('failed'), id: z.number().int(), code: FailureCodeSchema, detail: z.string() }),
]);
export type FromChild = z.infer<typeof FromChildSchema>;
