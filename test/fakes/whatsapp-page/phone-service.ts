/**
 * The real service in a process of its own on WhatsApp Web, whose browser process is a phone server elsewhere, that kills
 * itself without a word at a named point. Speaks one JSON line when it is ready.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startApp } from '../../../src/app.js';
import { loadConfig } from '../../../src/config.js';
import type { Points } from '../../../src/conversations/points.js';
import { systemClock } from '../../../src/core/clock.js';
import { createLog } from '../../../src/core/log.js';
import { createPushLanes } from '../../../src/push-lanes.js';
import { connectToPhone } from './phone-server.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const { KILL_AT, KILL_AFTER = '0', PHONE_PORT } = process.env;
let passed = 0;

const points: Points = (point) => {
  if (point !== KILL_AT) return;
  passed += 1;
  if (passed > Number(KILL_AFTER)) process.kill(process.pid, 'SIGKILL');
};

// the browser is elsewhere, and any program will do for one that is never started
const config = loadConfig({ LOG_LEVEL: 'warn', WHATSAPP_WEB: '1', CHROMIUM_PATH: process.execPath, ...process.env });
const log = createLog(config.LOG_LEVEL);
const clock = systemClock;
const browser = { startChild: connectToPhone(Number(PHONE_PORT)) };
const pushLanes = createPushLanes({ config, clock, log, root, tell: () => undefined, browser });
const app = await startApp({ config, log, clock, root, points, pushLanes });
process.stdout.write(`${JSON.stringify({ ready: true, port: app.port })}\n`);

process.on('SIGTERM', () => void app.stop().then(() => process.exit(0)));
