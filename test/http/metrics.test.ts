import { request as httpRequest } from 'node:http';
import { expect } from 'chai';
import { AppError, SendError } from '../../src/core/errors.js';
import { createLog } from '../../src/core/log.js';
import { createMetrics, createMetricsRoutes, gauge, type Metrics, renderMetrics } from '../../src/http/metrics.js';
import { createHttpServer, type HttpServer } from '../../src/http/server.js';
import { createFakeClock } from '../fakes/clock.js';

const TOKEN = 'metrics-token-0123456789';
const message = { address: { channel: 'telegram' }, text: 'canary' };

describe('what the service counts', () => {
  const clock = createFakeClock();
  let metrics: Metrics;
  const told = () => renderMetrics(metrics.families());

  beforeEach(() => {
    metrics = createMetrics(clock);
  });
  afterEach(() => metrics.stop());

  it('counts what was taken in, and by how long it took, below each bound', async () => {
    const receive = metrics.timed(async ({ text }: typeof message) => {
      await clock.advance(text === 'slow' ? 400 : 20);
      return 'done';
    });
    expect(await receive(message)).to.equal('done');
    await receive({ ...message, text: 'slow' });
    expect(told())
      .to.include('kanal_messages_received_total{channel="telegram"} 2\n')
      .and.to.include('kanal_ack_seconds_bucket{le="0.01"} 0\n')
      .and.to.include('kanal_ack_seconds_bucket{le="0.025"} 1\n')
      .and.to.include('kanal_ack_seconds_bucket{le="0.5"} 2\n')
      .and.to.include('kanal_ack_seconds_bucket{le="+Inf"} 2\n')
      .and.to.include('kanal_ack_seconds_sum 0.42\n');
  });

  it('counts what was refused by its code, passes the failure on, and repeats no words', async () => {
    const failure = new AppError('store.unavailable', 'away');
    const receive = metrics.timed(async (_message: typeof message) => {
      throw failure;
    });
    expect(await receive(message).catch((error: unknown) => error)).to.equal(failure);
    expect(told())
      .to.include('kanal_messages_refused_total{channel="telegram",reason="store.unavailable"} 1')
      .and.not.to.include('canary');
  });

  it('counts sends, and those that failed by their reason', async () => {
    const answers: (() => string)[] = [
      () => 'id-1',
      () => {
        throw new SendError('throttled', 'x', { code: '131056' });
      },
      () => {
        throw new TypeError('x');
      },
    ];
    const send = metrics.counted('whatsapp_cloud:123', async () => answers.shift()?.() ?? '');
    await send();
    await send().catch(() => undefined);
    await send().catch(() => undefined);
    const of = 'channel="whatsapp_cloud",account="123"';
    expect(told())
      .to.include(`kanal_messages_sent_total{${of}} 1`)
      .and.to.include(`kanal_sends_failed_total{${of},reason="throttled",code="131056"} 1`)
      .and.to.include(`kanal_sends_failed_total{${of},reason="unknown",code=""} 1`);
  });

  it('is bounded, whatever codes a platform invents', async () => {
    let count = 0;
    const send = metrics.counted('telegram:1', async () => {
      count += 1;
      throw new SendError('rejected', 'x', { code: String(count) });
    });
    for (let tries = 0; tries < 500; tries++) await send().catch(() => undefined);
    expect(told().match(/kanal_sends_failed_total\{/g)).to.have.length(200);
  });

  it('tells of its memory, its lag and the turns it committed', () => {
    metrics.turnCommitted();
    expect(told())
      .to.match(/kanal_resident_memory_bytes [1-9]\d{6,}\n/)
      .and.to.match(/kanal_event_loop_lag_seconds\{quantile="0.99"\} \d/)
      .and.to.include('kanal_turns_committed_total 1\n');
  });

  it('counts what happened to a channel by the channel’s own word', () => {
    metrics.signal('whatsapp_cloud:123', 'signature_refused');
    metrics.signal('whatsapp_cloud:123', 'delivery_failed', '131026');
    expect(told())
      .to.include(
        'kanal_channel_signals_total{channel="whatsapp_cloud",account="123",signal="signature_refused",detail=""} 1',
      )
      .and.to.include('signal="delivery_failed",detail="131026"} 1');
  });

  it('escapes what would end a label', () => {
    expect(renderMetrics([gauge('x', 'y', [{ labels: { a: 'q"\\\n' }, value: 1 }])])).to.include(
      'kanal_x{a="q\\"\\\\\\n"} 1',
    );
  });
});

describe('GET /metrics', () => {
  let server: HttpServer | undefined;
  let metrics: Metrics;
  let url = '';

  const start = async (token: string | undefined, gauges = async () => [gauge('queue_length', 'x', [])]) => {
    metrics = createMetrics(createFakeClock());
    server = createHttpServer({
      log: createLog('silent'),
      clock: { now: () => new Date(0), monotonicMs: () => 0, after: () => () => undefined },
      isReady: async () => ({ ready: true, parts: {} }),
      routers: [{ path: '/metrics', router: createMetricsRoutes({ metrics, gauges, token }) }],
      pagesDir: '/nowhere',
    });
    const { port } = await server.listen(0, '127.0.0.1');
    url = `http://127.0.0.1:${port}/metrics`;
  };
  afterEach(async () => {
    await server?.close();
    metrics.stop();
  });
  const statusOf = (headers: Record<string, string>) =>
    new Promise<number>((resolve, reject) => {
      httpRequest(url, { headers }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      })
        .on('error', reject)
        .end();
    });

  it('answers this machine when there is no token, and nobody whom a proxy speaks for', async () => {
    await start(undefined);
    const response = await fetch(url);
    expect(response.status).to.equal(200);
    expect(response.headers.get('content-type')).to.equal('text/plain; version=0.0.4; charset=utf-8');
    expect(await response.text()).to.include('kanal_store_up 1');
    for (const header of ['X-Forwarded-For', 'Forwarded', 'X-Real-IP', 'Via'])
      expect(await statusOf({ [header]: '10.1.2.3' }), header).to.equal(404);
  });

  it('answers only who knows the token when there is one', async () => {
    await start(TOKEN);
    expect(await statusOf({})).to.equal(404);
    expect(await statusOf({ Authorization: 'Bearer wrong' })).to.equal(404);
    expect(await statusOf({ Authorization: `Bearer ${TOKEN}`, 'X-Forwarded-For': '10.1.2.3' })).to.equal(200);
  });

  it('says that the store is away, and the rest, when it can not be asked', async () => {
    await start(undefined, async () => {
      throw new Error('away');
    });
    const text = await (await fetch(url)).text();
    expect(text).to.include('kanal_store_up 0').and.to.include('kanal_resident_memory_bytes');
  });
});
