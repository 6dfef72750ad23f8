import { expect } from 'chai';
import { base32 } from '../../../src/core/ids.js';
import type { Me, RecoveryCodes, TotpOffer } from '../../../src/staff/api/auth.js';
import { codeAt } from '../../../src/staff/totp.js';
import { type Hired, type StaffApp, startStaffApp } from '../../fakes/staff-app.js';
import { createStaffClient, GOOD_PASSWORD } from '../../fakes/staff-client.js';
import { createShiftedClock } from '../../fakes/test-app.js';

describe('the second factor over HTTP', function () {
  this.timeout(60_000);
  let test: StaffApp;
  let person: Hired;
  let secret: Buffer;
  let recovery: string[];
  const clock = createShiftedClock();
  const password = { password: GOOD_PASSWORD };

  const codeNow = () => codeAt(secret, Math.floor(clock.now().getTime() / 30_000));
  const signIn = async (totp?: string) => {
    const response = await createStaffClient(test.url).login(person.login, GOOD_PASSWORD, totp);
    return [response.status, ((await response.json()) as { code?: string }).code];
  };

  before(async () => {
    test = await startStaffApp({ clock });
  });
  after(() => test.close());

  beforeEach(async () => {
    person = await test.hire('agent');
    const offer = await person.client.post<TotpOffer>('/totp/enrol', password);
    secret = fromBase32(offer.secret);
    recovery = (await person.client.post<RecoveryCodes>('/totp/confirm', { code: codeNow() })).recoveryCodes;
    clock.shift(30_000);
  });

  it('is asked for once password and login are right, and not before', async () => {
    expect(await signIn()).to.deep.equal([401, 'auth.totp_required']);
    const response = await createStaffClient(test.url).login(person.login, 'bukan sandi saya');
    expect(((await response.json()) as { code: string }).code).to.equal('request.unauthorized');
    expect((await signIn(codeNow()))[0]).to.equal(200);
  });

  it('takes each code once, also of two who send it at the same time', async () => {
    const code = codeNow();
    const both = await Promise.all([signIn(code), signIn(code)]);
    expect(both.map(([status]) => status).sort()).to.deep.equal([200, 401]);
    expect(await signIn(code)).to.deep.equal([401, 'auth.totp_required']);
  });

  it('takes each of ten recovery codes once, with or without its dashes', async () => {
    const [first = '', second = ''] = recovery;
    expect(recovery).to.have.length(10);
    expect((await signIn(first))[0]).to.equal(200);
    expect((await signIn(first))[0]).to.equal(401);
    expect((await signIn(second.replaceAll('-', '').toUpperCase()))[0]).to.equal(200);
    expect((await person.client.get<Me>('/me')).recoveryLeft).to.equal(8);
  });

  it('slows down guessing its code, also when the password is sent alone in between', async () => {
    const statuses: number[] = [];
    for (let times = 0; times < 7; times++) {
      await signIn();
      statuses.push(Number((await signIn('000000'))[0]));
    }
    expect(statuses).to.deep.equal([401, 401, 401, 401, 401, 401, 429]);
  });

  it('is not on until it was confirmed by a right code', async () => {
    const other = await test.hire('agent');
    await other.client.post('/totp/enrol', password);
    expect((await other.client.send('POST', '/totp/confirm', { code: '000000' })).status).to.equal(400);
    expect((await createStaffClient(test.url).login(other.login)).status).to.equal(200);
  });

  it('is turned on and off only with the password', async () => {
    const wrong = { password: 'bukan sandi saya' };
    expect((await person.client.send('POST', '/totp/disable', wrong)).status).to.equal(400);
    expect((await person.client.send('POST', '/totp/enrol', password)).status, 'is on already').to.equal(409);
    expect((await signIn())[0]).to.equal(401);
    expect((await person.client.send('POST', '/totp/disable', password)).status).to.equal(204);
    expect((await signIn())[0]).to.equal(200);
    expect((await person.client.send('POST', '/totp/enrol', wrong)).status).to.equal(400);
  });

  it('goes with a reset, for who has lost the phone', async () => {
    await test.admin.post(`/staff/${person.id}/reset`);
    expect((await test.app.staff.store.find(person.id))?.totp).to.equal(undefined);
  });

  it('is stored sealed', async () => {
    const db = test.app.connection.getClient().db(test.app.connection.name);
    const stored = JSON.stringify(await db.collection('staff').find().toArray());
    expect(stored).not.to.contain(secret.toString('base64')).and.not.contain(recovery[0]?.replaceAll('-', ''));
  });
});

function fromBase32(text: string): Buffer {
  const bits = [...text.toLowerCase()].map((char) => ALPHABET.indexOf(char).toString(2).padStart(5, '0')).join('');
  const bytes = Buffer.from((bits.match(/.{8}/g) ?? []).map((each) => Number.parseInt(each, 2)));
  expect(base32(bytes).toUpperCase()).to.equal(text);
  return bytes;
}
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
