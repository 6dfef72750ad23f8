import { expect } from 'chai';
import type { PushLane } from '../../src/channels/push-lane.js';
import type { OutboundMessage } from '../../src/messages/message.js';
import { createShiftedClock, startTestApp, type TestApp } from '../fakes/test-app.js';
import { until } from '../fakes/until.js';
import { moveCase } from './case-life.js';

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

/** A channel account with WhatsApp's window that takes everything it is given. */
function createWindowedLane(sent: OutboundMessage[]): PushLane {
  return {
    lane: 'whatsapp_cloud:fake',
    limits: { perSecond: 1000, perSecondBurst: 1000, chatIntervalMs: 1, chatBurst: 100, maxInFlight: 50 },
    channel: {
      type: 'whatsapp_cloud',
      start: async () => undefined,
      stop: async () => undefined,
      send: async (message) => {
        sent.push(message);
        return message.id;
      },
    },
  };
}

describe('news outside the window of WhatsApp', function () {
  this.timeout(40_000);
  let test: TestApp;
  const sent: OutboundMessage[] = [];
  const clock = createShiftedClock();
  let chats = 0;

  before(async () => {
    test = await startTestApp({ clock, pushLanes: () => [createWindowedLane(sent)] });
    const msOfDay = (clock.now().getTime() + 7 * HOUR_MS) % DAY_MS;
    clock.shift((10 * HOUR_MS - msOfDay + DAY_MS) % DAY_MS);
  });
  after(() => test.close());

  async function fileByPhone() {
    chats += 1;
    const chatId = `62812000${chats}`;
    let messages = 0;
    const write = async (text: string) => {
      messages += 1;
      const address = { channel: 'whatsapp_cloud', account: 'fake', chatId } as const;
      const sentAt = new Date(clock.now().getTime() + 2000);
      await test.app.conversations.receive({ externalId: `m${messages}`, address, sentAt, text, attachments: [] });
    };
    const heard = () => sent.filter(({ address }) => address.chatId === chatId);
    await write('Lampu jalan mati di Jl. Mawar RT 03 sejak seminggu');
    await until('it is summed up', () => heard().length === 1);
    await write('kirim');
    await until('it is filed', () => heard().some(({ receiptFor }) => receiptFor));
    const number = heard().find(({ receiptFor }) => receiptFor)?.receiptFor ?? '';
    const news = () => heard().filter(({ kind }) => kind === 'notice');
    return { number, write, heard, news };
  }

  it('carries the template that Meta has approved, with its values', async () => {
    const { number, news } = await fileByPhone();
    clock.shift(2 * DAY_MS);
    await moveCase(test.app, number, ['verified']);
    await until('it is sent', () => news().length === 1);
    expect(news()[0]?.template).to.deep.equal({
      name: 'kabar_laporan',
      locale: 'id',
      params: [number, 'Sudah diperiksa'],
    });
    expect(news()[0]?.text).to.contain('sudah kami periksa');
  });

  it('carries none within a day of the citizen’s last words', async () => {
    const { number, news } = await fileByPhone();
    await moveCase(test.app, number, ['verified']);
    await until('it is sent', () => news().length === 1);
    expect(news()[0]).not.to.have.property('template');
  });

  it('is told in full to whoever opens it with a word, before anything counts as an answer', async () => {
    const { number, write, heard, news } = await fileByPhone();
    await moveCase(test.app, number, ['verified', 'assigned', 'in_progress']);
    await until('all is sent', () => news().length === 3);
    clock.shift(2 * DAY_MS);
    await moveCase(test.app, number, ['resolved']);
    await until('it is sent', () => news().length === 4);
    expect(news()[3]?.template?.name).to.equal('tanya_sudah_beres');
    const before = heard().length;
    await write('ya');
    await until('it is answered', () => heard().length > before + 1);
    const texts = heard()
      .slice(before)
      .map(({ text }) => text)
      .join('\n');
    expect(texts).to.contain('Lampunya sudah kami ganti.').and.contain('1. Sudah beres');
    expect((await test.app.cases.find(number))?.status, 'nothing was confirmed').to.equal('resolved');
    await write('ya');
    await until('it is closed', async () => (await test.app.cases.find(number))?.status === 'closed');
  });

  it('answers at night what the citizen did at night', async () => {
    const { number, write, news } = await fileByPhone();
    clock.shift(12 * HOUR_MS);
    await write('cabut');
    await write('ya');
    await until('it is told', () => news().length === 1);
    expect(news()[0]?.text).to.contain(`${number} sudah dicabut`);
  });
});
