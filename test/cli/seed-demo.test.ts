import { expect } from 'chai';
import type { Case } from '../../src/cases/case.js';
import { demandEmpty } from '../../src/cli/demo-app.js';
import { createDemoClock, type DemoClock, inOfficeHours } from '../../src/cli/demo-clock.js';
import { createCrowd } from '../../src/cli/demo-crowd.js';
import { createDemoLanes } from '../../src/cli/demo-lanes.js';
import { createChance } from '../../src/cli/demo-random.js';
import { type Seeded, seedCity } from '../../src/cli/seed-city.js';
import type { Turn } from '../../src/conversations/turn.js';
import { systemClock } from '../../src/core/clock.js';
import { AppError } from '../../src/core/errors.js';
import { ROLES } from '../../src/staff/actor.js';
import { CHEAP, createStaffClient } from '../fakes/staff-client.js';
import { startTestApp, type TestApp } from '../fakes/test-app.js';

const DAY_MS = 86_400_000;
/** A Tuesday noon in Jakarta: offices are open. */
const UNTIL = new Date('2026-11-24T05:00:00Z');

describe('the demo city', () => {
  let test: TestApp;
  let clock: DemoClock;
  let city: Seeded;
  let cases: Case[];

  before(async function () {
    this.timeout(180_000);
    clock = createDemoClock(new Date(UNTIL.getTime() - 61 * DAY_MS));
    test = await startTestApp({ ...CHEAP, clock, pushLanes: createDemoLanes });
    await demandEmpty(test.app);
    city = await seedCity({ app: test.app, clock }, { cases: 20, chats: 8, until: UNTIL, tell: () => undefined });
    cases = await test.app.cases.findAll(city.cases);
  });
  after(() => test.close());

  const tipOf = (id: string) => test.app.conversations.turns.tip(id);

  it('has as many cases as were asked for, of the last sixty days, each with a history in order', () => {
    expect(cases.length).to.equal(20);
    for (const { _id, receivedAt, history } of cases) {
      expect(receivedAt.getTime(), _id).to.be.within(UNTIL.getTime() - 60 * DAY_MS, UNTIL.getTime());
      const times = history.map(({ at }) => at.getTime());
      expect(times, _id).to.deep.equal(times.toSorted((a, b) => a - b));
      expect(times.at(-1), _id).to.be.at.most(UNTIL.getTime());
    }
  });

  it('has cases in many statuses, some of them late', () => {
    expect(new Set(cases.map(({ status }) => status)).size).to.be.at.least(4);
    expect(cases.filter(({ alert }) => alert !== undefined).length).to.be.at.least(1);
    expect(cases.some(({ status, history }) => status === 'closed' && history.length >= 5)).to.equal(true);
  });

  it('has cases whose complainants were told of each step by the service itself', async () => {
    const closed = cases.find(({ status }) => status === 'closed');
    const [reporter] = await test.app.reporters.of(closed?._id ?? '');
    const turns = test.app.connection.getClient().db(test.app.connection.name).collection('turns');
    const told = await turns.countDocuments({ conversationId: reporter?.conversationId, 'source.kind': 'notice' });
    expect(told).to.be.at.least(2);
  });

  it('has no message that was never sent, and no turn before the one it follows', async () => {
    const turns = test.app.connection.getClient().db(test.app.connection.name).collection('turns');
    const found = await turns.find<Turn>({}).sort({ conversationId: 1, seq: 1 }).toArray();
    expect(found.flatMap(({ out }) => out).filter(({ state }) => state !== 'sent')).to.deep.equal([]);
    const backwards = found.filter(({ conversationId, at }, index) => {
      const before = found[index - 1];
      return before?.conversationId === conversationId && before.at > at;
    });
    expect(backwards.map(({ _id }) => _id)).to.deep.equal([]);
  });

  it('has chats with the bot, in the queue, and held by staff', async () => {
    const modes = await Promise.all(city.chats.map(async (id) => (await tipOf(id))?.after.mode));
    expect([...new Set(modes)].sort()).to.deep.equal(['bot', 'queued', 'staff']);
    expect(await test.app.handBackChats()).to.equal(0);
  });

  it('has staff of every role who can sign in with the passwords that are shown', async () => {
    expect(new Set(city.staff.map(({ role }) => role))).to.deep.equal(new Set(ROLES));
    expect(new Set(city.staff.map(({ password }) => password)).size).to.equal(city.staff.length);
    for (const role of ROLES) {
      const person = city.staff.find((each) => each.role === role);
      const response = await createStaffClient(test.url).login(person?.login ?? '', person?.password);
      expect(response.status, role).to.equal(200);
    }
  });

  it('uses no channel account but its own, which reaches nobody', async () => {
    const turns = test.app.connection.getClient().db(test.app.connection.name).collection('turns');
    const lanes = await turns.distinct('lane');
    expect(lanes.filter((lane) => !/^(webchat:main|[a-z_]+:demo)$/.test(String(lane)))).to.deep.equal([]);
  });

  it('is refused where there is something already', async () => {
    const refused = await demandEmpty(test.app).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(AppError).with.property('code', 'request.conflict');
  });

  it('has a crowd that files cases over the web chat, with photos and slang', async () => {
    const errors: unknown[] = [];
    const crowd = createCrowd({
      url: test.url,
      clock: systemClock,
      chance: createChance(7),
      typingMs: [0, 1],
      onError: (error) => errors.push(error),
    });
    const plain = await crowd.visit('report');
    expect(plain).to.match(/^LP-\d{6}-\d{4}$/);
    const pictured = await test.app.cases.find((await crowd.visit('report_photo')) ?? '');
    expect(pictured?.evidence.length).to.equal(1);
    await crowd.stop();
    expect(errors).to.deep.equal([]);
  });

  it('may be played a second time beside the first, by the same staff', async () => {
    const until = new Date(UNTIL.getTime() + 60_000);
    const again = await seedCity({ app: test.app, clock }, { cases: 2, chats: 4, until, tell: () => undefined });
    expect(again.cases.filter((number) => city.cases.includes(number))).to.deep.equal([]);
    expect(again.chats.filter((id) => city.chats.includes(id))).to.deep.equal([]);
    expect(again.staff.map(({ id }) => id).sort()).to.deep.equal(city.staff.map(({ id }) => id).sort());
    expect(again.staff[0]?.password).to.equal('(as before)');
  });

  it('lets one person be ahead of the city, and never behind it', async () => {
    const [early, noon, night] = ['01', '05', '15'].map((hour) => new Date(`2026-11-24T${hour}:00:00Z`));
    if (!early || !noon || !night) throw new Error('no times');
    const days = createDemoClock(early);
    const own = days.ownTime();
    await own.play(noon, async () => expect(days.now()).to.deep.equal(noon));
    expect(days.now()).to.deep.equal(early);
    days.goTo(night);
    await own.play(noon, async () => expect(days.now()).to.deep.equal(night));
  });

  it('works on weekdays from eight, where the city lies', () => {
    const saturday = new Date('2026-11-21T03:00:00Z');
    expect(inOfficeHours(saturday).toISOString()).to.equal('2026-11-23T01:00:00.000Z');
    const evening = new Date('2026-11-24T12:00:00Z');
    expect(inOfficeHours(evening).toISOString()).to.equal('2026-11-25T01:00:00.000Z');
    expect(inOfficeHours(UNTIL)).to.equal(UNTIL);
  });
});

describe('the demo city on a Saturday night', () => {
  it('has chats in the queue and held by staff all the same', async function () {
    this.timeout(180_000);
    const until = new Date('2026-11-21T15:00:00Z');
    const clock = createDemoClock(new Date(until.getTime() - 61 * DAY_MS));
    const test = await startTestApp({ ...CHEAP, clock, pushLanes: createDemoLanes });
    try {
      const { chats } = await seedCity({ app: test.app, clock }, { cases: 0, chats: 8, until, tell: () => undefined });
      const tips = await Promise.all(chats.map((id) => test.app.conversations.turns.tip(id)));
      const modes = new Set(tips.map((tip) => tip?.after.mode));
      expect([...modes].sort()).to.deep.equal(['bot', 'queued', 'staff']);
    } finally {
      await test.close();
    }
  });
});
