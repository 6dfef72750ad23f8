import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import sharp from 'sharp';
import { runCaseCommand } from '../../src/cli/admin-cases.js';
import { loadConfig } from '../../src/config.js';
import { conversationIdOf } from '../../src/core/ids.js';
import { createPushLane, PUSH_ACCOUNT } from '../fakes/push-channel.js';
import { type PushPlatform, startPushPlatform } from '../fakes/push-platform.js';
import { createShiftedClock, startTestApp, type TestApp } from '../fakes/test-app.js';
import { until } from '../fakes/until.js';
import { createWarga } from './case-life.js';

const LATER = '2036-01-01T00:00:00Z';
const HOUR_MS = 60 * 60 * 1000;
const FLOWS_DIR = new URL('../../flows', import.meta.url).pathname;

/** A citizen, whatever the channel: says something, and can be asked what they have heard. */
interface Person {
  readonly conversationId: string;
  say(text: string): Promise<void>;
  /** Everything we have said, in order. */
  heard(): Promise<string[]>;
}

describe('the whole life of a case', function () {
  this.timeout(120_000);
  let test: TestApp;
  let platform: PushPlatform;
  let proofDir: string;
  const clock = createShiftedClock();

  before(async () => {
    platform = await startPushPlatform();
    test = await startTestApp({ clock, pushLanes: ({ receive }) => [createPushLane(platform.url, receive)] });
    proofDir = await mkdtemp(join(tmpdir(), 'kanal-proof-'));
    // news are held back at night
    const msOfDay = (clock.now().getTime() + 7 * HOUR_MS) % (24 * HOUR_MS);
    clock.shift((9 * HOUR_MS - msOfDay + 24 * HOUR_MS) % (24 * HOUR_MS));
  });
  after(async () => {
    await test.close();
    await platform.close();
    await rm(proofDir, { recursive: true, force: true });
  });

  async function onWeb(): Promise<Person> {
    const citizen = createWarga(test.app);
    const { conversationId } = await citizen.say('halo');
    return {
      conversationId,
      say: async (text) => void (await citizen.say(text)),
      heard: async () => {
        const entries = await test.app.conversations.transcript(conversationId, 0);
        return entries.filter(({ from }) => from !== 'citizen').map(({ text }) => text);
      },
    };
  }

  async function byPhone(): Promise<Person> {
    const chatId = 'hp-1';
    let messages = 0;
    const say = async (text: string) => {
      messages += 1;
      const update = { id: `m${messages}`, chatId, text, sentAt: LATER };
      expect(await platform.deliver(`${test.url}/fake/webhook`, update)).to.equal(200);
    };
    await say('halo');
    return {
      conversationId: conversationIdOf(test.app.keys.addressKey, 'telegram', PUSH_ACCOUNT, chatId),
      say,
      heard: async () => platform.sends.filter((each) => each.chatId === chatId && each.taken).map(({ text }) => text),
    };
  }

  /** What the office types at `npm run admin --`. */
  async function office(...words: string[]): Promise<string | undefined> {
    const db = test.app.connection.getClient().db(test.app.connection.name);
    const config = loadConfig({ DATA_DIR: test.dataDir });
    return runCaseCommand({ db, keys: test.app.keys, config, flowsDir: FLOWS_DIR }, words);
  }

  for (const [channel, meet] of [
    ['the web chat', onWeb],
    ['a push channel', byPhone],
  ] as const) {
    it(`on ${channel}: until the citizen says that it is solved`, async () => {
      const person = await meet();
      let seen = 0;
      /** The next thing heard that matches; what came before it is read. */
      const hears = async (pattern: RegExp): Promise<string> => {
        let found = -1;
        await until(`${pattern} is heard`, async () => {
          found = (await person.heard()).findIndex((text, index) => index >= seen && pattern.test(text));
          return found >= 0;
        });
        seen = found + 1;
        return (await person.heard())[found] ?? '';
      };
      const by = ['--by', 'sari', '--role', 'agent'];

      await person.say('Lampu jalan mati di Jl. Mawar RT 03 sejak seminggu');
      await hears(/Sudah benar\?/);
      await person.say('kirim');
      const receipt = await hears(/Nomor: LP-/);
      const number = /LP-\d{6}-\d{4}/.exec(receipt)?.[0] ?? '';
      expect(receipt, 'tells by when it is looked at').to.match(
        /paling lambat (Senin|Selasa|Rabu|Kamis|Jumat), \d+ \w+ \d{4}/,
      );

      await office('move', number, 'verified', ...by);
      await hears(/sudah kami periksa/);
      await office('move', number, 'assigned', ...by, '--staff', 'sari');
      await hears(/sudah ada petugasnya/);
      await office('move', number, 'in_progress', ...by);
      await hears(/sudah mulai mengerjakan/);
      await office('note', number, ...by, '--text', 'Tiangnya sudah ketemu, lampunya sedang dipesan.');
      await hears(/lampunya sedang dipesan/);

      await office('move', number, 'needs_info', ...by, '--question', 'Lampu yang di sebelah mana?');
      await hears(/Lampu yang di sebelah mana\?/);
      await person.say('yang di depan masjid, dekat warung');
      await hears(/jawabannya sudah kami sampaikan/);
      expect((await test.app.cases.find(number))?.status).to.equal('in_progress');
      expect(await office('case', number)).to.contain('depan masjid');

      const proof = join(proofDir, 'after.png');
      await writeFile(
        proof,
        await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
          .png()
          .toBuffer(),
      );
      const result = ['--result', 'Lampunya sudah kami ganti.', '--outcome', 'solved'];
      await office('move', number, 'resolved', ...by, ...result, '--proof', proof);
      await hears(/Lampunya sudah kami ganti\.[\s\S]*sudah beres\?[\s\S]*1\. Sudah beres[\s\S]*2\. Belum/);
      await person.say('belum, malamnya masih mati');
      await hears(/dibuka|buka lagi karena: belum, malamnya masih mati/);
      await person.say('selesai');
      await hears(/koordinator yang memegangnya/);
      expect(await test.app.cases.find(number)).to.include({ status: 'reopened', desk: 'coordinator' });

      const lead = ['--by', 'koord', '--role', 'coordinator'];
      await office('move', number, 'in_progress', ...lead);
      await hears(/sudah mulai mengerjakan/);
      await office('move', number, 'resolved', ...lead, ...result, '--no-proof', 'Foto menyusul karena hujan');
      await hears(/sudah beres\?/);
      await person.say('sudah beres');
      await hears(/sudah kami catat/);
      await hears(/kami tutup[\s\S]*Bagaimana pelayanan kami\?[\s\S]*5\. /);
      await person.say('5');
      await hears(/Terima kasih atas penilaiannya/);

      const closed = await test.app.cases.find(number);
      expect(closed).to.include({ status: 'closed', outcome: 'solved', reopenings: 1 });
      expect(closed?.rating?.stars).to.equal(5);
      expect(closed?.history.map(({ what }) => what)).to.deep.equal([
        ...['filed', 'verify', 'assign', 'start', 'noted', 'ask', 'answer', 'resolve', 'dispute'],
        ...['redo_now', 'resolve', 'confirm', 'rated'],
      ]);
      const turns = await test.app.conversations.turns.after(person.conversationId, 0, 200);
      const keys = turns.flatMap(({ source }) => (source.kind === 'notice' ? [source.key.split('/')[0]] : []));
      const told = [2, 3, 4, 5, 6, 8, 9, 10, 11, 12].map((rev) => `${number}:${rev}`);
      expect(keys, 'each once, in order').to.deep.equal(told);
    });
  }
});
