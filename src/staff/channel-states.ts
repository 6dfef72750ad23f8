import { Binary, type Db } from 'mongodb';
import type { Clock } from '../core/clock.js';
import { type Keys, open, seal } from '../core/crypto.js';
import type { Logger } from '../core/log.js';
import { isDuplicateKey } from '../store/connect.js';

/**
 * - `off`: no process holds the account's lane
 * - `starting`: held, and not yet able to send
 * - `needs_qr`: somebody must scan a code with the office's phone
 * - `ready`: messages come and go
 * - `lost`: the platform or the session is away; it is tried again without anybody's doing
 * - `halted`: nothing leaves until a person acts
 */
export const CHANNEL_STATES = ['off', 'starting', 'needs_qr', 'ready', 'lost', 'halted'] as const;
export type ChannelStateName = (typeof CHANNEL_STATES)[number];

/** How a channel account is, as the process that holds its lane knows it. */
export interface LaneStatus {
  readonly state: Exclude<ChannelStateName, 'off'>;
  /** What a person must see to, in a word each. */
  readonly problems: readonly string[];
  /** A code or a constant, never anybody's words and no secret. */
  readonly lastError?: string;
  /** Whoever scans it pairs their phone with this service: shown to admins only, never logged. */
  readonly qr?: { readonly data: string; readonly at: Date };
}

/** As any process can tell it. */
export interface ChannelState extends Omit<LaneStatus, 'state'> {
  readonly lane: string;
  readonly channel: string;
  readonly account: string;
  readonly state: ChannelStateName;
  readonly since: Date;
}

interface StoredState {
  readonly _id: string;
  readonly epoch: number;
  readonly state: LaneStatus['state'];
  readonly since: Date;
  readonly problems: readonly string[];
  readonly lastError?: string;
  /** Sealed, bound to `_id`. */
  readonly qr?: Binary;
  readonly restartAskedAt?: Date;
  /** When it was given up in order. */
  readonly endedAt?: Date;
}

interface Lease {
  readonly _id: string;
  readonly epoch: number;
  readonly until: Date;
}

/** WhatsApp shows the first code for a minute and each later one for 20 s; what is older opens nothing. */
export const QR_KEEP_MS = 60_000;
const LOOK_EVERY_MS = 1000;

export interface ChannelStates {
  /** Every lane of this process and every one ever held, by name. One query each of two small collections. */
  list(): Promise<ChannelState[]>;
  /** Asks whoever holds the lane to start its channel anew. @returns false when there is no such lane */
  askRestart(lane: string): Promise<boolean>;
  /**
   * For the lane's holder: keeps what `status` says where other processes find it, and calls `restart` when somebody
   * asked for it. @returns stops watching; never rejects
   */
  watch(lane: string, epoch: number, status: () => LaneStatus, restart: () => Promise<void>): () => Promise<void>;
}

export function createChannelStates(deps: {
  readonly db: Db;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly log: Logger;
  /** Those that this process could hold. */
  readonly lanes: readonly string[];
}): ChannelStates {
  const { clock, keys, log } = deps;
  const states = deps.db.collection<StoredState>('channel_states');
  const leases = deps.db.collection<Lease>('lanes');

  const shown = (lane: string, stored: StoredState | undefined, lease: Lease | undefined): ChannelState => {
    const { channel, account } = partsOf(lane);
    const now = clock.now();
    const base = { lane, channel, account, problems: [] };
    // a lease that ran out says when its holder was last alive
    if (!lease || lease.until <= now) return { ...base, state: 'off', since: offSince(stored, lease) };
    if (stored?.epoch !== lease.epoch) return { ...base, state: 'starting', since: now };
    const { state, since, problems, lastError } = stored;
    return { ...base, state, since, problems, ...(lastError ? { lastError } : {}), ...qrOf(keys, stored, now) };
  };

  const keep = async (lane: string, epoch: number, status: LaneStatus, since: Date): Promise<void> => {
    const { state, problems, lastError, qr } = status;
    const unset = { ...(lastError ? {} : { lastError: '' as const }), ...(qr ? {} : { qr: '' as const }) };
    try {
      await states.updateOne(
        // whoever held it before us must not write over us
        { _id: lane, epoch: { $lte: epoch } },
        {
          $set: {
            epoch,
            state,
            since,
            problems,
            ...(lastError ? { lastError } : {}),
            ...(qr ? { qr: new Binary(seal(keys, lane, { data: qr.data, at: qr.at.getTime() })) } : {}),
          },
          ...(Object.keys(unset).length > 0 ? { $unset: unset } : {}),
        },
        { upsert: true },
      );
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  };

  const watch: ChannelStates['watch'] = (lane, epoch, status, restart) => {
    const begunAt = clock.now();
    let stopped = false;
    let kept = '';
    let since = begunAt;
    let lastState: ChannelStateName | undefined;
    let obeyedAt = begunAt;
    let cancel: () => void = () => undefined;

    const look = async () => {
      const current = status();
      if (current.state !== lastState) since = clock.now();
      lastState = current.state;
      const text = JSON.stringify(current);
      if (text !== kept) await keep(lane, epoch, current, since);
      kept = text;
      const asked = (await states.findOne({ _id: lane }, { projection: { restartAskedAt: 1 } }))?.restartAskedAt;
      if (stopped || !asked || asked <= obeyedAt) return;
      obeyedAt = asked;
      log.info({ lane }, 'channel started anew, as asked');
      await restart();
    };
    const loop = () => {
      void look()
        .catch((error: unknown) => log.warn({ lane, err: error }, 'channel state could not be kept'))
        .finally(() => {
          if (!stopped) cancel = clock.after(LOOK_EVERY_MS, loop);
        });
    };
    loop();
    return async () => {
      stopped = true;
      cancel();
      await states.updateOne({ _id: lane, epoch }, { $set: { endedAt: clock.now() } }).catch(() => undefined);
    };
  };

  return {
    async list() {
      const [stored, held] = await Promise.all([states.find({}).toArray(), leases.find({}).toArray()]);
      const names = new Set([...deps.lanes, ...stored.map(({ _id }) => _id)]);
      return [...names].sort().map((lane) => shown(lane, stored.find(has(lane)), held.find(has(lane))));
    },
    async askRestart(lane) {
      const asked = await states.updateOne({ _id: lane }, { $set: { restartAskedAt: clock.now() } });
      return asked.matchedCount === 1;
    },
    watch,
  };
}

/** What is known of a lane's channel by its problems alone: channels without a session of their own say no more. */
export function statusOfProblems(problems: readonly string[], isHalted: boolean, isAway: boolean): LaneStatus {
  const [first] = problems;
  return {
    state: isHalted ? 'halted' : isAway ? 'lost' : 'ready',
    problems,
    ...(first === undefined ? {} : { lastError: first }),
  };
}

function partsOf(lane: string): { readonly channel: string; readonly account: string } {
  const cut = lane.indexOf(':');
  return { channel: lane.slice(0, cut), account: lane.slice(cut + 1) };
}

function has(lane: string): (doc: { readonly _id: string }) => boolean {
  return ({ _id }) => _id === lane;
}

function offSince(stored: StoredState | undefined, lease: Lease | undefined): Date {
  // a lease given up in order ends in 1970
  const ranOut = lease && lease.until.getTime() > 0 ? lease.until : undefined;
  return ranOut ?? stored?.endedAt ?? stored?.since ?? new Date(0);
}

function qrOf(keys: Keys, { _id, qr, state }: StoredState, now: Date): Pick<ChannelState, 'qr'> {
  if (!qr || state !== 'needs_qr') return {};
  const opened = open<{ data: string; at: number }>(keys, _id, qr.buffer);
  if (now.getTime() - opened.at > QR_KEEP_MS) return {};
  return { qr: { data: opened.data, at: new Date(opened.at) } };
}
