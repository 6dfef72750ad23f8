import { Router } from 'express';
import { encode } from 'uqr';
import { AppError } from '../../core/errors.js';
import type { Audit } from '../../staff/audit.js';
import type { ChannelState, ChannelStates } from '../../staff/channel-states.js';
import { demand, may } from '../../staff/rights.js';
import type { Gate } from './gate.js';

/** A QR code as one path of unit squares, for a `viewBox` of `0 0 size size`. */
export interface QrPicture {
  readonly size: number;
  readonly path: string;
}

/** One row of `GET /api/staff/channels`. Instants as ISO 8601 in UTC. */
export interface ChannelRow {
  readonly account: string;
  readonly channel: string;
  readonly state: ChannelState['state'];
  readonly since: string;
  readonly problems: readonly string[];
  readonly lastError?: string;
  /** What whoever runs this channel must know whatever its state. */
  readonly warning?: string;
  /** For who manages channels only, while a code is wanted. */
  readonly qr?: QrPicture;
}

export interface ChannelRoutesDeps {
  readonly gate: Pick<Gate, 'actorOf'>;
  readonly states: Pick<ChannelStates, 'list' | 'askRestart'>;
  readonly audit: Pick<Audit, 'append'>;
  /** Of a channel type, if there is something to warn of. */
  readonly warningOf: (channel: string) => string | undefined;
}

/**
 * The channels of the service, behind the gate, relative to `/api/staff/channels`:
 * - `GET /`: how each account is (`channel:read`); the QR code to pair a phone takes `channel:manage`
 * - `POST /:account/restart`: starts an account's session anew (`channel:manage`). 202: whoever holds it does so within
 *   some seconds, and the state tells. `:account` is the account or, where two channels share a name, `channel:account`
 */
export function createChannelRoutes({ gate, states, audit, warningOf }: ChannelRoutesDeps): Router {
  const router = Router();

  router.get('/', async (_request, response) => {
    const actor = gate.actorOf(response);
    demand(actor, 'channel', 'read');
    const found = await states.list();
    const mayPair = may(actor, 'channel', 'manage');
    response.json(found.map((state) => rowOf(state, warningOf(state.channel), mayPair)));
  });

  router.post('/:account/restart', async (request, response) => {
    const actor = gate.actorOf(response);
    demand(actor, 'channel', 'manage');
    const { lane } = one(await states.list(), request.params.account);
    if (!(await states.askRestart(lane))) throw unknown(request.params.account);
    await audit.append({ by: actor.staffId, what: 'channel.restarted', subject: lane });
    response.status(202).json({ lane });
  });

  return router;
}

function rowOf(state: ChannelState, warning: string | undefined, mayPair: boolean): ChannelRow {
  const { account, channel, since, problems, lastError, qr } = state;
  return {
    account,
    channel,
    state: state.state,
    since: since.toISOString(),
    problems,
    ...(lastError ? { lastError } : {}),
    ...(warning ? { warning } : {}),
    // whoever scans it has their own phone's chats answered by this service
    ...(qr && mayPair ? { qr: pictureOf(qr.data) } : {}),
  };
}

function one(states: readonly ChannelState[], name: string): ChannelState {
  const found = states.filter(({ lane, account }) => lane === name || account === name);
  const [only, other] = found;
  if (!only) throw unknown(name);
  if (other) throw new AppError('request.invalid', 'Several channels have this account: name it channel:account');
  return only;
}

function unknown(name: string): AppError {
  return new AppError('request.not_found', `There is no channel account ${name}`);
}

/** The lowest correction level, as WhatsApp's own page has it: a phone reads larger squares more easily. */
export function pictureOf(data: string): QrPicture {
  const { size, data: rows } = encode(data, { ecc: 'L', border: 2 });
  const path = rows.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return { size, path: path.join('') };
}
