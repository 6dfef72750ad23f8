import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { AppError } from '../../../src/core/errors.js';
import { createFakeClock, type FakeClock } from '../../fakes/clock.js';
import { until } from '../../fakes/until.js';
import { createScriptedPhone, Refusal, type ScriptedPhone } from '../../fakes/whatsapp-page/scripted-child.js';
import { createService } from './harness.js';
import { deferred, type PairedService, startPairedService } from './paired-service.js';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;
const ANI = '6281111111111@c.us';
const BUDI = '222222222222222@lid';

describe('after being away, a service', () => {
  let paired: PairedService;
  let clock: FakeClock;
  let phone: ScriptedPhone;

  beforeEach(async () => {
    paired = await startPairedService();
    ({ clock, phone } = paired);
  });
  afterEach(() => paired.end());

  it('reads what came, oldest first, before what comes now', async () => {
    for (let count = 1; count <= 5; count++)
      phone.write({ chat: ANI, id: `A${count}`, sentAtSeconds: paired.secondsAgo(0) });
    const gate = deferred();
    paired.service.hold = (message) => (message.externalId === 'A1' ? gate.opened : undefined);
    phone.ready();
    await until('the first is under way', () => phone.callsOf('history').length === 1);
    phone.write({ chat: ANI, id: 'LIVE' }, 'live');
    gate.open();
    await paired.upToDate();
    expect(paired.ids()).to.deep.equal(['A1', 'A2', 'A3', 'A4', 'A5', 'LIVE']);
  });

  for (const killedAfter of [0, 1, 7, 19, 20]) {
    it(`misses nothing and doubles nothing when it is killed after ${killedAfter} of 20 messages`, async () => {
      const agoMs = 3 * 60 * MINUTE_MS;
      for (let count = 1; count <= 20; count++) {
        phone.write({ chat: ANI, id: `A${count}`, sentAtSeconds: paired.secondsAgo(agoMs - count * MINUTE_MS) });
      }
      paired.service.refuse = () => {
        if (paired.kept.taken.size >= killedAfter) throw new AppError('store.unavailable', 'killed');
      };
      phone.ready();
      await until('as many are taken', () => paired.kept.taken.size === killedAfter);
      phone.die('process_ended');
      await paired.service.lane.channel.stop();
      const before = paired.ids();
      await paired.start();
      await paired.ready();
      expect([...before, ...paired.ids()]).to.deep.equal(Array.from({ length: 20 }, (_, index) => `A${index + 1}`));
    });
  }

  it('hands on again only what is newer than ten minutes before the last committed', async () => {
    phone.write({ chat: ANI, id: 'OLD', sentAtSeconds: paired.secondsAgo(DAY_MS) });
    phone.write({ chat: ANI, id: 'NEW' });
    await paired.ready();
    await paired.service.lane.channel.stop();
    await paired.start();
    const again: string[] = [];
    paired.service.refuse = ({ externalId }) => void again.push(externalId);
    await paired.ready();
    expect(again).to.deep.equal(['NEW']);
    expect(paired.ids()).to.deep.equal([]);
  });

  it('reads again ten minutes back, for what was overtaken', async () => {
    phone.write({ chat: ANI, id: 'LATE', sentAtSeconds: paired.secondsAgo(9 * MINUTE_MS) });
    await paired.ready();
    phone.write({ chat: ANI, id: 'OVERTAKEN', sentAtSeconds: paired.secondsAgo(15 * MINUTE_MS) });
    phone.write({ chat: ANI, id: 'TOO OLD', sentAtSeconds: paired.secondsAgo(20 * MINUTE_MS) });
    phone.chats.set(ANI, { messages: phone.chats.get(ANI)?.messages ?? [], unread: 0 });
    await paired.service.lane.channel.stop();
    await paired.start();
    phone.write({ chat: ANI, id: 'NEWEST' });
    phone.chats.set(ANI, { messages: phone.chats.get(ANI)?.messages ?? [], unread: 0 });
    await paired.ready();
    expect(paired.ids()).to.deep.equal(['OVERTAKEN', 'NEWEST']);
  });

  it('reads what nobody has looked at, however old the last committed one makes it look', async () => {
    phone.write({ chat: ANI, id: 'LATE' });
    await paired.ready();
    await paired.service.lane.channel.stop();
    phone.write({ chat: ANI, id: 'UNREAD', sentAtSeconds: paired.secondsAgo(2 * DAY_MS) });
    await paired.start();
    await paired.ready();
    expect(paired.ids()).to.deep.equal(['UNREAD']);
  });

  it('judges our own messages only back to ten minutes before the last committed one', async () => {
    phone.write({ chat: ANI, id: 'UNREAD', sentAtSeconds: paired.secondsAgo(2 * DAY_MS) });
    phone.write({ chat: ANI, id: 'OLD', fromMe: true, sentAtSeconds: paired.secondsAgo(DAY_MS) });
    phone.write({ chat: ANI, id: 'LATE', sentAtSeconds: paired.secondsAgo(MINUTE_MS) });
    phone.write({ chat: ANI, id: 'TYPED', fromMe: true });
    phone.answer('seen', () => null);
    await paired.ready();
    await paired.service.lane.channel.stop();
    paired.service.takeovers.length = 0;
    await paired.start();
    await paired.ready();
    expect(paired.service.takeovers.map(({ externalId }) => externalId)).to.deep.equal(['TYPED']);
  });

  it('leaves alone what is older than seven days', async () => {
    phone.write({ chat: ANI, id: 'ANCIENT', sentAtSeconds: paired.secondsAgo(8 * DAY_MS) });
    phone.write({ chat: ANI, id: 'RECENT', sentAtSeconds: paired.secondsAgo(6 * DAY_MS) });
    await paired.ready();
    expect(paired.ids()).to.deep.equal(['RECENT']);
  });

  it('reads 200 messages of a chat at most, and says that there were more', async () => {
    for (let count = 1; count <= 230; count++) phone.write({ chat: ANI, id: `A${count}` });
    await paired.ready();
    expect(paired.ids()).to.have.length(200);
    expect(paired.ids()[0]).to.equal('A31');
    expect(phone.callsOf('history').map(({ limit }) => limit)).to.deep.equal([50, 200]);
    expect(paired.service.problems).to.include('history_cut raised');
    phone.ready();
    await until('the next look', () => paired.service.problems.at(-1) === 'history_cut cleared');
  });

  it('is not held up by a chat that the page can not read', async () => {
    phone.write({ chat: ANI, id: 'A1' });
    phone.write({ chat: BUDI, id: 'B1' });
    phone.answer('history', (call) => {
      if (call.do === 'history' && call.chatId === ANI) throw new Refusal('failed');
      return phone.chats.get(BUDI)?.messages;
    });
    await paired.ready();
    expect(paired.ids()).to.deep.equal(['B1']);
    phone.answer('history', (call) => (call.do === 'history' ? phone.chats.get(call.chatId)?.messages : []));
    await clock.advance(10 * MINUTE_MS);
    expect(paired.ids()).to.deep.equal(['B1', 'A1']);
  });

  it('never reads groups', async () => {
    phone.write({ chat: '120363041234567890@g.us', id: 'G1' });
    await paired.ready();
    expect(phone.callsOf('history')).to.deep.equal([]);
  });

  it('finds after ten minutes a message that the page never told of', async () => {
    await paired.ready();
    phone.write({ chat: ANI, id: 'UNTOLD' });
    await clock.advance(10 * MINUTE_MS - 1);
    expect(paired.ids()).to.deep.equal([]);
    await clock.advance(1);
    expect(paired.ids()).to.deep.equal(['UNTOLD']);
    await clock.advance(60 * MINUTE_MS);
    expect(phone.callsOf('history')).to.have.length(1);
  });

  it('finds an edit that was made while it was away', async () => {
    phone.write({ chat: ANI, id: 'A1', text: 'Jalan Melati', editedAtMs: clock.now().getTime() });
    await paired.ready();
    expect(paired.service.received.map(({ edited }) => edited?.of)).to.deep.equal([undefined, 'A1']);
  });
});

describe('a phone that is paired for the first time', () => {
  it('answers nobody who wrote before', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'whatsapp-web-'));
    const clock = createFakeClock();
    const phone = createScriptedPhone(clock.now);
    const service = createService({ dataDir, clock, startChild: phone.startChild });
    const at = Math.floor(clock.now().getTime() / SECOND_MS);
    phone.write({ chat: ANI, id: 'PRIVATE', sentAtSeconds: at - 3600 });
    phone.write({ chat: ANI, id: 'WHILE PAIRING', sentAtSeconds: at - 30 });
    await service.start();
    phone.ready();
    await until('up to date', () => service.lane.isUpToDate());
    expect(service.received.map(({ externalId }) => externalId)).to.deep.equal(['WHILE PAIRING']);
    await service.lane.channel.stop();
    rmSync(dataDir, { recursive: true });
  });
});
