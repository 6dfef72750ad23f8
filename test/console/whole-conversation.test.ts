import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type CutProxy, startCutProxy } from '../fakes/cut-proxy.js';
import { type MainProcess, runMain } from '../fakes/run-main.js';
import { describeInBrowser } from './browser.js';
import { openChatPage } from './chat-page.js';

describeInBrowser('a whole conversation through the real page and service', (browser) => {
  let dataDir: string;
  let main: MainProcess;
  let port: number;
  let network: CutProxy;

  const start = async (httpPort: string) => {
    main = runMain({ DATA_DIR: dataDir, HTTP_PORT: httpPort, LOG_LEVEL: 'info' });
    return main.ready;
  };

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'kanal-whole-'));
    port = await start('0');
    network = await startCutProxy(port);
  });
  afterEach(async () => {
    await network.close();
    main.child.kill('SIGKILL');
    await main.ended;
    await rm(dataDir, { recursive: true, force: true });
  });

  it('files one case, though the network is cut in the middle of it', async () => {
    const chat = await openChatPage(browser(), network.url);
    await chat.say('Lampu jalan mati, gelap sekali');
    await chat.sees('lokasinya');
    network.cut();
    await chat.say('Jl. Mawar RT 03');
    await chat.seesState('Menunggu jaringan');
    network.mend();
    await chat.seesState('Terkirim');
    network.loseAnswersTo(/^POST \/api\/webchat\/messages/, 2);
    await chat.say('sejak seminggu');
    await chat.tap('Kirim');
    await chat.sees('LP-');
    const card = await chat.ask<string>(`document.querySelector('.receipt').innerText`);
    expect(card)
      .to.match(/LP-\d{6}-0001/)
      .and.match(/\d{4} \d{4} \d{4} \d{4}/);
    expect(await chat.texts('citizen')).to.deep.equal([
      'Lampu jalan mati, gelap sekali',
      'Jl. Mawar RT 03',
      'sejak seminggu',
      'Kirim',
    ]);
    expect(chat.errors).to.deep.equal([]);
    await chat.close();
  });

  it('goes on where it was when the service is killed and started again', async () => {
    const chat = await openChatPage(browser(), network.url);
    await chat.say('Lampu jalan mati, gelap sekali');
    await chat.sees('lokasinya');
    main.child.kill('SIGKILL');
    await main.ended;
    await chat.say('Jl. Mawar RT 03');
    await chat.seesState('Menunggu jaringan');
    await start(String(port));
    await chat.seesState('Terkirim');
    await chat.say('sejak seminggu');
    await chat.tap('Kirim');
    await chat.sees('LP-');
    await chat.say('status');
    await chat.sees('Status: Diterima');
    expect(main.output(), 'no word of the citizen is in the log').not.to.contain('Mawar');
    await chat.close();
  });
});
