import { z } from 'zod';
import { PRESENCES, STAFF_LOCALES } from '../account.js';
import { ROLES } from '../actor.js';
import { Instant } from './inbox.js';

/** Whatever is longer was not typed; a limit before hashing. The rule for new passwords is `staff/password.ts`. */
const password = z.string().min(1).max(400);
const token = z.string().min(1).max(200);
const personName = z.string().trim().min(1).max(80);

/** `POST /api/staff/login`. Answered 401 `auth.totp_required` when only the second factor is missing or wrong. */
export const LoginBody = z.strictObject({
  login: z.string().min(1).max(200),
  password,
  totp: z.string().min(1).max(40).optional(),
});
export type LoginBody = z.infer<typeof LoginBody>;

/** `POST /api/staff/first`: the token of the link that the service printed at its start. */
export const FirstBody = z.strictObject({ token, name: personName, login: z.string().min(1).max(200), password });
export type FirstBody = z.infer<typeof FirstBody>;

/** `POST /api/staff/invite/accept`. A login or name other than the invitation's takes its place. */
export const AcceptBody = z.strictObject({
  token,
  password,
  name: personName.optional(),
  login: z.string().min(1).max(200).optional(),
});
export type AcceptBody = z.infer<typeof AcceptBody>;

/** Answer of `GET /api/staff/me`, and of whatever signs in. */
export const Me = z.object({
  actor: z.object({ staffId: z.string(), name: z.string(), role: z.enum(ROLES), units: z.array(z.string()) }),
  login: z.string(),
  locale: z.enum(STAFF_LOCALES),
  presence: z.enum(PRESENCES),
  hasTotp: z.boolean(),
  hasPassword: z.boolean(),
  recoveryLeft: z.number().int(),
  /** `object:verb`, see `staff/rights.ts`. */
  rights: z.array(z.string()),
  /** To be sent as `X-CSRF-Token` with every write. */
  csrf: z.string(),
  /** After so long without a request this session ends. */
  idleMinutes: z.number(),
});
export type Me = z.infer<typeof Me>;

/** `PATCH /api/staff/me`. */
export const MePatch = z.strictObject({ locale: z.enum(STAFF_LOCALES) });
/** `POST /api/staff/me/password`. */
export const PasswordBody = z.strictObject({ current: password, password });
/** `POST /api/staff/me/presence`: whether new chats and cases may come. */
export const PresenceChange = z.strictObject({ presence: z.enum(PRESENCES) });
/** `PUT /api/staff/me/availability`: the same as a switch. */
export const AvailabilityBody = z.strictObject({ isAvailable: z.boolean() });

/** `POST /api/staff/totp/enrol` and `/totp/disable`. */
export const ConfirmByPassword = z.strictObject({ password });
/** Answer of `POST /api/staff/totp/enrol`: to be shown as text and as QR code. */
export const TotpOffer = z.object({ secret: z.string(), uri: z.string() });
export type TotpOffer = z.infer<typeof TotpOffer>;
/** `POST /api/staff/totp/confirm`. */
export const TotpConfirmBody = z.strictObject({ code: z.string().trim().min(6).max(10) });
/** Answer of `POST /api/staff/totp/confirm`: shown once. */
export const RecoveryCodes = z.object({ recoveryCodes: z.array(z.string()) });
export type RecoveryCodes = z.infer<typeof RecoveryCodes>;

/** `GET /api/staff/sessions`. */
export const SessionList = z.object({
  sessions: z.array(
    z.object({
      id: z.string(),
      createdAt: Instant,
      seenAt: Instant,
      expiresAt: Instant,
      userAgent: z.string(),
      /** The one that asks. */
      isThis: z.boolean(),
    }),
  ),
});
export type SessionList = z.infer<typeof SessionList>;

/** `POST /api/staff/tokens`. Scopes are `object:verb` or `object:*`; the role still limits them. */
export const TokenBody = z.strictObject({
  name: z.string().trim().min(1).max(60),
  scopes: z.array(z.string().max(60)).min(1).max(100),
  days: z.number().int().min(1).max(366).default(90),
});
export const TokenCard = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  createdAt: Instant,
  expiresAt: Instant,
  lastUsedAt: Instant.optional(),
});
export type TokenCard = z.infer<typeof TokenCard>;
/** Answer of `POST /api/staff/tokens`; `token` is shown this once. */
export const TokenMade = TokenCard.extend({ token: z.string() });
export type TokenMade = z.infer<typeof TokenMade>;
/** Answer of `GET /api/staff/tokens`. */
export const TokenList = z.object({ tokens: z.array(TokenCard) });

/** `GET /api/staff/door`, which asks for no sign-in: what the sign-in page offers. */
export const Door = z.object({ oidc: z.boolean() });
export type Door = z.infer<typeof Door>;
