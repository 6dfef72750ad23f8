import { expect } from 'chai';
import { systemClock } from '../../src/core/clock.js';
import { createRepairAlerts } from '../../src/staff/alert-repair.js';
import type { Alert } from '../../src/staff/alerts.js';
import { createCitizen, startTestApp, type TestApp } from '../fakes/test-app.js';
import { until } from '../fakes/until.js';

/** A Tuesday morning in Jakarta: offices are open. */
const NOW = new Date('2026-12-01T03:00:00Z');

describe('alerts of which a crash left no trace', () => {
  let test: TestApp;
  let now = NOW;
  const clock = { ...systemClock, now: () => now };
  before(async () => {
    test = await startTestApp({ clock });
  });
  after(() => test.close());

  it('are raised again, under the same ids, while the citizen still waits', async () => {
    const { app } = test;
    const db = app.connection.getClient().db(app.connection.name);
    const { conversationId } = await createCitizen(app, undefined, clock).say('petugas');
    now = new Date(NOW.getTime() + 16 * 60_000);
    await app.conversations.rows.drain();
    await app.conversations.sweepTimers();
    await app.conversations.rows.drain();
    const ids = async () => (await app.alerts.recent(10)).map(({ _id }) => _id).sort();
    await until('both alerts', async () => (await ids()).length === 2);
    const before = await ids();
    expect(before.map((id) => id.split(':')[0])).to.deep.equal(['handover_overdue', 'queue_waiting']);
    await db.collection<Alert>('alerts').deleteMany({});
    const repair = createRepairAlerts({ db, alerts: app.alerts, clock });
    expect(await repair()).to.equal(2);
    expect(await ids()).to.deep.equal(before);
    expect((await app.alerts.recent(10)).every(({ subject }) => subject === conversationId)).to.equal(true);
    expect(await repair()).to.equal(0);
  });
});
