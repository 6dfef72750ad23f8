import { expect } from 'chai';
import type { Case } from '../../src/cases/case.js';
import type { LevelHolders } from '../../src/cases/escalation.js';
import { findOpen } from '../../src/cases/sla-clock.js';
import type { ClockName } from '../../src/cases/sla-rules.js';
import { createShiftedClock, startTestApp, type TestApp } from '../fakes/test-app.js';
import { until } from '../fakes/until.js';
import { fileCase, moveCase } from './case-life.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

describe('sla sweep', function () {
  this.timeout(60_000);
  let test: TestApp;
  const clock = createShiftedClock();
  const holders: LevelHolders = {
    agent: ['sari'],
    coordinator: ['koord'],
    supervisor: ['atasan'],
    leader: ['kadis'],
    service: ['layanan'],
  };
  const holdersOf = async () => holders;

  before(async () => {
    test = await startTestApp({ clock, holdersOf });
  });
  after(() => test.close());

  const find = async (number: string): Promise<Case> => {
    const found = await test.app.cases.find(number);
    if (!found) throw new Error(`no case ${number}`);
    return found;
  };
  const dueAt = (found: Case, name: ClockName): Date => {
    const open = findOpen(found.clocks, name);
    if (!open) throw new Error(`${name} is not open`);
    return open.dueAt;
  };
  const moveTo = (at: Date) => clock.shift(at.getTime() - clock.now().getTime());
  const clockEvents = (found: Case) => found.history.filter(({ what }) => what === 'clock');

  async function told(conversationId: string): Promise<string[]> {
    await until('nothing is pending', async () => {
      await test.app.relayNotices();
      const mine = await test.app.reporters.ofConversation(conversationId, 5);
      const cases = await test.app.cases.findAll(mine.map(({ caseNumber }) => caseNumber));
      return cases.every(({ notices }) => notices.length === 0);
    });
    const turns = await test.app.conversations.turns.after(conversationId, 0, 100);
    const seqs = new Set(turns.flatMap(({ source, seq }) => (source.kind === 'notice' ? [seq] : [])));
    const entries = await test.app.conversations.transcript(conversationId, 0);
    return entries.filter(({ seq }) => seqs.has(seq)).map(({ text }) => text);
  }

  it('puts a case before the one who has it in hand when it will soon be due', async () => {
    const { number } = await fileCase(test.app);
    await moveCase(test.app, number, ['verified', 'assigned', 'in_progress']);
    const { clocks } = await find(number);
    moveTo(new Date((findOpen(clocks, 'substance')?.dueSoonAt.getTime() ?? 0) + MINUTE_MS));
    await test.app.sweepClocks();
    expect((await find(number)).alert).to.include({ level: 'agent', clock: 'substance' });
    expect((await find(number)).alert?.staffIds).to.deep.equal(['sari']);
  });

  it('puts a late case before the coordinator, and gives its complainant a new date', async () => {
    const { number, conversationId } = await fileCase(test.app);
    await moveCase(test.app, number, ['verified', 'assigned']);
    moveTo(new Date(dueAt(await find(number), 'follow_up').getTime() + MINUTE_MS));
    await test.app.sweepClocks();
    const found = await find(number);
    expect(found.alert).to.deep.include({ level: 'coordinator', clock: 'follow_up', staffIds: ['koord'] });
    expect(found.promisedAt).to.be.greaterThan(clock.now());
    const sorry = (await told(conversationId)).filter((text) => text.startsWith('Maaf, laporan'));
    expect(sorry.length).to.equal(1);
    expect(sorry[0]).to.contain(number);
    await moveCase(test.app, number, ['in_progress']);
    expect(await find(number), 'done: no alert any more').not.to.have.property('alert');
  });

  it('climbs to supervisor and leader, and to the leader again and again', async () => {
    const { number } = await fileCase(test.app);
    const late = dueAt(await find(number), 'verify');
    const levels: (string | undefined)[] = [];
    for (let day = 0; day < 45; day++) {
      moveTo(new Date(late.getTime() + day * DAY_MS + MINUTE_MS));
      await test.app.sweepClocks();
      const before = levels.length;
      const steps = clockEvents(await find(number)).flatMap(({ steps = [] }) => steps);
      const ups = steps.filter(({ clock: name, level }) => name === 'verify' && level).map(({ level }) => level);
      levels.push(...ups.slice(before));
    }
    expect(levels.slice(0, 4)).to.deep.equal(['agent', 'coordinator', 'supervisor', 'leader']);
    expect(levels.slice(4).length).to.be.greaterThan(2);
    expect(new Set(levels.slice(4))).to.deep.equal(new Set(['leader']));
  });

  it('takes each step once, though two processes sweep at the same time', async () => {
    const other = await test.join({ clock, holdersOf });
    const filed = [];
    for (let count = 0; count < 12; count++) filed.push(await fileCase(test.app));
    const late = dueAt(await find(filed[0]?.number ?? ''), 'verify');
    moveTo(new Date(late.getTime() + MINUTE_MS));
    await Promise.all([test.app, other, test.app, other].map((app) => app.sweepClocks()));
    for (const { number, conversationId } of filed) {
      const steps = clockEvents(await find(number)).flatMap(({ steps = [] }) =>
        steps.map((each) => JSON.stringify(each)),
      );
      expect(new Set(steps).size).to.equal(steps.length);
      expect((await told(conversationId)).length).to.equal(1);
    }
  });

  it('finds what came due during a long downtime, once, and makes no month of messages of it', async () => {
    const { number, conversationId } = await fileCase(test.app);
    clock.shift(60 * DAY_MS);
    await test.app.sweepClocks();
    await test.app.sweepClocks();
    const found = await find(number);
    expect(clockEvents(found).length).to.equal(1);
    expect(found.alert).to.include({ level: 'leader' });
    expect(found.wakeAt).to.be.greaterThan(clock.now());
    const texts = await told(conversationId);
    expect(texts.filter((text) => text.startsWith('Maaf, laporan')).length).to.equal(2);
    expect(texts.filter((text) => text.includes('137')).length, 'the Ombudsman is offered').to.equal(1);
  });

  it('reminds once of a result that nobody answered, then closes it with the outcome it had', async () => {
    const { number } = await fileCase(test.app);
    await moveCase(test.app, number, ['verified', 'assigned', 'in_progress', 'resolved'], { outcome: 'planned' });
    const due = dueAt(await find(number), 'confirm');
    const events: string[] = [];
    while (clock.now() < due) {
      clock.shift(DAY_MS);
      await test.app.sweepClocks();
      const found = await find(number);
      for (const event of found.history.slice(5 + events.length)) events.push(event.what);
    }
    expect(events).to.deep.equal(['clock', 'close_silent']);
    const found = await find(number);
    expect(found).to.include({ status: 'closed', outcome: 'planned' });
    expect(found).not.to.have.property('wakeAt');
    expect(found.reopenUntil).to.be.greaterThan(clock.now());
  });

  it('closes a report that stays incomplete as unanswered, and never deletes it', async () => {
    const { number } = await fileCase(test.app);
    await moveCase(test.app, number, ['needs_info']);
    moveTo(new Date(dueAt(await find(number), 'info').getTime() + MINUTE_MS));
    await test.app.sweepClocks();
    expect(await find(number)).to.include({ status: 'closed', outcome: 'no_reply' });
  });

  it('does nothing twice when the clock is moved a day forward and an hour back', async () => {
    const { number } = await fileCase(test.app);
    const late = dueAt(await find(number), 'verify');
    moveTo(new Date(late.getTime() - HOUR_MS));
    await test.app.sweepClocks();
    const before = clockEvents(await find(number)).length;
    clock.shift(DAY_MS);
    await test.app.sweepClocks();
    clock.shift(-DAY_MS - HOUR_MS);
    await test.app.sweepClocks();
    clock.shift(DAY_MS);
    await test.app.sweepClocks();
    expect(clockEvents(await find(number)).length).to.equal(before + 1);
  });

  it('passes by a case on which the rules fail', async () => {
    const broken = await fileCase(test.app);
    const sound = await fileCase(test.app);
    await moveCase(test.app, sound.number, ['verified', 'assigned']);
    const cases = test.app.connection.getClient().db(test.app.connection.name).collection<Case>('cases');
    await cases.updateOne({ _id: broken.number }, { $set: { clocks: [], wakeAt: new Date(0) } });
    moveTo(new Date(dueAt(await find(sound.number), 'follow_up').getTime() + MINUTE_MS));
    await test.app.sweepClocks();
    expect((await find(broken.number)).wakeAt).to.be.greaterThan(clock.now());
    expect((await find(sound.number)).alert).to.include({ level: 'coordinator' });
  });
});
