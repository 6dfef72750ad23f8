/**
 * The real service in a process of its own with its channels as configured, that kills itself without a word at a named
 * point. Speaks one JSON line when it is ready. With STORE_URI it joins a store that another process started.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startApp } from '../../src/app.js';
import { loadConfig } from '../../src/config.js';
import type { Points } from '../../src/conversations/points.js';
import { systemClock } from '../../src/core/clock.js';
import { createLog } from '../../src/core/log.js';
import { createPushLanes } from '../../src/push-lanes.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const { KILL_AT, KILL_AFTER = '0', STORE_URI } = process.env;
let passed = 0;

const points: Points = (point) => {
  if (point !== KILL_AT) return;
  passed += 1;
  if (passed > Number(KILL_AFTER)) process.kill(process.pid, 'SIGKILL');
};

const config = loadConfig({ LOG_LEVEL: 'warn', ...process.env });
const log = createLog(config.LOG_LEVEL);
const clock = systemClock;
const pushLanes = createPushLanes({ config, clock, log, root, tell: () => undefined });
const storeUri = STORE_URI ? { storeUri: STORE_URI } : {};
const app = await startApp({ config, log, clock, root, points, pushLanes, ...storeUri });
process.stdout.write(`${JSON.stringify({ ready: true, port: app.port })}\n`);

process.on('SIGTERM', () => void app.stop().then(() => process.exit(0)));
