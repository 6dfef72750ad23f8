import { expect } from 'chai';
import { type ChatService, startChatService } from '../fakes/chat-service.js';
import type { Script } from '../fakes/fake-chat.js';
import { until } from '../fakes/until.js';
import { describeInBrowser } from './browser.js';
import { type ChatPage, openChatPage } from './chat-page.js';

const PAGES = new URL('../../dist/console', import.meta.url).pathname;

/** First asks for a choice, then files; anything else is said back. */
const script: Script = (message, turn) => {
  if (turn === 0) {
    const options = [
      { id: 'send', label: 'Kirim' },
      { id: 'edit', label: 'Ubah' },
    ];
    return [{ text: 'Sudah benar?', step: 'confirm', expect: 'choice', options }];
  }
  if (message.choice?.option === 'send') {
    return [{ text: 'Sudah kami terima.', receipt: { number: 'LP-260803-0001', code: '4821907733560148' } }];
  }
  return [{ text: `Kami terima: ${message.text}` }];
};

describeInBrowser('chat page', (browser) => {
  let service: ChatService;
  let chat: ChatPage;

  beforeEach(async () => {
    service = await startChatService({ script, pagesDir: PAGES });
    chat = await openChatPage(browser(), service.url);
  });
  afterEach(async () => {
    expect(chat.errors, 'nothing goes wrong in the page').to.deep.equal([]);
    await chat.close();
    await service.server.close();
  });

  it('takes a complaint from the first word to a receipt to keep', async () => {
    await chat.say('Lampu jalan mati');
    await chat.sees('Sudah benar?');
    await chat.seesState('Terkirim');
    await chat.tap('Kirim');
    await chat.sees('Sudah kami terima.');
    const card = await chat.ask<string>(`document.querySelector('.receipt').innerText`);
    expect(card).to.contain('LP-260803-0001').and.contain('4821 9077 3356 0148').and.contain('jangan dibagikan');
    expect(service.chat.taken[1]?.choice).to.deep.equal({ step: 'confirm', seq: 1, option: 'send' });
    expect(service.chat.taken[1]?.seenSeq).to.equal(1);
  });

  it('copies number and code together', async () => {
    await browser().defaultBrowserContext().overridePermissions(service.url, []);
    await chat.ask(`navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }`);
    await chat.say('Lampu jalan mati');
    await chat.tap('Kirim');
    await chat.tap('Salin');
    expect(await chat.ask<string>('window.copied'))
      .to.contain('LP-260803-0001')
      .and.contain('4821 9077 3356 0148');
    await until(
      'a word that it was copied',
      async () => (await chat.ask<string>(`document.querySelector('.said').innerText`)) === 'Tersalin',
    );
  });

  it('prints the receipt alone', async () => {
    await chat.ask(`window.print = () => undefined`);
    await chat.say('Lampu jalan mati');
    await chat.tap('Kirim');
    await chat.tap('Cetak');
    await chat.page.emulateMediaType('print');
    const visible = await chat.ask<string>('document.body.innerText');
    expect(visible).to.contain('4821 9077 3356 0148').and.contain('Kanal Aduan');
    expect(visible).not.to.contain('Lampu jalan mati');
    expect(visible).not.to.contain('Sudah kami terima');
  });

  it('leaves old buttons to be read, does nothing for them, and keeps the focus', async () => {
    await chat.say('Lampu jalan mati');
    await chat.tap('Ubah');
    await chat.sees('Kami terima: Ubah');
    const old = await chat.ask<{ label: string; disabled: string; pressed: string }[]>(
      `[...document.querySelectorAll('.options button')].map((each) => ({ label: each.innerText, disabled: each.ariaDisabled, pressed: each.ariaPressed }))`,
    );
    expect(old).to.deep.equal([
      { label: 'Kirim', disabled: 'true', pressed: 'false' },
      { label: 'Ubah', disabled: 'true', pressed: 'true' },
    ]);
    expect(await chat.ask<string>('document.activeElement.innerText')).to.equal('Ubah');
    await chat.page.click('.options button');
    await chat.say('lanjut');
    await chat.sees('Kami terima: lanjut');
    expect(service.chat.calls).to.have.length(3);
  });

  it('takes a double tap once', async () => {
    await chat.say('Lampu jalan mati');
    await chat.sees('Sudah benar?');
    await chat.page.click('.options button', { count: 2, delay: 0 });
    await chat.sees('Sudah kami terima.');
    await chat.seesState('Terkirim');
    expect(service.chat.calls).to.have.length(2);
  });

  it('shows what staff say at once, by name', async () => {
    await chat.say('Lampu jalan mati');
    await chat.sees('Sudah benar?');
    const token = await chat.ask<string>(`localStorage.getItem('kanal.token')`);
    service.chat.say(service.conversationIdOf(token), 'staff', { text: 'Selamat pagi, saya Rina.' });
    await chat.sees('Selamat pagi, saya Rina.');
    expect(await chat.ask<string>(`document.querySelector('.from-staff').innerText`)).to.match(/^Petugas/);
  });

  it('keeps the chat over a reload, and the words not yet sent', async () => {
    await chat.say('Lampu jalan mati');
    await chat.sees('Sudah benar?');
    await chat.write('belum selesai');
    await chat.page.reload();
    await chat.sees('Sudah benar?');
    expect(await chat.texts('citizen')).to.deep.equal(['Lampu jalan mati']);
    expect(await chat.ask<string>(`document.querySelector('textarea').value`)).to.equal('belum selesai');
  });

  it('shows markup, scripts and odd links as the text they are', async () => {
    const nasty =
      '<img src=x onerror=alert(1)> javascript:alert(1) https://contoh.go.id/a?b=1. http://xn--80ak6aa92e.com {{7*7}}';
    await chat.say('Lampu jalan mati');
    await chat.sees('Sudah benar?');
    await chat.say(nasty);
    await chat.sees(`Kami terima: ${nasty}`);
    const links = await chat.ask<string[]>(`[...document.querySelectorAll('.log a')].map((each) => each.href)`);
    expect(links).to.deep.equal(['https://contoh.go.id/a?b=1']);
    expect(await chat.ask<number>(`document.querySelectorAll('.log img').length`)).to.equal(0);
  });

  it('writes a new line with Shift and Enter, and fits the words', async () => {
    await chat.write('baris satu');
    await chat.page.keyboard.down('Shift');
    await chat.press('Enter');
    await chat.page.keyboard.up('Shift');
    await chat.write('baris dua');
    await chat.press('Enter');
    await chat.sees('baris satu\nbaris dua');
    // it is on the page before it has arrived
    await until('the message to be taken', () => service.chat.taken.length === 1);
    expect(service.chat.taken[0]?.text).to.equal('baris satu\nbaris dua');
  });

  it('speaks English when asked to, and remembers', async () => {
    await chat.tap('English');
    await until('an English page', async () => (await chat.ask<string>('document.documentElement.lang')) === 'en');
    await chat.page.reload();
    await until('English texts', async () =>
      (await chat.ask<string>('document.body.innerText')).includes('Not for emergencies'),
    );
  });

  it('takes itself off the device when asked', async () => {
    await chat.say('Lampu jalan mati');
    await chat.sees('Sudah benar?');
    chat.page.on('dialog', (dialog) => void dialog.accept());
    await chat.page.click('summary');
    await Promise.all([chat.page.waitForNavigation(), chat.tap('Hapus percakapan dari perangkat ini')]);
    await until('the first screen', async () =>
      (await chat.ask<string>('document.body.innerText')).includes('Ada yang perlu diperbaiki'),
    );
    const left = await chat.ask<string[]>(`Object.keys(localStorage).filter((name) => name !== 'kanal.draft')`);
    expect(left).to.deep.equal([]);
  });
});
