/**
 * The real service in a process of its own, with the fake push channel beside the web chat, that kills itself without
 * a word at a named point. Started by service.ts; speaks one JSON line when it is ready.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startApp } from '../../src/app.js';
import { loadConfig } from '../../src/config.js';
import type { Points } from '../../src/conversations/points.js';
import { systemClock } from '../../src/core/clock.js';
import { createLog } from '../../src/core/log.js';
import { createPushLane } from './push-channel.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const { PUSH_URL, KILL_AT, KILL_AFTER = '0' } = process.env;
let passed = 0;

const points: Points = (point) => {
  if (point !== KILL_AT) return;
  passed += 1;
  if (passed > Number(KILL_AFTER)) process.kill(process.pid, 'SIGKILL');
};

const app = await startApp({
  config: loadConfig({ HTTP_PORT: '0', LOG_LEVEL: 'warn', ...process.env }),
  log: createLog('warn'),
  clock: systemClock,
  root,
  points,
  pushLanes: ({ receive }) => (PUSH_URL ? [createPushLane(PUSH_URL, receive)] : []),
});
process.stdout.write(`${JSON.stringify({ ready: true, port: app.port })}\n`);

process.on('SIGTERM', () => void app.stop().then(() => process.exit(0)));
