import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Request } from 'express';
import { Router } from 'express';
import type { Clock } from '../core/clock.js';
import { equalSecrets } from '../core/crypto.js';
import { AppError, SendError } from '../core/errors.js';

type Labels = Readonly<Record<string, string>>;

/** One line of the answer. */
export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

export interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly samples: readonly (Sample & { readonly suffix?: string })[];
}

const PREFIX = 'kanal_';
/** Upper ends in seconds; Meta wants a median of 0.25 s and all but 1 % within 1 s. */
const ACK_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;
const LAG_RESOLUTION_MS = 20;
const NS_PER_SECOND = 1e9;
const MS_PER_SECOND = 1000;
const MAX_REASONS = 200;

/** What this process counts as it goes. Labels hold names and codes, never an address or a word of anybody. */
export interface Metrics {
  /** Wraps taking in: counts messages and how long each took until it was durable. */
  timed<M extends { readonly address: { readonly channel: string } }, R>(
    receive: (message: M) => Promise<R>,
  ): (message: M) => Promise<R>;
  /** Wraps a lane's send: counts what left and what didn't, by reason. */
  counted<A extends readonly unknown[]>(
    lane: string,
    send: (...given: A) => Promise<string>,
  ): (...given: A) => Promise<string>;
  turnCommitted(): void;
  /** Something that happened to a lane: a constant, and a code. */
  signal(lane: string, name: string, detail?: string): void;
  families(): Family[];
  stop(): void;
}

export function createMetrics(clock: Pick<Clock, 'monotonicMs'>): Metrics {
  const received = createCounter();
  const refused = createCounter();
  const sent = createCounter();
  const failed = createCounter();
  const signals = createCounter();
  const lag = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
  lag.enable();
  const buckets = ACK_BUCKETS.map(() => 0);
  let ackCount = 0;
  let ackMs = 0;
  let turns = 0;

  const noteAck = (tookMs: number) => {
    ackCount += 1;
    ackMs += tookMs;
    const at = ACK_BUCKETS.findIndex((upTo) => tookMs <= upTo * MS_PER_SECOND);
    if (at >= 0) buckets[at] = (buckets[at] ?? 0) + 1;
  };

  return {
    timed: (receive) => async (message) => {
      const { channel } = message.address;
      const startedMs = clock.monotonicMs();
      try {
        const result = await receive(message);
        noteAck(clock.monotonicMs() - startedMs);
        received.add({ channel });
        return result;
      } catch (error) {
        refused.add({ channel, reason: error instanceof AppError ? error.code : 'unknown' });
        throw error;
      }
    },

    counted: (lane, send) => {
      const [channel = '', account = ''] = lane.split(':', 2);
      return async (...given) => {
        try {
          const id = await send(...given);
          sent.add({ channel, account });
          return id;
        } catch (error) {
          const known = error instanceof SendError ? error : undefined;
          failed.add({ channel, account, reason: known?.reason ?? 'unknown', code: known?.code ?? '' });
          throw error;
        }
      };
    },

    turnCommitted: () => {
      turns += 1;
    },

    signal(lane, name, detail = '') {
      const [channel = '', account = ''] = lane.split(':', 2);
      signals.add({ channel, account, signal: name, detail });
    },

    families() {
      const lagP99 = lag.percentile(99) / NS_PER_SECOND;
      const lagMax = lag.max / NS_PER_SECOND;
      lag.reset();
      let below = 0;
      const ack = ACK_BUCKETS.map((upTo, index) => {
        below += buckets[index] ?? 0;
        return { suffix: '_bucket', labels: { le: String(upTo) }, value: below };
      });
      return [
        counter('messages_received_total', 'Messages that became durable, or were so before.', received.samples()),
        counter(
          'messages_refused_total',
          'Messages not taken in; the platform delivers them again.',
          refused.samples(),
        ),
        counter('messages_sent_total', 'Sends that the platform took.', sent.samples()),
        counter('sends_failed_total', 'Sends that failed, each try counted.', failed.samples()),
        counter('channel_signals_total', 'What happened to a channel account, by its own word.', signals.samples()),
        counter('turns_committed_total', 'Turns inserted by this process.', [{ labels: {}, value: turns }]),
        {
          name: `${PREFIX}ack_seconds`,
          type: 'histogram',
          help: 'From a message being read to its being durable.',
          samples: [
            ...ack,
            { suffix: '_bucket', labels: { le: '+Inf' }, value: ackCount },
            { suffix: '_sum', labels: {}, value: ackMs / MS_PER_SECOND },
            { suffix: '_count', labels: {}, value: ackCount },
          ],
        },
        gauge('event_loop_lag_seconds', 'Since the last look.', [
          { labels: { quantile: '0.99' }, value: Number.isFinite(lagP99) ? lagP99 : 0 },
          { labels: { quantile: '1' }, value: Number.isFinite(lagMax) ? lagMax : 0 },
        ]),
        gauge('resident_memory_bytes', 'Of this process, without its children.', [
          { labels: {}, value: process.memoryUsage.rss() },
        ]),
        gauge('uptime_seconds', 'Of this process.', [{ labels: {}, value: process.uptime() }]),
      ];
    },

    stop: () => lag.disable(),
  };
}

export function gauge(name: string, help: string, samples: Family['samples']): Family {
  return { name: `${PREFIX}${name}`, type: 'gauge', help, samples };
}

function counter(name: string, help: string, samples: Family['samples']): Family {
  return { name: `${PREFIX}${name}`, type: 'counter', help, samples };
}

interface Counter {
  add(labels: Labels): void;
  samples(): readonly Sample[];
}

function createCounter(): Counter {
  const counts = new Map<string, { readonly labels: Labels; value: number }>();
  return {
    add(labels) {
      const key = JSON.stringify(labels);
      const known = counts.get(key);
      if (known) known.value += 1;
      // platforms invent codes; a page that grows for ever helps nobody
      else if (counts.size < MAX_REASONS) counts.set(key, { labels, value: 1 });
    },
    samples: () => [...counts.values()],
  };
}

/** The text format that Prometheus reads (version 0.0.4). */
export function renderMetrics(families: readonly Family[]): string {
  const lines = families.flatMap(({ name, type, help, samples }) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...samples.map(({ suffix = '', labels, value }) => `${name}${suffix}${labelsOf(labels)} ${value}`),
  ]);
  return `${lines.join('\n')}\n`;
}

function labelsOf(labels: Labels): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')}"`,
  );
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;
/** What a proxy on the same machine adds: behind it everybody seems to be here. */
const PROXY_HEADERS = ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'] as const;

/**
 * `GET /metrics`: with a token for whoever sends it as `Authorization: Bearer`, without one for this machine alone.
 * Anybody else is told that there is no such page.
 *
 * @param gauges what the store tells; left out, and `kanal_store_up` 0, while it can't
 */
export function createMetricsRoutes(deps: {
  readonly metrics: Pick<Metrics, 'families'>;
  readonly gauges: () => Promise<readonly Family[]>;
  readonly token?: string | undefined;
}): Router {
  const router = Router();
  router.get('/', async (request, response) => {
    if (!mayRead(request, deps.token)) throw new AppError('request.not_found', 'There is no GET /metrics');
    const fromStore = await deps.gauges().catch(() => undefined);
    const up = gauge('store_up', 'Whether the store answered.', [{ labels: {}, value: fromStore ? 1 : 0 }]);
    response.setHeader('Content-Type', 'text/plain; version=0.0.4; charset=utf-8');
    response.end(renderMetrics([...deps.metrics.families(), up, ...(fromStore ?? [])]));
  });
  return router;
}

function mayRead(request: Request, token: string | undefined): boolean {
  if (token !== undefined) {
    const given = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    return given !== undefined && equalSecrets(given, token);
  }
  const isHere = LOOPBACK.test(request.socket.remoteAddress ?? '');
  return isHere && PROXY_HEADERS.every((name) => request.headers[name] === undefined);
}
