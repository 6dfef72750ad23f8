import { expect } from 'chai';
import type { Turn } from '../../../src/conversations/turn.js';
import { conversationIdOf } from '../../../src/core/ids.js';
import { until } from '../../fakes/until.js';
import { type ServiceRig, startServiceRig } from './service-rig.js';

const ORDERS = [
  [4, 3, 2, 1, 0],
  [2, 4, 0, 3, 1],
] as const;
const NUMBER = /LP-\d{6}-\d{4}/;
/** Each of another place, or the next would be offered to support the one before. */
const reportOf = (chat: number) => `lampu jalan mati di Jl. Mawar No. ${chat} RT 03 RW 05 sejak seminggu lalu`;

for (const mode of ['polling', 'webhook'] as const) {
  describe(`updates of a chat that arrive in another order than they were written, by ${mode}`, () => {
    let rig: ServiceRig;
    let chats = 700;
    before(async () => {
      rig = await startServiceRig(mode);
    });
    after(() => rig.close());

    const unixNow = () => Math.floor(rig.clock.now().getTime() / 1000);
    const turns = () => rig.test.app.connection.collection<Turn>('turns');
    const settled = async () => {
      await until('all is confirmed', () => rig.fake.queue.pendingCount === 0);
      await until('nothing is owed', async () => (await turns().countDocuments({ sendAt: { $exists: true } })) === 0);
    };

    it('an answer that overtook its report fills no wrong field, and the report is filed by the next one', async () => {
      const siti = rig.fake.citizen(++chats);
      const now = unixNow();
      // written last, arriving first
      siti.send({ text: 'kirim', date: now });
      siti.send({ text: 'kemarin', date: now - 10 });
      siti.send({ text: reportOf(chats), date: now - 20 });
      await settled();
      expect(
        siti.heard().some((text) => NUMBER.test(text)),
        'nothing was filed',
      ).to.equal(false);
      expect(siti.heard().at(-1)).to.include(`Jl. Mawar No. ${chats}`).and.to.include('1. Kirim');
      siti.tap('Kirim');
      await until('it is filed', () => siti.heard().some((text) => NUMBER.test(text)));
    });

    it('words from before a question are kept, and never taken for its answer', async () => {
      const siti = rig.fake.citizen(++chats);
      siti.say('lampu jalan mati');
      await until('the place is asked', () => siti.heard().length === 1);
      for (const [text, ago] of [
        ['tiga', 600],
        ['terima kasih', 900],
        ['ya', 1200],
      ] as const)
        siti.send({ text, date: unixNow() - ago });
      await settled();
      expect(siti.heard().at(-1)).to.match(/mana/i);
      siti.say('Jl. Melati RT 02');
      await until('the time is asked', () => siti.heard().at(-1)?.includes('Sejak kapan') ?? false);
      siti.say('kemarin');
      await until('the summary is heard', () => siti.heard().at(-1)?.includes('1. Kirim') ?? false);
      expect(siti.heard().at(-1)).to.include('Tempat: Jl. Melati RT 02').and.to.include('Waktu: Kemarin');
    });

    it('in any order of five every one is a turn, the chat goes on, and one case comes of one tap', async () => {
      const words = ['sampah', 'sudah gelap sekali', 'kemarin', 'halo', '5'];
      for (const order of ORDERS) {
        const siti = rig.fake.citizen(++chats);
        const before = await rig.test.app.connection.collection('cases').countDocuments();
        for (const index of order) siti.send({ text: words[index] ?? '', date: unixNow() - 60 + index });
        await settled();
        const { addressKey } = rig.test.app.keys;
        const conversationId = conversationIdOf(addressKey, 'telegram', '7001', siti.chatId);
        expect(await turns().countDocuments({ conversationId, 'source.kind': 'citizen' })).to.equal(words.length);
        siti.say(reportOf(chats));
        await until('a summary is heard', () => siti.heard().at(-1)?.includes('1. Kirim') ?? false);
        siti.tap('Kirim');
        await until('it is filed', () => siti.heard().some((text) => NUMBER.test(text)));
        await settled();
        expect(await rig.test.app.connection.collection('cases').countDocuments()).to.equal(before + 1);
      }
    });
  });
}
