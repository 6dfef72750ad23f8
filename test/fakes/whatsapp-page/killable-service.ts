/**
 * The whole service on WhatsApp Web in a process of its own, with the real library and browser, that kills itself
 * without a word at the point it was last told. Waits to be told to start; speaks one JSON line when it is ready.
 */
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { startApp } from '../../../src/app.js';
import { loadConfig } from '../../../src/config.js';
import type { Points } from '../../../src/conversations/points.js';
import { systemClock } from '../../../src/core/clock.js';
import { createLog } from '../../../src/core/log.js';
import { createPushLanes } from '../../../src/push-lanes.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const Told = z.object({ kill: z.object({ at: z.string(), after: z.number() }).optional() });
let kill: z.infer<typeof Told>['kill'];

const points: Points = (point) => {
  if (point !== kill?.at) return;
  kill.after -= 1;
  if (kill.after < 0) process.kill(process.pid, 'SIGKILL');
};

process.on('message', (told) => {
  ({ kill } = Told.parse(told));
});
// who has a service ready to take over ends it with itself
process.on('disconnect', () => process.exit(0));
await once(process, 'message');

const { PAGE_DIR: dir = '', PAGE_VERSION: version = '', BROWSER_ARGS = '', ...env } = process.env;
const config = loadConfig({ LOG_LEVEL: 'warn', HTTP_PORT: '0', WHATSAPP_WEB: '1', ...env });
const log = createLog(config.LOG_LEVEL);
const clock = systemClock;
const browser = { localPage: { dir, version }, extraArgs: BROWSER_ARGS.split(' '), random: () => 0 };
const pushLanes = createPushLanes({ config, clock, log, root, tell: () => undefined, browser });
const app = await startApp({ config, log, clock, root, points, pushLanes });
process.on('SIGTERM', () => void app.stop().then(() => process.exit(0)));
process.stdout.write(`${JSON.stringify({ ready: true, port: app.port })}\n`);
