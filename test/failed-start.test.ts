import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { startApp } from '../src/app.js';
import { loadConfig } from '../src/config.js';
import { systemClock } from '../src/core/clock.js';
import { createLog } from '../src/core/log.js';
import { findRunningStore } from '../src/store/embedded/start.js';

describe('a start that fails', () => {
  it('leaves no store running, so that the next one finds its folder free', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'kanal-failed-'));
    try {
      const config = loadConfig({ DATA_DIR: dataDir, HTTP_PORT: '0' });
      // no flows are there
      const start = startApp({ config, log: createLog('silent'), clock: systemClock, root: dataDir });
      const failed = await start.then(
        () => false,
        () => true,
      );
      expect(failed).to.equal(true);
      expect(await findRunningStore(join(dataDir, 'store'))).to.equal(undefined);
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});
