import { expect } from 'chai';
import { fileCase, moveCase } from '../../cases/case-life.js';
import { until } from '../../fakes/until.js';
import { type ServiceRig, startServiceRig } from './service-rig.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LINK = /https:\/\/t\.me\/aduan_bot\?start=([a-z2-7]{26})(?=\s|$)/;

describe('a report of the web chat, linked to Telegram', () => {
  let rig: ServiceRig;
  let chats = 200;

  before(async () => {
    rig = await startServiceRig('polling');
    // ten o'clock in Jakarta: at night no phone rings
    const msOfDay = (rig.clock.now().getTime() + 7 * HOUR_MS) % DAY_MS;
    rig.clock.shift((10 * HOUR_MS - msOfDay + DAY_MS) % DAY_MS);
    await until('the bot knows its name', () => rig.fake.callsOf('getMe').length > 0);
  });
  after(() => rig.close());

  async function filed(): Promise<{ number: string; token: string; conversationId: string }> {
    const { number, conversationId } = await fileCase(rig.test.app);
    const entries = await rig.test.app.conversations.transcript(conversationId, 0);
    const token = entries.map(({ text }) => LINK.exec(text)?.[1]).find((found) => found !== undefined);
    if (!token) throw new Error(`no link in: ${entries.map(({ text }) => text).join('\n')}`);
    return { number, token, conversationId };
  }

  async function starts(token: string, citizen = rig.fake.citizen(++chats)) {
    const before = citizen.heard().length;
    citizen.say(`/start ${token}`);
    await until('an answer is heard', () => citizen.heard().length > before);
    return { citizen, answer: citizen.heard().at(-1) ?? '' };
  }

  const tokens = () => rig.test.app.connection.collection('link_tokens');
  const reporters = (number: string) => rig.test.app.reporters.of(number);

  it('is offered by the link of the receipt, and its news arrives on Telegram', async () => {
    const { number, token } = await filed();
    const { citizen, answer } = await starts(token);
    expect(answer).to.include(`Laporan ${number} sudah terhubung`);
    expect((await reporters(number)).map(({ audience }) => audience)).to.deep.equal(['complainant', 'complainant']);
    await moveCase(rig.test.app, number, ['verified', 'assigned', 'needs_info'], { question: 'Tiang yang mana, Pak?' });
    await rig.test.app.relayNotices();
    await until('the question is heard', () => citizen.heard().some((text) => text.includes('Tiang yang mana, Pak?')));
  });

  it('keeps the token nowhere: not in the turn, not in the database, not in the log', async () => {
    const { token, conversationId } = await filed();
    await starts(token);
    const [turn] = await rig.test.app.conversations.turns.newest(conversationId, 1);
    expect(JSON.stringify(turn)).not.to.include(token);
    expect(JSON.stringify(await tokens().find().toArray())).not.to.include(token);
    expect(rig.logged()).not.to.include(token);
  });

  it('is taken once: the next chat gets a polite word and nothing else', async () => {
    const { number, token } = await filed();
    await starts(token);
    const { answer } = await starts(token);
    expect(answer).to.include('sudah tidak berlaku').and.not.to.include(number);
    expect(await reporters(number)).to.have.length(2);
  });

  it('may be taken again by the chat that took it, which hears that it has it already', async () => {
    const { token } = await filed();
    const { citizen } = await starts(token);
    const { answer } = await starts(token, citizen);
    expect(answer).to.include('memang dari percakapan ini');
  });

  it('goes to one of two chats that take it at once', async () => {
    const { number, token } = await filed();
    const both = [rig.fake.citizen(++chats), rig.fake.citizen(++chats)];
    for (const each of both) each.say(`/start ${token}`);
    await until('both are answered', () => both.every((each) => each.heard().length > 0));
    expect(await reporters(number)).to.have.length(2);
  });

  it('is no longer to be had after an hour', async () => {
    const { number, token } = await filed();
    rig.clock.shift(HOUR_MS);
    const { answer } = await starts(token);
    expect(answer).to.include('sudah tidak berlaku');
    expect(await reporters(number)).to.have.length(1);
  });

  it('does not come of a token that was made up', async () => {
    const { answer } = await starts('a'.repeat(26));
    expect(answer).to.include('sudah tidak berlaku');
  });

  it('does not come of guessing: after five wrong tokens a right one looks wrong, and stays good for its owner', async () => {
    const { number, token } = await filed();
    const guesser = rig.fake.citizen(++chats);
    for (const letter of ['a', 'b', 'c', 'd', 'e']) await starts(letter.repeat(26), guesser);
    const { answer } = await starts(token, guesser);
    expect(answer).to.include('sudah tidak berlaku').and.not.to.include(number);
    expect((await starts(token)).answer).to.include(`Laporan ${number} sudah terhubung`);
    const another = await filed();
    rig.clock.shift(15 * 60_000);
    expect((await starts(another.token, guesser)).answer).to.include(`Laporan ${another.number} sudah terhubung`);
  });

  it('does not come of what else a deep link may carry: that is greeted', async () => {
    for (const payload of ['poster_1', 'x'.repeat(64), 'A'.repeat(26), '-_'.repeat(13)]) {
      const { answer } = await starts(payload);
      expect(answer, payload).to.match(/Ceritakan/);
    }
  });

  it('comes of a written word and token too, for channels without deep links', async () => {
    const { number, token } = await filed();
    const citizen = rig.fake.citizen(++chats);
    citizen.say(`Hubungkan ${token.toUpperCase()}`);
    await until('it is linked', () => citizen.heard().some((text) => text.includes(`${number} sudah terhubung`)));
  });

  it('leaves a report that is being written here where it stood', async () => {
    const { number, token } = await filed();
    const citizen = rig.fake.citizen(++chats);
    citizen.say('sampah menumpuk di depan Pasar Baru Blok C sejak kemarin');
    await until('the summary is heard', () => citizen.heard().length === 1);
    const { answer } = await starts(token, citizen);
    expect(answer).to.include(`${number} sudah terhubung`).and.to.include('Pasar Baru');
  });

  it('is not offered on Telegram itself, where news arrives anyway', async () => {
    const citizen = rig.fake.citizen(++chats);
    citizen.say('lampu jalan mati di Jl. Kenanga RT 05 sejak seminggu');
    await until('the summary is heard', () => citizen.heard().length === 1);
    citizen.tap('Kirim');
    await until('the receipt is heard', () => citizen.heard().length === 2);
    expect(citizen.heard()[1])
      .to.match(/LP-\d{6}-\d{4}/)
      .and.not.match(/t\.me|Telegram/);
  });
});
