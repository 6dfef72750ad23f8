import { expect } from 'chai';
import sharp from 'sharp';
import type { Turn } from '../../src/conversations/turn.js';
import { openContent, sealContent } from '../../src/conversations/turn-content.js';
import { conversationIdOf } from '../../src/core/ids.js';
import { createPushLane, PUSH_ACCOUNT } from '../fakes/push-channel.js';
import { type PushPlatform, startPushPlatform } from '../fakes/push-platform.js';
import { createShiftedClock, startTestApp, type TestApp } from '../fakes/test-app.js';
import { until } from '../fakes/until.js';
import { createWarga, fileCase, moveCase } from './case-life.js';

const LATER = '2036-01-01T00:00:00Z';
const HOUR_MS = 60 * 60 * 1000;

describe('notice relay', function () {
  this.timeout(60_000);
  let test: TestApp;
  let platform: PushPlatform;
  const clock = createShiftedClock();
  let phones = 0;
  let messages = 0;

  before(async () => {
    platform = await startPushPlatform();
    test = await startTestApp({ clock, pushLanes: ({ receive }) => [createPushLane(platform.url, receive)] });
  });
  after(async () => {
    await test.close();
    await platform.close();
  });
  beforeEach(() => atLocalHour(10));

  /** Moves the clock on to the next time it is this hour in Jakarta, on a day of the week that people work. */
  function atLocalHour(hour: number): void {
    const local = () => clock.now().getTime() + 7 * HOUR_MS;
    clock.shift((hour * HOUR_MS - (local() % (24 * HOUR_MS)) + 24 * HOUR_MS) % (24 * HOUR_MS));
    while ([0, 6].includes(new Date(local()).getUTCDay())) clock.shift(24 * HOUR_MS);
  }

  async function newsIn(conversationId: string): Promise<Turn[]> {
    const turns = await test.app.conversations.turns.after(conversationId, 0, 100);
    return turns.filter(({ source }) => source.kind === 'notice');
  }

  async function told(conversationId: string): Promise<string[]> {
    const entries = await test.app.conversations.transcript(conversationId, 0);
    const seqs = new Set((await newsIn(conversationId)).map(({ seq }) => seq));
    return entries.filter(({ seq }) => seqs.has(seq)).map(({ text }) => text);
  }

  const nothingPending = (number: string) =>
    until('nothing is pending', async () => (await test.app.cases.find(number))?.notices.length === 0);

  /** A citizen on the push channel files a case. */
  async function fileByPhone(report = 'Lampu jalan mati di Jl. Mawar RT 03 sejak seminggu', more: string[] = []) {
    phones += 1;
    const chatId = `hp-${phones}`;
    const conversationId = conversationIdOf(test.app.keys.addressKey, 'telegram', PUSH_ACCOUNT, chatId);
    const write = async (text: string) => {
      messages += 1;
      const update = { id: `u${messages}`, chatId, text, sentAt: LATER };
      expect(await platform.deliver(`${test.url}/fake/webhook`, update)).to.equal(200);
    };
    for (const text of [report, ...more, 'kirim']) await write(text);
    const heard = () => platform.sends.filter((each) => each.chatId === chatId && each.taken);
    await until('it is filed', () => heard().some(({ text }) => /LP-/.test(text)));
    const number = heard().flatMap(({ text }) => /LP-\d{6}-\d{4}/.exec(text)?.[0] ?? [])[0] ?? '';
    const news = () =>
      heard()
        .filter(({ kind }) => kind === 'notice')
        .map(({ text }) => text);
    return { chatId, conversationId, number, write, heard, news };
  }

  it('tells the others though one reporter’s chat can not be read, and that one once it can', async () => {
    const { app } = test;
    const { number, conversationId } = await fileCase(app);
    const turn = await app.conversations.turns.tip(conversationId);
    if (!turn) return expect.fail('there is no turn');
    const strange = { ...turn, _id: 'asing#u', conversationId: 'asing' };
    const turns = app.connection.getClient().db(app.connection.name).collection<Turn>('turns');
    // sealed for another turn
    await turns.insertOne(strange);
    await app.reporters.add({ caseNumber: number, conversationId: 'asing', audience: 'supporter', at: clock.now() });
    await moveCase(app, number, ['verified', 'assigned', 'in_progress']);
    await nothingPending(number);
    const count = (await told(conversationId)).length;
    expect(count).to.be.greaterThan(0);
    const content = sealContent(app.keys, strange._id, openContent(app.keys, turn));
    await turns.updateOne({ _id: strange._id }, { $set: { content } });
    clock.shift(11 * 60_000);
    await app.relayNotices();
    expect(await newsIn('asing')).not.to.deep.equal([]);
    expect(await told(conversationId), 'nobody is told twice').to.have.length(count);
  });

  it('tells each change once on the web chat: what happened, what comes next and when', async () => {
    const { number, conversationId } = await fileCase(test.app);
    await moveCase(test.app, number, ['verified', 'assigned', 'in_progress']);
    await nothingPending(number);
    const texts = await told(conversationId);
    expect(texts.length).to.equal(3);
    expect(texts[0])
      .to.contain(number)
      .and.contain('Dinas Perumahan')
      .and.match(/(Senin|Selasa|Rabu|Kamis|Jumat), \d/);
    expect(texts[2])
      .to.match(/^Kabar baik/)
      .and.contain('stop kabar');
  });

  it('sends the same once on a push channel', async () => {
    const phone = await fileByPhone();
    await moveCase(test.app, phone.number, ['verified', 'assigned']);
    await until('both are heard', () => phone.news().length === 2);
    expect(phone.news()[1]).to.match(/sudah ada petugasnya/);
  });

  it('tells once though two processes, a click and a sweep tell at the same time', async () => {
    const other = await test.join({ clock });
    const { number, conversationId } = await fileCase(test.app);
    for (const to of ['verified', 'assigned', 'in_progress'] as const) {
      await Promise.all([moveCase(other, number, [to]), test.app.relayNotices(), other.relayNotices()]);
    }
    await Promise.all([test.app.relayNotices(), other.relayNotices()]);
    await nothingPending(number);
    expect((await told(conversationId)).length).to.equal(3);
  });

  it('lets nobody’s phone ring at night, and tells in the morning', async () => {
    const phone = await fileByPhone();
    atLocalHour(21);
    await moveCase(test.app, phone.number, ['verified']);
    await nothingPending(phone.number);
    expect(await newsIn(phone.conversationId)).to.deep.equal([]);
    atLocalHour(7);
    await until('it is heard', () => phone.news().length === 1);
  });

  it('does not hold back at night what is fetched', async () => {
    const { number, conversationId } = await fileCase(test.app);
    atLocalHour(21);
    await moveCase(test.app, number, ['verified']);
    await nothingPending(number);
    expect((await told(conversationId)).length).to.equal(1);
  });

  it('counts as delivered on the web chat once it was fetched', async () => {
    const { number, conversationId } = await fileCase(test.app);
    await moveCase(test.app, number, ['verified']);
    await nothingPending(number);
    const out = async () => (await newsIn(conversationId)).flatMap((turn) => turn.out);
    expect((await out())[0]).to.include({ state: 'sent', platformId: '' });
    const at = clock.now();
    await test.app.conversations.transcript(conversationId, 0);
    await until('it is noted', async () =>
      (await out()).some((each) => each.state === 'sent' && each.platformId !== ''),
    );
    const [fetched] = await out();
    expect(fetched?.state === 'sent' && fetched.at).to.be.at.least(at);
  });

  it('shows the pictures that prove a result, as files of the very chat', async () => {
    const { number, conversationId } = await fileCase(test.app);
    const picture = await sharp({ create: { width: 9, height: 9, channels: 3, background: 'blue' } })
      .png()
      .toBuffer();
    const proof = [await test.app.files.save(`case:${number}`, picture, {})];
    await moveCase(test.app, number, ['verified', 'assigned', 'in_progress', 'resolved'], { proof });
    await nothingPending(number);
    const entries = await test.app.conversations.transcript(conversationId, 0);
    const shown = entries.flatMap(({ from, attachments = [] }) => (from === 'bot' ? attachments : []));
    expect(shown.length).to.equal(1);
    const fileId = shown[0]?.fileId ?? '';
    expect((await test.app.files.display(conversationId, fileId))?.mimeType).to.equal('image/jpeg');
    expect(fileId).not.to.equal(proof[0]?.fileId);
    expect(await test.app.cases.refersToFile(fileId), 'not swept').to.equal(true);
  });

  it('says nothing of the case on the phone of an anonim reporter', async () => {
    const phone = await fileByPhone(undefined, ['anonim', 'anonim']);
    await moveCase(test.app, phone.number, ['verified']);
    await until('it is heard', () => phone.news().length === 1);
    expect(phone.news()[0])
      .to.match(/^Ada kabar/)
      .and.not.match(/LP-|laporan|Dinas/i);
  });

  it('leaves an open question open, and reminds of it all the same', async () => {
    const { citizen, number, conversationId } = await fileCase(test.app);
    await citizen.say('jalan berlubang');
    const before = await test.app.conversations.turns.tip(conversationId);
    await moveCase(test.app, number, ['verified']);
    await nothingPending(number);
    const after = await test.app.conversations.turns.tip(conversationId);
    expect(after?.source.kind).to.equal('notice');
    expect(after?.after.stack).to.deep.equal(before?.after.stack);
    expect(after?.after.wake).to.deep.equal(before?.after.wake);
    expect((await citizen.hear('Jl. Melati RT 01')).join()).to.match(/kapan/i);
  });

  it('takes no time from somebody who waits for a person', async () => {
    const { citizen, number, conversationId } = await fileCase(test.app);
    await citizen.say('petugas');
    const before = await test.app.conversations.turns.tip(conversationId);
    await moveCase(test.app, number, ['verified']);
    await nothingPending(number);
    const after = await test.app.conversations.turns.tip(conversationId);
    expect(after?.after).to.include({ mode: 'queued' });
    expect(before?.after.wake).to.include({ name: 'handover' });
    expect(after?.after.wake).to.deep.equal(before?.after.wake);
  });

  it('reaches a citizen whom a person of the helpdesk is talking with', async () => {
    const { number, conversationId } = await fileCase(test.app);
    await test.app.conversations.staff.claim(conversationId, 'dewi', 'claim-1');
    await moveCase(test.app, number, ['verified']);
    await nothingPending(number);
    expect((await told(conversationId)).length).to.equal(1);
    expect((await test.app.conversations.turns.tip(conversationId))?.after).to.include({
      mode: 'staff',
      staffId: 'dewi',
    });
  });

  it('tries no more once a citizen has blocked us, lets staff see it, and goes on when they write again', async () => {
    const phone = await fileByPhone();
    platform.script([{ answer: 'refused' }], phone.chatId);
    await moveCase(test.app, phone.number, ['verified']);
    const outOf = async () => (await newsIn(phone.conversationId)).flatMap(({ out }) => out);
    await until('the send was refused', async () => (await outOf()).some(({ state }) => state === 'dead'));
    await moveCase(test.app, phone.number, ['assigned']);
    await nothingPending(phone.number);
    expect((await newsIn(phone.conversationId)).length, 'no second try').to.equal(1);
    const reporter = () => test.app.reporters.find(phone.number, phone.conversationId);
    expect((await reporter())?.unreachableSince).to.be.instanceOf(Date);
    await phone.write('halo');
    await moveCase(test.app, phone.number, ['in_progress']);
    await until('it is heard', () => phone.news().length === 1);
    expect(await reporter()).not.to.have.property('unreachableSince');
  });

  it('tells every reporter of a case, supporters in words of their own', async () => {
    const { number } = await fileCase(test.app);
    const supporter = createWarga(test.app);
    const { conversationId } = await supporter.say('halo');
    await test.app.reporters.add({ caseNumber: number, conversationId, audience: 'supporter', at: clock.now() });
    await moveCase(test.app, number, ['verified', 'assigned', 'in_progress']);
    await nothingPending(number);
    const texts = await told(conversationId);
    expect(texts.length).to.equal(1);
    expect(texts[0]).to.contain('dukung');
  });
});
