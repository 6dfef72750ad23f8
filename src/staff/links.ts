import type { Db } from 'mongodb';
import type { Clock } from '../core/clock.js';
import { equalSecrets } from '../core/crypto.js';
import { issueToken, readToken } from './secret.js';

const HOUR_MS = 60 * 60 * 1000;
export const INVITATION_HOURS = 72;
const FIRST_HOURS = 24;

/** What a one-time link is good for: the first admin, or a password for an account that has none. */
interface Link {
  readonly _id: string;
  readonly kind: 'first' | 'invite';
  readonly hash: string;
  readonly staffId?: string;
  readonly expiresAt: Date;
}

/** One-time links. The token is in no log and no document; only its hash is stored. */
export interface Links {
  /** A link for the first admin. Replaces the one before it, which was printed to be used once. */
  offerFirst(): Promise<string>;
  /** A link for somebody to choose their password by. Replaces the one before it. */
  offerInvitation(staffId: string): Promise<{ readonly token: string; readonly expiresAt: Date }>;
  /** Whether a link can be used, without using it. */
  peek(kind: Link['kind'], token: string): Promise<{ readonly staffId?: string } | undefined>;
  /** Uses it up: of any number who try at once one gets an answer, the others undefined. */
  take(kind: Link['kind'], token: string): Promise<{ readonly staffId?: string } | undefined>;
  /** Ends what was offered to somebody. */
  withdraw(staffId: string): Promise<void>;
}

export function createLinks(db: Db, clock: Clock): Links {
  const links = db.collection<Link>('staff_links');
  const inHours = (hours: number) => new Date(clock.now().getTime() + hours * HOUR_MS);

  const peek = async (kind: Link['kind'], token: string): Promise<Link | undefined> => {
    const read = readToken(token);
    const link = read && (await links.findOne({ _id: read.id, kind, expiresAt: { $gt: clock.now() } }));
    return link && equalSecrets(link.hash, read.hash) ? link : undefined;
  };

  return {
    peek,
    async offerFirst() {
      const { id, token, hash } = issueToken();
      await links.deleteMany({ kind: 'first' });
      await links.insertOne({ _id: id, kind: 'first', hash, expiresAt: inHours(FIRST_HOURS) });
      return token;
    },
    async offerInvitation(staffId) {
      const { id, token, hash } = issueToken();
      const expiresAt = inHours(INVITATION_HOURS);
      await links.deleteMany({ staffId });
      await links.insertOne({ _id: id, kind: 'invite', hash, staffId, expiresAt });
      return { token, expiresAt };
    },
    async take(kind, token) {
      const link = await peek(kind, token);
      if (!link) return undefined;
      const { deletedCount } = await links.deleteOne({ _id: link._id });
      return deletedCount === 1 ? link : undefined;
    },
    withdraw: async (staffId) => void (await links.deleteMany({ staffId })),
  };
}
