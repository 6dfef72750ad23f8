import { expect } from 'chai';
import { systemClock } from '../../src/core/clock.js';
import { type Hired, type StaffApp, startStaffApp } from '../fakes/staff-app.js';
import { createCitizen, createShiftedClock } from '../fakes/test-app.js';
import { until } from '../fakes/until.js';

/** Tuesday, 1 December 2026, 10.00 WIB: office hours. */
const OPEN = new Date('2026-12-01T03:00:00Z');
const HALF_DAY_MS = 12 * 60 * 60 * 1000;

describe('chats of staff who are gone', () => {
  const clock = createShiftedClock();
  let test: StaffApp;
  before(async () => {
    clock.shift(OPEN.getTime() - systemClock.now().getTime());
    test = await startStaffApp({ clock });
  });
  after(() => test.close());

  const modeOf = async (id: string) => (await test.app.conversations.turns.tip(id))?.after.mode;
  const handBack = async () => {
    await test.app.conversations.rows.drain();
    return test.app.handBackChats();
  };

  /** A chat that `holder` has answered in; with what the citizen said after that, if anything. */
  async function held(holder: Hired, then?: string): Promise<string> {
    const citizen = createCitizen(test.app, undefined, clock);
    const { conversationId } = await citizen.say('petugas');
    await test.app.conversations.staff.claim(conversationId, holder.id, `claim-${conversationId}`);
    await test.app.conversations.staff.say(conversationId, holder.id, `say-${conversationId}`, 'Selamat pagi.');
    if (then) await citizen.say(then);
    return conversationId;
  }

  it('wait again when the citizen has written, and stay where nobody waits', async () => {
    const holder = await test.hire('agent');
    const [asked, answered] = [await held(holder, 'KTP saya belum jadi'), await held(holder)];
    expect(await handBack()).to.equal(0);
    await holder.client.post('/me/presence', { presence: 'away' });
    await handBack();
    expect([await modeOf(asked), await modeOf(answered)]).to.deep.equal(['queued', 'staff']);
    const called = async () =>
      (await test.app.alerts.recent(20)).filter(({ what, subject }) => what === 'queue_waiting' && subject === asked);
    // once when the citizen asked, once when they wait again
    await until('staff are called again', async () => (await called()).length === 2);
  });

  it('wait again when the account is disabled', async () => {
    const holder = await test.hire('agent');
    const id = await held(holder, 'halo?');
    const answer = await test.admin.send('PATCH', `/staff/${holder.id}`, { isActive: false });
    expect(answer.status).to.equal(200);
    await handBack();
    expect(await modeOf(id)).to.equal('queued');
  });

  it('are put back once, whoever does it first', async () => {
    const holder = await test.hire('agent');
    const id = await held(holder, 'halo?');
    await holder.client.post('/me/presence', { presence: 'away' });
    await test.app.conversations.rows.drain();
    await Promise.all([test.app.handBackChats(), test.app.handBackChats()]);
    const turns = await test.app.conversations.transcript(id, 0);
    expect(turns.filter(({ text }) => text.includes('tidak perlu diulang')).length).to.equal(1);
  });

  it('wait again when no request has come from their holder for long', async () => {
    const holder = await test.hire('agent');
    clock.shift(HALF_DAY_MS);
    const id = await held(holder, 'halo?');
    await handBack();
    expect(await modeOf(id)).to.equal('queued');
  });
});
