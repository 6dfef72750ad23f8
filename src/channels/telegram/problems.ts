/**
 * What a person must know of this channel:
 * - `unreachable`: the Bot API doesn't answer
 * - `conflict`: somebody else polls with this token, or has set a webhook
 * - `unauthorized`: the token was revoked or is none
 * - `halted`: nothing can be sent, as the token is refused; tried again each minute
 * - `throttled`: Telegram wants silence for longer than ten minutes
 * - `webhook_taken`: the webhook points elsewhere
 * - `webhook_failing`: Telegram can't deliver to our webhook
 * - `backlog`: updates wait at Telegram in great number
 */
export type TelegramProblem =
  | 'unreachable'
  | 'conflict'
  | 'unauthorized'
  | 'halted'
  | 'throttled'
  | 'webhook_taken'
  | 'webhook_failing'
  | 'backlog';
