import { z } from 'zod';
import { PRESENCES, STAFF_LOCALES } from '../account.js';
import { ROLES } from '../actor.js';
import { Instant } from './inbox.js';

const units = z.array(z.string().min(1).max(60)).max(100);
const capacity = z.number().int().min(0).max(1000);
const personName = z.string().trim().min(1).max(80);

/** An account as admins see it. */
export const AccountCard = z.object({
  id: z.string(),
  login: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  units: z.array(z.string()),
  isActive: z.boolean(),
  locale: z.enum(STAFF_LOCALES),
  /** How many open cases they can hold; 0 takes them out of the round. */
  capacity: z.number().int(),
  presence: z.enum(PRESENCES),
  seenAt: Instant.optional(),
  createdAt: Instant,
  hasPassword: z.boolean(),
  hasTotp: z.boolean(),
});
export type AccountCard = z.infer<typeof AccountCard>;

/** Answer of `GET /api/staff/staff`. */
export const AccountList = z.object({ staff: z.array(AccountCard) });
export type AccountList = z.infer<typeof AccountList>;

/** `POST /api/staff/staff`: makes an account and a link for its owner. */
export const AccountBody = z.strictObject({
  login: z.string().min(1).max(200),
  name: personName,
  role: z.enum(ROLES),
  units: units.default([]),
  capacity: capacity.optional(),
  locale: z.enum(STAFF_LOCALES).optional(),
});
export type AccountBody = z.infer<typeof AccountBody>;

/** `PATCH /api/staff/staff/:id`. */
export const AccountPatchBody = z.strictObject({
  name: personName.optional(),
  role: z.enum(ROLES).optional(),
  units: units.optional(),
  capacity: capacity.optional(),
  isActive: z.boolean().optional(),
});
export type AccountPatchBody = z.infer<typeof AccountPatchBody>;

/** A link to be handed over by hand: `path` is on this service, and good once. */
export const InvitationAnswer = z.object({ path: z.string(), expiresAt: Instant });
export type InvitationAnswer = z.infer<typeof InvitationAnswer>;
/** Answer of `POST /api/staff/staff`. */
export const AccountMade = z.object({ account: AccountCard, invitation: InvitationAnswer });
export type AccountMade = z.infer<typeof AccountMade>;
