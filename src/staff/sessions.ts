import type { Db } from 'mongodb';
import type { Clock } from '../core/clock.js';
import { equalSecrets } from '../core/crypto.js';
import { issueToken, readToken } from './secret.js';

const TOUCH_EVERY_MS = 60_000;
const MAX_AGENT_CHARS = 160;
/** More than a person opens; the list of them is read whole. */
const MAX_SESSIONS = 200;

/** One browser that is signed in. Ends by being deleted, so that it can't be found any more from that instant. */
export interface Session {
  readonly _id: string;
  readonly staffId: string;
  readonly hash: string;
  readonly createdAt: Date;
  /** The last request, to the minute. */
  readonly seenAt: Date;
  /** When it ends whatever happens. */
  readonly expiresAt: Date;
  readonly userAgent: string;
}

export interface SessionLimits {
  readonly idleMs: number;
  readonly maxMs: number;
}

export interface Sessions {
  /** A new session with a new token, whatever the browser held before. */
  open(staffId: string, userAgent: string): Promise<{ readonly session: Session; readonly token: string }>;
  /** The session of a token; undefined when it has run out, ended, or never was. */
  find(token: string): Promise<Session | undefined>;
  /** Keeps it from running out; written once a minute at most. @returns whether it was written */
  touch(session: Session): Promise<boolean>;
  findMany(ids: readonly string[]): Promise<Session[]>;
  /** Those of one person that hold, newest first. */
  list(staffId: string): Promise<Session[]>;
  end(id: string, staffId: string): Promise<boolean>;
  /** Ends all of a person's but one. @returns how many */
  endAll(staffId: string, except?: string): Promise<number>;
}

export function createSessions(db: Db, clock: Clock, { idleMs, maxMs }: SessionLimits): Sessions {
  const sessions = db.collection<Session>('staff_sessions');
  const holds = ({ seenAt, expiresAt }: Session) => {
    const nowMs = clock.now().getTime();
    return nowMs < expiresAt.getTime() && nowMs < seenAt.getTime() + idleMs;
  };
  return {
    async open(staffId, userAgent) {
      const { id, token, hash } = issueToken();
      const now = clock.now();
      const expiresAt = new Date(now.getTime() + maxMs);
      const agent = userAgent.slice(0, MAX_AGENT_CHARS);
      const session = { _id: id, staffId, hash, createdAt: now, seenAt: now, expiresAt, userAgent: agent };
      await sessions.insertOne(session);
      return { session, token };
    },
    async find(token) {
      const read = readToken(token);
      const session = read && (await sessions.findOne({ _id: read.id }));
      return session && equalSecrets(session.hash, read.hash) && holds(session) ? session : undefined;
    },
    async touch({ _id, seenAt }) {
      const now = clock.now();
      if (now.getTime() - seenAt.getTime() < TOUCH_EVERY_MS) return false;
      const { matchedCount } = await sessions.updateOne({ _id }, { $max: { seenAt: now } });
      return matchedCount === 1;
    },
    findMany: async (ids) => (await sessions.find({ _id: { $in: [...ids] } }).toArray()).filter(holds),
    async list(staffId) {
      const found = await sessions.find({ staffId }, { sort: { createdAt: -1 }, limit: MAX_SESSIONS }).toArray();
      return found.filter(holds);
    },
    end: async (id, staffId) => (await sessions.deleteOne({ _id: id, staffId })).deletedCount === 1,
    async endAll(staffId, except) {
      const { deletedCount } = await sessions.deleteMany({
        staffId,
        ...(except === undefined ? {} : { _id: { $ne: except } }),
      });
      return deletedCount;
    },
  };
}
