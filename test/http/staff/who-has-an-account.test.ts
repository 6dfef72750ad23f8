import { expect } from 'chai';
import type { Passwords } from '../../../src/staff/password.js';
import { type StaffApp, startStaffApp } from '../../fakes/staff-app.js';
import { cheapPasswords, createStaffClient } from '../../fakes/staff-client.js';

describe('who has an account', function () {
  this.timeout(60_000);
  const passwords = cheapPasswords();
  const checked: (string | undefined)[] = [];
  const counted: Passwords = {
    hash: passwords.hash,
    check(hashed, password) {
      checked.push(hashed);
      return passwords.check(hashed, password);
    },
  };
  let test: StaffApp;
  before(async () => {
    test = await startStaffApp({ passwords: counted });
  });
  after(() => test.close());

  const login = async (name: string, password: string) => {
    checked.length = 0;
    const response = await createStaffClient(test.url).login(name, password);
    return { status: response.status, text: await response.text(), headers: [...response.headers.keys()].sort() };
  };

  it('is told neither by the answer nor by the work done for it: one password is looked at, whoever asks', async () => {
    const { login: shut, id } = await test.hire('agent');
    await test.admin.send('PATCH', `/staff/${id}`, { isActive: false });
    const invited = await test.admin.post<{ account: { login: string } }>('/staff', {
      ...{ login: 'diundang', name: 'Belum Masuk', role: 'auditor' },
    });
    const answers = [];
    for (const name of ['ratna', shut, invited.account.login, 'tidak.ada', 'x'.repeat(200), '$ne']) {
      answers.push(await login(name, 'bukan sandi yang benar'));
      expect(checked, name).to.have.length(1);
    }
    expect(answers[0]?.status).to.equal(401);
    for (const answer of answers) expect(answer).to.deep.equal(answers[0]);
  });

  it('is not told by how guessing is slowed down, and a thousand guesses come to a handful of looks', async () => {
    const { login: known } = await test.hire('agent');
    for (const name of [known, 'nobody.at.all']) {
      checked.length = 0;
      const statuses = new Map<number, number>();
      for (let round = 0; round < 10; round++) {
        const tries = Array.from({ length: 50 }, (_, index) =>
          createStaffClient(test.url).login(name, `tebakan nomor ${round * 50 + index}`),
        );
        for (const { status } of await Promise.all(tries)) statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
      expect([...statuses.keys()].sort(), name).to.deep.equal([401, 429]);
      // five are free; after each wait one more is looked at, and the waits double
      expect(checked.length, name).to.be.within(5, 10);
    }
  });
});
