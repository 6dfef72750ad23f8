import { expect } from 'chai';
import { type ChatService, startChatService } from '../fakes/chat-service.js';
import { type CutProxy, startCutProxy } from '../fakes/cut-proxy.js';
import { until } from '../fakes/until.js';
import { describeInBrowser } from './browser.js';
import { type ChatPage, openChatPage } from './chat-page.js';

const PAGES = new URL('../../dist/console', import.meta.url).pathname;

describeInBrowser('chat page without network', (browser) => {
  let service: ChatService;
  let network: CutProxy;
  let chat: ChatPage;

  beforeEach(async () => {
    service = await startChatService({ pagesDir: PAGES });
    network = await startCutProxy(service.port);
    chat = await openChatPage(browser(), network.url);
  });
  afterEach(async () => {
    await chat.close();
    await network.close();
    await service.server.close();
  });

  const banner = () => chat.ask<string>(`document.querySelector('.offline').innerText`);
  const takenTexts = () => service.chat.taken.map((message) => message.text);

  it('keeps what is written, says that it waits, and sends each once and in order', async () => {
    await chat.say('satu');
    await chat.sees('Kami terima: satu');
    network.cut();
    await chat.say('dua');
    await chat.say('tiga');
    await chat.say('empat');
    await chat.seesState('Menunggu jaringan');
    await until('a word about the network', async () => (await banner()).startsWith('Tidak ada jaringan'));
    expect(await chat.texts('citizen')).to.deep.equal(['satu', 'dua', 'tiga', 'empat']);
    network.mend();
    await chat.sees('Kami terima: empat');
    await chat.seesState('Terkirim');
    expect(takenTexts()).to.deep.equal(['satu', 'dua', 'tiga', 'empat']);
    expect(await banner()).to.equal('');
  });

  it('works from the very first word', async () => {
    network.cut();
    await chat.say('halo');
    await chat.seesState('Menunggu jaringan');
    network.mend();
    await chat.sees('Kami terima: halo');
  });

  it('sends what waited in a page that was closed', async () => {
    await chat.say('satu');
    await chat.sees('Kami terima: satu');
    network.cut();
    await chat.say('dua');
    await chat.seesState('Menunggu jaringan');
    const context = chat.page.browserContext();
    await chat.page.close();
    network.mend();
    const again = await openChatPage(browser(), network.url, { context });
    await again.sees('Kami terima: dua');
    expect(await again.texts('citizen')).to.deep.equal(['satu', 'dua']);
    expect(takenTexts()).to.deep.equal(['satu', 'dua']);
    await context.close();
    chat = await openChatPage(browser(), network.url);
  });

  it('sends a message again whose answer was lost, and it is one message', async () => {
    await chat.say('satu');
    await chat.sees('Kami terima: satu');
    network.loseAnswersTo(/^POST \/api\/webchat\/messages/, 2);
    await chat.say('dua');
    await chat.sees('Kami terima: dua');
    await chat.seesState('Terkirim');
    expect(new Set(service.chat.calls.map((call) => call.externalId)).size).to.equal(2);
    expect(takenTexts()).to.deep.equal(['satu', 'dua']);
    expect(await chat.texts('citizen')).to.deep.equal(['satu', 'dua']);
  });

  it('shows a message once, though it comes back over the stream before its own answer', async () => {
    await chat.say('satu');
    await chat.sees('Kami terima: satu');
    const token = await chat.ask<string>(`localStorage.getItem('kanal.token')`);
    const answer = service.chat.hold();
    await chat.say('dua');
    await until('the message to be taken', () => service.chat.taken.length === 2);
    service.chat.say(service.conversationIdOf(token), 'staff', { text: 'Saya bantu, ya.' });
    await chat.sees('Saya bantu, ya.');
    expect(await chat.texts('citizen')).to.deep.equal(['satu', 'dua']);
    answer();
    await until(
      'nothing to wait for',
      async () => (await chat.ask<number>(`document.querySelectorAll('.queued').length`)) === 0,
    );
    expect(await chat.texts('citizen')).to.deep.equal(['satu', 'dua']);
  });

  it('waits and tries again while the service says that it can not', async () => {
    service.chat.failNext(2);
    await chat.say('satu');
    await chat.sees('Kami terima: satu');
    expect(service.chat.calls).to.have.length(3);
    expect(new Set(service.chat.calls.map((call) => call.externalId)).size).to.equal(1);
    expect(takenTexts()).to.deep.equal(['satu']);
  });

  it('catches up with what was said meanwhile', async () => {
    await chat.say('satu');
    await chat.sees('Kami terima: satu');
    const token = await chat.ask<string>(`localStorage.getItem('kanal.token')`);
    network.cut();
    await until('a word about the network', async () => (await banner()) !== '');
    service.chat.say(service.conversationIdOf(token), 'staff', { text: 'Petugas sudah di lokasi.' });
    network.mend();
    await chat.sees('Petugas sudah di lokasi.');
    expect(await chat.texts('citizen')).to.deep.equal(['satu']);
  });

  it('shows that an answer is being prepared, and only while it is', async () => {
    const typing = () => chat.ask<boolean>(`document.querySelector('.typing') !== null`);
    const answer = service.chat.hold();
    await chat.say('satu');
    await until('the sign', typing);
    answer();
    await chat.sees('Kami terima: satu');
    await until('no sign', async () => !(await typing()));
  });
});
