import { join } from 'node:path';
import type { Db } from 'mongodb';
import type { Zone } from './cases/calendar.js';
import { loadTemplates } from './channels/whatsapp-cloud/templates.js';
import { createModelSource } from './classification/model-source.js';
import type { Clock } from './core/clock.js';
import type { Logger } from './core/log.js';
import { openTenantData, type TenantData } from './staff/tenant-data.js';
import { createTenantFiles, type TenantFiles } from './staff/tenant-files.js';

export interface Tenant {
  readonly data: TenantData;
  readonly files: TenantFiles;
}

/**
 * Opens the office's data files: what came with the service, and what the office wrote of its own.
 *
 * @throws {AppError} `config.invalid` or `flow.invalid` when the shipped ones can't be used
 */
export async function openTenant(deps: {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly flowsDir: string;
  readonly localesDir: string;
  /** The tenant's models of classification; may not be there. */
  readonly modelsDir: string;
  readonly zone: Zone;
}): Promise<Tenant> {
  const { db, clock, log, flowsDir, localesDir, modelsDir, zone } = deps;
  const models = createModelSource({
    shippedFile: join(flowsDir, 'model.json'),
    folder: modelsDir,
    onUnusable: (error) => log.error({ err: error }, 'model of classification left aside: it can not be used'),
  });
  const files = createTenantFiles(db);
  const year = clock.now().getUTCFullYear();
  const data = await openTenantData({
    ...{ shippedDir: flowsDir, localesDir, zone, files, models, log },
    years: [year, year + 1],
    alsoCheck: [(dir) => void loadTemplates(join(dir, 'templates.yaml'))],
  });
  return { data, files };
}
