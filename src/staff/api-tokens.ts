import type { Db } from 'mongodb';
import type { Clock } from '../core/clock.js';
import { equalSecrets } from '../core/crypto.js';
import { AppError } from '../core/errors.js';
import { OBJECTS, VERBS } from './rights.js';
import { issueToken, readToken } from './secret.js';

const PREFIX = 'ka_';
const TOUCH_EVERY_MS = 60_000;
const DAY_MS = 24 * 60 * 60 * 1000;
const MAX_TOKENS = 50;

/** What lets a program act for one of staff, no further than its scopes. */
export interface ApiToken {
  readonly _id: string;
  readonly staffId: string;
  readonly name: string;
  readonly hash: string;
  readonly scopes: readonly string[];
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly lastUsedAt?: Date;
}

export interface ApiTokens {
  /**
   * @returns the token itself too, for the one time that it can be shown
   * @throws {AppError} `request.invalid` for a scope that is none, `request.conflict` when there are 50 already
   */
  make(
    staffId: string,
    wanted: { readonly name: string; readonly scopes: readonly string[]; readonly days: number },
  ): Promise<{ readonly stored: ApiToken; readonly token: string }>;
  find(token: string): Promise<ApiToken | undefined>;
  findMany(ids: readonly string[]): Promise<ApiToken[]>;
  list(staffId: string): Promise<ApiToken[]>;
  end(id: string, staffId: string): Promise<boolean>;
  endAll(staffId: string): Promise<number>;
}

const SCOPES = new Set(OBJECTS.flatMap((object) => [`${object}:*`, ...VERBS.map((verb) => `${object}:${verb}`)]));

export function createApiTokens(db: Db, clock: Clock): ApiTokens {
  const tokens = db.collection<ApiToken>('api_tokens');
  const holds = ({ expiresAt }: ApiToken) => clock.now() < expiresAt;
  return {
    async make(staffId, { name, scopes, days }) {
      const wrong = scopes.find((scope) => !SCOPES.has(scope));
      if (wrong !== undefined)
        throw new AppError('request.invalid', `scopes: there is no ${wrong}`, { field: 'scopes' });
      if ((await tokens.countDocuments({ staffId })) >= MAX_TOKENS)
        throw new AppError('request.conflict', `There are ${MAX_TOKENS} tokens already; end one first`);
      const { id, token, hash } = issueToken();
      const createdAt = clock.now();
      const expiresAt = new Date(createdAt.getTime() + days * DAY_MS);
      const stored = { _id: id, staffId, name, hash, scopes: [...new Set(scopes)], createdAt, expiresAt };
      await tokens.insertOne(stored);
      return { stored, token: `${PREFIX}${token}` };
    },
    async find(token) {
      // the prefix lets scanners of leaked secrets know it for what it is
      const read = token.startsWith(PREFIX) ? readToken(token.slice(PREFIX.length)) : undefined;
      const found = read && (await tokens.findOne({ _id: read.id }));
      if (!found || !equalSecrets(found.hash, read.hash) || !holds(found)) return undefined;
      const now = clock.now();
      if (now.getTime() - (found.lastUsedAt?.getTime() ?? 0) >= TOUCH_EVERY_MS)
        await tokens.updateOne({ _id: found._id }, { $max: { lastUsedAt: now } });
      return found;
    },
    findMany: async (ids) => (await tokens.find({ _id: { $in: [...ids] } }).toArray()).filter(holds),
    list: async (staffId) => (await tokens.find({ staffId }, { limit: MAX_TOKENS }).toArray()).filter(holds),
    end: async (id, staffId) => (await tokens.deleteOne({ _id: id, staffId })).deletedCount === 1,
    endAll: async (staffId) => (await tokens.deleteMany({ staffId })).deletedCount,
  };
}
