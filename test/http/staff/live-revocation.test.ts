import { expect } from 'chai';
import { type StaffApp, startStaffApp } from '../../fakes/staff-app.js';
import { createStaffClient } from '../../fakes/staff-client.js';

describe('the live stream of the console', function () {
  this.timeout(60_000);
  let test: StaffApp;
  before(async () => {
    test = await startStaffApp();
  });
  after(() => test.close());

  it('is cut in another process when the account is disabled, and not given again', async () => {
    const { id, client } = await test.hire('agent');
    const second = await test.join();
    const there = createStaffClient(`http://127.0.0.1:${second.port}`);
    for (const [name, value] of client.cookies) there.cookies.set(name, value);
    const stream = await there.send('GET', '/live');
    expect(stream.status).to.equal(200);
    const read = stream.text();
    await test.admin.send('PATCH', `/staff/${id}`, { isActive: false });
    expect(await read, 'it has an end').to.be.a('string');
    expect((await there.send('GET', '/live')).status).to.equal(401);
  });

  it('is given to nobody without a session', async () => {
    expect((await createStaffClient(test.url).send('GET', '/live')).status).to.equal(401);
  });
});
