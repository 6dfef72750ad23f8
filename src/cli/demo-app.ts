import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type App, startApp } from '../app.js';
import type { Config } from '../config.js';
import type { Clock } from '../core/clock.js';
import { AppError } from '../core/errors.js';
import { createLog } from '../core/log.js';
import { findRunningStore } from '../store/embedded/start.js';
import { createDemoLanes } from './demo-lanes.js';

/**
 * The service on the demo city's clock and channels, listening where nobody looks while it is filled.
 *
 * @throws {AppError} `store.in_use` while a service runs on the same data: its clocks would act on a past half told
 */
export async function startDemoApp(config: Config, root: string, clock: Clock): Promise<App> {
  const storeDir = join(config.DATA_DIR, 'store');
  if (!config.MONGODB_URI && existsSync(storeDir) && (await findRunningStore(storeDir)))
    throw new AppError('store.in_use', 'The service is running on this data: stop it first, then seed, then start it');
  return startApp({
    config: { ...config, HTTP_PORT: 0, HTTP_HOST: '127.0.0.1' },
    log: createLog('error'),
    clock,
    root,
    pushLanes: createDemoLanes,
  });
}

/**
 * A demo is played into an empty service: among real cases nobody could tell them apart.
 * @throws {AppError} `request.conflict`
 */
export async function demandEmpty(app: Pick<App, 'connection'>): Promise<void> {
  const db = app.connection.getClient().db(app.connection.name);
  for (const name of ['turns', 'cases', 'staff']) {
    if ((await db.collection(name).findOne({}, { projection: { _id: 1 } })) === null) continue;
    throw new AppError(
      'request.conflict',
      `There is something in this store already (${name}); --force seeds all the same`,
    );
  }
}
