import { expect } from 'chai';
import type { LevelHolders } from '../../src/cases/escalation.js';
import { createDataRequests } from '../../src/conversations/data-requests.js';
import { createShiftedClock, type ShiftedClock, startTestApp, type TestApp } from '../fakes/test-app.js';

const HOUR_MS = 60 * 60 * 1000;
const HOLDERS: LevelHolders = {
  agent: [],
  coordinator: [],
  supervisor: ['kabid'],
  leader: ['kadis'],
  service: ['service'],
};
const NOBODY: LevelHolders = { agent: [], coordinator: [], supervisor: [], leader: [], service: ['service'] };

describe('requests for data', () => {
  let test: TestApp;
  let clock: ShiftedClock;
  let holders: LevelHolders;
  beforeEach(async () => {
    holders = HOLDERS;
    clock = createShiftedClock();
    test = await startTestApp({ clock, holdersOf: async () => holders });
  });
  afterEach(() => test.close());

  const requests = () => createDataRequests(test.app.connection.getClient().db(test.app.connection.name));
  const open = (_id = 'turn/0') => requests().open({ _id, kind: 'copy', conversationId: 'c', at: clock.now() });
  const alertOf = async () => (await requests().listOpen(10))[0]?.alert;

  it('are put before a supervisor a day before they are due, and before nobody earlier', async () => {
    await open();
    clock.shift(47 * HOUR_MS);
    expect(await test.app.sweepDataRequests()).to.equal(0);
    clock.shift(2 * HOUR_MS);
    expect(await test.app.sweepDataRequests()).to.equal(1);
    expect(await alertOf()).to.deep.include({ level: 'supervisor', staffIds: ['kabid'], isLate: false });
    expect(await test.app.sweepDataRequests(), 'once').to.equal(0);
  });

  it('are put before the leader once they are late, and every day from then on', async () => {
    await open();
    let told = 0;
    for (let hour = 0; hour < 7 * 24; hour++) {
      clock.shift(HOUR_MS);
      told += await test.app.sweepDataRequests();
    }
    expect(told).to.equal(1 + 5);
    expect(await alertOf()).to.deep.include({ level: 'leader', staffIds: ['kadis'], isLate: true });
  });

  it('never end in nobody', async () => {
    holders = NOBODY;
    await open();
    clock.shift(80 * HOUR_MS);
    await test.app.sweepDataRequests();
    expect(await alertOf()).to.deep.include({ level: 'service', staffIds: ['service'] });
  });

  it('are put before somebody once, whoever sweeps', async () => {
    for (let each = 0; each < 20; each++) await open(`turn/${each}`);
    const other = await test.join();
    clock.shift(50 * HOUR_MS);
    const told = await Promise.all([test.app, other, test.app, other].map((app) => app.sweepDataRequests()));
    expect(told.reduce((sum, count) => sum + count, 0)).to.equal(20);
  });

  it('are put before nobody once they are answered', async () => {
    await open();
    await requests().close('turn/0', clock.now(), 'lina');
    clock.shift(100 * HOUR_MS);
    expect(await test.app.sweepDataRequests()).to.equal(0);
  });
});
