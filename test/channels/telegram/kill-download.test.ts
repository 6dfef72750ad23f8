import { join } from 'node:path';
import { expect } from 'chai';
import { freePort } from '../../../src/cli/bench-figures.js';
import { endLeases } from '../../../src/conversations/lanes.js';
import type { Turn } from '../../../src/conversations/turn.js';
import { findRunningStore } from '../../../src/store/embedded/start.js';
import { wholeJpeg } from '../../fakes/sample-files.js';
import { type FakeTelegram, startFakeTelegram } from '../../fakes/telegram-server.js';
import { startTelegramService, type TelegramService } from '../../fakes/telegram-server-process.js';
import { startTestApp, type TestApp } from '../../fakes/test-app.js';
import { until } from '../../fakes/until.js';

const REPORT = 'lampu jalan mati di Jl. Mawar RT 03 RW 05 sejak seminggu lalu';
const NUMBER = /LP-\d{6}-\d{4}/;
const PATIENCE_MS = 60_000;

describe('a service killed in the middle of a download from Telegram', function () {
  this.timeout(180_000);
  let fake: FakeTelegram;
  let store: TestApp;
  let service: TelegramService;

  before(async () => {
    fake = await startFakeTelegram({ retryScale: 0.01 });
    store = await startTestApp();
  });
  after(async () => {
    await service?.kill();
    await store?.close();
    await fake?.stop();
  });

  async function start(): Promise<TelegramService> {
    return startTelegramService({
      DATA_DIR: store.dataDir,
      HTTP_PORT: String(await freePort()),
      TELEGRAM_BOT_TOKEN: fake.token,
      TELEGRAM_API_ROOT: fake.apiRoot,
      STORE_URI: (await findRunningStore(join(store.dataDir, 'store'))) ?? '',
    });
  }

  it('fetches the file anew, keeps it once, and gives it to the case', async () => {
    const turns = store.app.connection.collection<Turn>('turns');
    const chunks = store.app.connection.collection('fs.chunks');
    // larger than one piece, so that some of it is stored before the kill
    const photo = Buffer.concat([wholeJpeg(), Buffer.alloc(700_000, 7)]);
    service = await start();
    const siti = fake.citizen(801);
    siti.say(REPORT);
    await until('the summary is heard', () => siti.heard().length === 1, PATIENCE_MS);
    fake.script('file', { stallAfterBytes: 600_000 });
    siti.photo(photo);
    await until('a piece is stored', async () => (await chunks.countDocuments()) > 0, PATIENCE_MS);
    await service.kill();

    // the end of the dead one's lease isn't waited for
    const { connection } = store.app;
    await endLeases(connection.getClient().db(connection.name));
    // owed files are looked for a minute after their turn; nor is that
    await turns.updateMany({ fetchAt: { $exists: true } }, { $set: { fetchAt: new Date(0) } });
    service = await start();
    await until(
      'no file is owed',
      async () => (await turns.countDocuments({ fetchAt: { $exists: true } })) === 0,
      PATIENCE_MS,
    );
    siti.say('kirim');
    await until('it is filed', () => siti.heard().some((text) => NUMBER.test(text)), PATIENCE_MS);
    const number = NUMBER.exec(siti.heard().join('\n'))?.[0] ?? '';
    await until('the case has it', async () => {
      const [file] = (await store.app.cases.find(number))?.evidence ?? [];
      return file?.fileId !== undefined && file.sizeBytes === photo.length;
    });
    await store.app.files.sweepUnreferenced(new Date(Date.now() + 60_000), async () => true);
    expect(await store.app.connection.collection('fs.files').countDocuments()).to.equal(1);
    expect(await chunks.countDocuments(), 'what the kill left is gone').to.equal(3);
  });
});
