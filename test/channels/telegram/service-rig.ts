import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { freePort } from '../../../src/cli/bench-figures.js';
import { loadConfig } from '../../../src/config.js';
import { createLog } from '../../../src/core/log.js';
import { createPushLanes } from '../../../src/push-lanes.js';
import { type FakeTelegram, type FakeTelegramOptions, startFakeTelegram } from '../../fakes/telegram-server.js';
import { createShiftedClock, type ShiftedClock, startTestApp, type TestApp } from '../../fakes/test-app.js';
import { until } from '../../fakes/until.js';

/** The whole service beside a Bot API of its own. */
export interface ServiceRig {
  readonly fake: FakeTelegram;
  readonly test: TestApp;
  readonly clock: ShiftedClock;
  logged(): string;
  close(): Promise<void>;
}

export async function startServiceRig(
  mode: 'polling' | 'webhook',
  options: FakeTelegramOptions = {},
): Promise<ServiceRig> {
  const fake = await startFakeTelegram({ retryScale: 0.01, ...options });
  const dataDir = await mkdtemp(join(tmpdir(), 'kanal-telegram-'));
  const port = await freePort();
  const config = loadConfig({
    DATA_DIR: dataDir,
    HTTP_PORT: String(port),
    TELEGRAM_BOT_TOKEN: fake.token,
    TELEGRAM_API_ROOT: fake.apiRoot,
    ...(mode === 'webhook' ? { PUBLIC_URL: `http://127.0.0.1:${port}` } : {}),
  });
  const lines: string[] = [];
  const log = createLog(
    'debug',
    new Writable({
      write(line, _encoding, done) {
        lines.push(String(line));
        done();
      },
    }),
  );
  const clock = createShiftedClock();
  const root = new URL('../../..', import.meta.url).pathname;
  const pushLanes = createPushLanes({ config, clock, log, root, tell: () => undefined });
  const test = await startTestApp({ config, log, clock, pushLanes });
  if (mode === 'webhook') await until('the webhook is set', () => fake.queue.webhook !== undefined);
  return {
    fake,
    test,
    clock,
    logged: () => lines.join(''),
    async close() {
      await test.close();
      await fake.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
