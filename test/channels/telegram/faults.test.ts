import { expect } from 'chai';
import type { OutState, Turn } from '../../../src/conversations/turn.js';
import { moveCase } from '../../cases/case-life.js';
import { wholeJpeg } from '../../fakes/sample-files.js';
import type { FakeCitizen } from '../../fakes/telegram-server-citizen.js';
import { until } from '../../fakes/until.js';
import { type ServiceRig, startServiceRig } from './service-rig.js';

const REPORT = 'lampu jalan mati di Jl. Mawar RT 03 RW 05 sejak seminggu lalu';
const reportAt = (street: string) => `lampu jalan mati di ${street} RT 03 RW 05 sejak seminggu lalu`;
const NUMBER = /LP-\d{6}-\d{4}/;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

for (const mode of ['polling', 'webhook'] as const) {
  describe(`faults between the service and Telegram by ${mode}`, () => {
    let rig: ServiceRig;
    let chats = 500;

    before(async () => {
      rig = await startServiceRig(mode);
    });
    after(() => rig.close());

    const citizen = () => rig.fake.citizen(++chats);
    const turns = () => rig.test.app.connection.collection<Turn>('turns');
    const settled = () =>
      until('nothing is owed', async () => (await turns().countDocuments({ sendAt: { $exists: true } })) === 0);
    const taken = () => until('all is confirmed', () => rig.fake.queue.pendingCount === 0);

    async function hears(who: FakeCitizen, act: () => unknown): Promise<string> {
      const before = who.heard().length;
      act();
      await until('an answer is heard', () => who.heard().length > before);
      return who.heard().at(-1) ?? '';
    }

    async function outs(state: OutState['state']): Promise<OutState[]> {
      const found = await turns().find({ 'out.state': state }).toArray();
      return found.flatMap(({ out }) => out.filter((each) => each.state === state));
    }

    it('a cut after a message left: it is sent once more, flagged, and never a third time', async () => {
      const siti = citizen();
      rig.fake.script('sendMessage', { cutAfterBytes: 0 });
      siti.say('halo');
      await until('it is heard twice', () => siti.heard().length === 2);
      await settled();
      expect(siti.heard()).to.have.length(2);
      expect((await outs('sent')).filter((out) => 'resent' in out && out.resent)).to.have.length(1);
    });

    it('a citizen who blocked the bot: the message is given up with its reason, and nothing more is tried', async () => {
      const siti = citizen();
      siti.block();
      siti.say('halo');
      await until('it is given up', async () => (await outs('dead')).length === 1);
      expect((await outs('dead')).map((out) => ('reason' in out ? out.reason : ''))).to.deep.equal(['blocked']);
      expect(siti.heard()).to.deep.equal([]);
      siti.unblock();
      expect(await hears(siti, () => siti.say('halo'))).to.match(/Ceritakan/);
    });

    it('a message that comes again after a day and an hour, and after eight days, is the same message', async () => {
      const siti = citizen();
      await hears(siti, () => siti.send({ text: 'halo' }));
      const again = {
        message_id: siti.lastMessageId(),
        from: { id: Number(siti.chatId), is_bot: false, first_name: 'Siti' },
        chat: { id: Number(siti.chatId), type: 'private' },
        date: Math.floor(Date.now() / 1000),
        text: 'halo',
      };
      for (const laterMs of [25 * HOUR_MS, 8 * DAY_MS]) {
        rig.clock.shift(laterMs);
        rig.fake.queue.push('message', again, `chat:${siti.chatId}`);
        await taken();
      }
      await settled();
      expect(siti.heard()).to.have.length(1);
    });

    it('an answer written before its question, and late to arrive, answers nothing', async () => {
      const siti = citizen();
      await hears(siti, () => siti.say(REPORT));
      const yesterday = Math.floor(Date.now() / 1000) - 86_400;
      const answer = await hears(siti, () => siti.send({ text: 'kirim', date: yesterday }));
      expect(answer).to.include('1. Kirim').and.not.to.match(NUMBER);
    });

    it('commands in the middle of a report are obeyed, and the question comes back; those for others are words', async () => {
      const siti = citizen();
      await hears(siti, () => siti.say(REPORT));
      expect(await hears(siti, () => siti.say('/bantuan'))).to.include('1. Kirim');
      expect(await hears(siti, () => siti.say('/bantuan@other_bot'))).to.include('1. Kirim');
      expect(await hears(siti, () => siti.tap('Kirim'))).to.match(NUMBER);
    });

    it("another's contact is thanked for by a polite word, and becomes nobody's number", async () => {
      const siti = citizen();
      const contact = { phone_number: '+628120000canary', first_name: 'canary', user_id: 999 };
      expect(await hears(siti, () => siti.send({ contact }))).to.match(/Maaf|Ceritakan/);
      expect(await hears(siti, () => siti.say(REPORT))).not.to.include('canary');
    });

    it('a sticker, a poll, dice, a game, a story and paid media get a polite word and the question again', async () => {
      const odd = {
        sticker: { file_id: 's', file_unique_id: 'u', type: 'regular', width: 1, height: 1 },
        poll: { id: '1', question: 'Setuju?', options: [], type: 'regular' },
        dice: { emoji: '🎲', value: 3 },
        game: { title: 'Ular', description: 'x', photo: [] },
        story: { chat: { id: 9, type: 'private' }, id: 1 },
        paid_media: { star_count: 5, paid_media: [] },
      };
      await Promise.all(
        Object.entries(odd).map(async ([kind, body]) => {
          const siti = citizen();
          await hears(siti, () => siti.say(reportAt(`Jl. Dahlia No. ${siti.chatId}`)));
          const answer = await hears(siti, () => siti.send({ [kind]: body }));
          expect(answer, kind).to.include('belum bisa saya baca').and.to.include('1. Kirim');
        }),
      );
    });

    it('ten photos sent as one are one set, with one reply', async () => {
      const siti = citizen();
      await hears(siti, () => siti.say(REPORT));
      for (let photo = 0; photo < 10; photo++) siti.photo(wholeJpeg(photo), undefined, 'album');
      await until('an answer is heard', () => siti.heard().length === 2);
      await settled();
      expect(siti.heard()).to.have.length(2);
      expect(siti.heard()[1]).to.include('10');
    });

    it('files that are empty, broken, or not what they say hold no report up', async () => {
      const siti = citizen();
      await hears(siti, () => siti.say(REPORT));
      const bodies = [
        Buffer.alloc(0),
        Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]),
        Buffer.from('%PDF-1.7 broken'),
        Buffer.from('MZ\x90\0 program'),
        Buffer.from('GIF89a/*<script>alert(1)</script>*/'),
        Buffer.from('PK\x03\x04 nested'),
        Buffer.from('X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'),
      ];
      for (const body of bodies) {
        const file_id = rig.fake.bot.keepFile(body);
        siti.send({ document: { file_id, mime_type: 'image/jpeg', file_name: 'gpj.exe\u202e' } });
      }
      await taken();
      const owed = () => turns().countDocuments({ fetchAt: { $exists: true } });
      await until('no file is owed', async () => (await owed()) === 0);
      await settled();
      siti.tap('Kirim');
      await until('it is filed', () => siti.heard().some((text) => NUMBER.test(text)));
    });

    it('too many requests in the midst of notices: all wait as told, and a reply goes before them', async () => {
      // ten o'clock in Jakarta: at night no phone rings
      const msOfDay = (rig.clock.now().getTime() + 7 * HOUR_MS) % DAY_MS;
      rig.clock.shift((10 * HOUR_MS - msOfDay + DAY_MS) % DAY_MS);
      const reporters = Array.from({ length: 4 }, citizen);
      for (const each of reporters) await hears(each, () => each.say(REPORT));
      for (const each of reporters) await hears(each, () => each.tap('Kirim'));
      const numbers = reporters.map((each) => NUMBER.exec(each.heard().at(-1) ?? '')?.[0] ?? '');
      const before = rig.fake.bot.sent.length;
      const sends = rig.fake.callsOf('sendMessage').length;
      rig.fake.script('sendMessage', { fail: 429, retryAfterSeconds: 2 });
      for (const number of numbers) await moveCase(rig.test.app, number, ['verified']);
      await rig.test.app.relayNotices();
      await until('one is refused', () => rig.logged().includes('"scope":"lane"'));
      const siti = citizen();
      await hears(siti, () => siti.say('halo'));
      await settled();
      // another may have been on its way when the wait was told
      const refusedAtMs = rig.fake.callsOf('sendMessage')[sends]?.atMs ?? 0;
      expect(rig.fake.early.filter(({ atMs }) => atMs > refusedAtMs + 250)).to.deep.equal([]);
      const order = rig.fake.bot.sent.slice(before).map(({ chatId }) => chatId);
      expect(order).to.have.length(numbers.length + 1);
      expect(order[0], 'the reply goes first').to.equal(siti.chatId);
    });

    it('a token that is refused: nothing is sent, but all is taken in, and a person is told', async () => {
      const siti = citizen();
      rig.fake.script('sendMessage', { fail: 401, description: 'Unauthorized' });
      siti.say('halo');
      await until('sending rests', () => rig.logged().includes('"problem":"halted"'));
      siti.say(REPORT);
      await taken();
      expect(siti.heard()).to.deep.equal([]);
      expect(await outs('dead')).to.have.length(1);
      expect(await turns().countDocuments({ sendAt: { $exists: true } })).to.be.at.least(1);
    });
  });
}
