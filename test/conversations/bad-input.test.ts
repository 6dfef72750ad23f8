import { expect } from 'chai';
import type { InboundMessage } from '../../src/messages/message.js';
import { createCitizen, startTestApp, type TestApp } from '../fakes/test-app.js';

/** What people and pranksters send where a place is asked; each must be answered, kept, and leave the place in the flow. */
const ODD: Readonly<Record<string, Partial<InboundMessage> & { readonly text: string }>> = {
  'nothing at all': { text: '' },
  'only spaces': { text: '   \n\t ' },
  'only emoji': { text: '😡😡😡' },
  zalgo: { text: `h${'\u0301'.repeat(500)}a${'\u0327'.repeat(500)}lo` },
  'right-to-left marks': { text: '\u202e\u2067dilaporkan\u2069' },
  'a lone surrogate and NUL': { text: 'a\ud800b\u0000c' },
  'a script tag': { text: '<script>alert(1)</script>' },
  'a query operator': { text: '{"$ne":null}' },
  'a template': { text: `{{7*7}} {number, plural, other {}} $${'{'}process.env}` },
  'a place holder of ours': { text: '{{receipt}}' },
  'a spreadsheet formula': { text: '=HYPERLINK("http://x","y")' },
  '16,000 characters': { text: 'rusak parah sekali '.repeat(850) },
  '50,000 spaces': { text: `a${' '.repeat(50_000)}!` },
  'a sticker': { text: '', unsupported: true },
  'a forged button': { text: '', choice: { step: 'file', seq: 1, option: '__proto__' } },
  'an old button': { text: '', choice: { step: 'summary', seq: 0, option: 'send' } },
};

describe('odd messages in the middle of a report', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  for (const [what, message] of Object.entries(ODD)) {
    it(`${what}: answered, and the report can still be filed`, async () => {
      const citizen = createCitizen(test.app);
      await citizen.say('lampu jalan mati');
      const odd = await citizen.say(message.text, message);
      expect(odd.seq).to.equal(2);
      expect(
        odd.entries
          .filter((each) => each.from === 'bot')
          .map((each) => each.text)
          .join().length,
      ).to.be.within(5, 9000);
      // whatever it was taken for, the same two answers lead to a number
      let told = '';
      for (const text of ['Jl. Mawar RT 03', 'kemarin', 'kirim', 'kirim']) told += (await citizen.hear(text)).join();
      expect(told).to.match(/LP-\d{6}-\d{4}/);
      expect(told.match(/Nomor: LP-/g)?.length, 'filed once').to.equal(1);
    });
  }

  it('takes a photo where text is asked, and asks again kindly', async () => {
    const citizen = createCitizen(test.app);
    await citizen.say('lampu jalan mati');
    const photo = { kind: 'image', fileId: 'a'.repeat(24), mimeType: 'image/jpeg', sizeBytes: 10 } as const;
    const [answer] = await citizen.hear('', { attachments: [photo] });
    expect(answer)
      .to.match(/terima kasih/i)
      .and.match(/mana/i);
    await citizen.say('Jl. Mawar RT 03');
    expect((await citizen.hear('kemarin')).join()).to.match(/1 foto|foto/i);
  });

  it('answers a double tap once, and tells the second that the button is old', async () => {
    const citizen = createCitizen(test.app);
    const summary = await citizen.say('Lampu jalan mati di Jl. Mawar RT 03 sejak seminggu');
    const choice = { step: summary.entries.at(-1)?.step ?? '', seq: summary.seq, option: 'send' };
    const taps = await Promise.all(['tap-1', 'tap-2'].map((externalId) => citizen.say('', { externalId, choice })));
    const receipts = taps.flatMap((tap) => tap.entries.flatMap((each) => each.receipt ?? []));
    expect(receipts.length).to.equal(1);
    expect(taps[1]?.entries.at(-1)?.text).to.match(/tidak berlaku|sebelumnya/);
  });

  it('takes two messages within a moment as two parts of one report', async () => {
    const citizen = createCitizen(test.app);
    const [, second] = await Promise.all([
      citizen.say('lampu jalan mati', { seenSeq: 0 }),
      citizen.say('di Jl. Mawar RT 03 sejak seminggu', { seenSeq: 0 }),
    ]);
    const summary = second.entries.at(-1)?.text ?? '';
    expect(summary)
      .to.contain('lampu jalan mati')
      .and.contain('Tempat: Jl. Mawar RT 03')
      .and.contain('Waktu: sejak seminggu');
  });

  it('answers a global word in the middle, and comes back to the very question', async () => {
    const citizen = createCitizen(test.app);
    await citizen.say('lampu jalan mati');
    const help = (await citizen.hear('bantuan')).join();
    expect(help).to.contain('petugas').and.match(/mana/i);
    await citizen.say('Jl. Mawar RT 03');
    expect((await citizen.hear('kemarin')).join()).to.contain('Mawar');
  });

  it('takes a shared location for the place', async () => {
    const citizen = createCitizen(test.app);
    await citizen.say('lampu jalan mati');
    await citizen.say('', { location: { latitude: -7.797, longitude: 110.37 } });
    expect((await citizen.hear('kemarin')).join()).to.match(/Tempat: /);
  });
});

describe('what is no answer', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  it('a thumb on an old message starts nothing and is answered by nothing', async () => {
    const citizen = createCitizen(test.app);
    await citizen.say('halo');
    expect(await citizen.hear('👍', { reaction: { to: 'wamid.1' } })).to.deep.equal([]);
  });

  it('an edit is taken down, and whoever fills in a report is told how to change it', async () => {
    const citizen = createCitizen(test.app);
    await citizen.say('lampu jalan mati');
    const [told] = await citizen.hear('lampu jalan padam', { edited: { of: 'message-1' } });
    expect(told).to.contain('ubah');
    expect((await citizen.hear('Jl. Mawar RT 03')).join(), 'the question still stands').to.match(/kapan/i);
  });
});
