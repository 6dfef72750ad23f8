import { z } from 'zod';
import { ALERT_KINDS } from '../alert-kinds.js';
import { Instant } from './inbox.js';

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
/**
 * `PUT /api/staff/me/alerts`: of what somebody who isn't looking is told, and where. Local times of the office; across
 * midnight when `from` is later than `to`.
 */
export const MyAlertsBody = z.strictObject({
  kinds: z.array(z.enum(ALERT_KINDS)).max(ALERT_KINDS.length),
  telegram: z.boolean(),
  email: z.boolean(),
  emailAddress: z.email().max(200).optional(),
  quietHours: z.strictObject({ from: time, to: time }).optional(),
});
export type MyAlertsBody = z.infer<typeof MyAlertsBody>;
/** `GET /api/staff/me/alerts`, and the answer of `PUT`. */
export const MyAlerts = MyAlertsBody.extend({
  /** Their own Telegram is linked. */
  telegramLinked: z.boolean(),
  /** Whether the service has a bot, and a mail server. */
  canTelegram: z.boolean(),
  canEmail: z.boolean(),
});
export type MyAlerts = z.infer<typeof MyAlerts>;
/** Answer of `POST /api/staff/me/telegram-code`: to be sent to the bot once. `DELETE /me/telegram` unlinks. */
export const TelegramCode = z.object({
  code: z.string(),
  send: z.string(),
  link: z.string().optional(),
  expiresAt: Instant,
});
export type TelegramCode = z.infer<typeof TelegramCode>;
