import { expect } from 'chai';
import { fileCase, moveCase } from '../cases/case-life.js';
import { type Hired, type StaffApp, startStaffApp } from '../fakes/staff-app.js';
import { createShiftedClock } from '../fakes/test-app.js';

describe('the roster', function () {
  this.timeout(60_000);
  let test: StaffApp;
  const clock = createShiftedClock();
  let agent: Hired;
  let coordinator: Hired;
  let supervisor: Hired;
  let leader: Hired;

  before(async () => {
    test = await startStaffApp({ clock });
    agent = await test.hire('agent', ['dinas_perkim', 'dinas_pu']);
    coordinator = await test.hire('coordinator', ['dinas_perkim']);
    supervisor = await test.hire('supervisor', ['dinas_perkim']);
    leader = await test.hire('supervisor', []);
  });
  after(() => test.close());

  it('offers a case to the agents of its unit, who are at work and have room', async () => {
    const { staffOf } = test.app.staff.roster;
    expect(await staffOf('dinas_perkim')).to.deep.equal([{ staffId: agent.id, isPresent: true, capacity: 25 }]);
    expect(await staffOf('dinas_sosial')).to.deep.equal([]);
  });

  it('takes for absent who says so, who has signed out everywhere, and who did nothing for 30 minutes', async () => {
    const isPresent = async () => (await test.app.staff.roster.staffOf('dinas_pu'))[0]?.isPresent;
    await agent.client.post('/me/presence', { presence: 'away' });
    expect(await isPresent()).to.equal(false);
    expect((await agent.client.send('PUT', '/me/availability', { isAvailable: true })).status).to.equal(204);
    expect(await isPresent()).to.equal(true);
    clock.shift(30 * 60_000);
    expect(await isPresent()).to.equal(false);
    await agent.client.login(agent.login);
    expect(await isPresent()).to.equal(true);
    await agent.client.post('/logout');
    expect(await isPresent()).to.equal(false);
    await agent.client.login(agent.login);
    await test.admin.login('ratna');
  });

  it('puts lateness before those of the unit, the supervisors of every unit, and the service', async () => {
    const { holdersOf } = test.app.staff.roster;
    expect(await holdersOf('dinas_perkim')).to.deep.equal({
      agent: [agent.id],
      coordinator: [coordinator.id],
      supervisor: [supervisor.id],
      leader: [leader.id],
      service: [leader.id],
    });
    expect((await holdersOf('dinas_sosial')).supervisor).to.deep.equal([]);
  });

  it('puts it before the admins when nobody leads, and never before nobody', async () => {
    await test.admin.send('PATCH', `/staff/${leader.id}`, { isActive: false });
    const admin = await test.app.staff.store.findByLogin('ratna');
    const { service, leader: leaders } = await test.app.staff.roster.holdersOf('dinas_perkim');
    expect([leaders, service]).to.deep.equal([[], [admin?._id]]);
  });

  it('gives a case that is verified to somebody real', async () => {
    const { number } = await fileCase(test.app);
    await moveCase(test.app, number, ['verified']);
    const by = { role: 'coordinator', id: coordinator.id } as const;
    await test.app.caseService.change({ number, to: 'assigned', by, key: 'assign-1' });
    const found = await test.app.cases.find(number);
    expect(found).to.include({ unit: 'dinas_perkim', staffId: agent.id });
  });

  it('shows colleagues who is available, and nobody who has left', async () => {
    const cards = await test.app.staff.roster.cards();
    expect(cards.map(({ id }) => id))
      .to.include(agent.id)
      .and.not.include(leader.id);
    expect(cards.find(({ id }) => id === agent.id)).to.deep.include({ isAvailable: true, role: 'agent' });
  });
});
