import * as argon2 from '@node-rs/argon2';
import { expect } from 'chai';
import fc from 'fast-check';
import { AppError } from '../../src/core/errors.js';
import { createPasswords, demandGoodPassword, type PasswordFault, type Passwords } from '../../src/staff/password.js';
import { cheapPasswords, GOOD_PASSWORD } from '../fakes/staff-client.js';

describe('passwords', () => {
  let passwords: Passwords;
  before(() => {
    passwords = cheapPasswords();
  });

  it('are stored as argon2id, with 64 MB and three passes, off the event loop', async () => {
    let ticks = 0;
    const ticking = setInterval(() => {
      ticks += 1;
    }, 1);
    const hashed = await createPasswords().hash(GOOD_PASSWORD);
    clearInterval(ticking);
    expect(hashed).to.match(/^\$argon2id\$v=19\$m=65536,t=3,p=1\$/);
    expect(ticks, 'others went on meanwhile').to.be.greaterThan(2);
  });

  it('open by the same characters however they were composed, and by no others', async () => {
    const hashed = await passwords.hash('kopi é susu enak');
    expect(await passwords.check(hashed, 'kopi é susu enak')).to.equal(true);
    expect(await passwords.check(hashed, 'kopi é susu enak ')).to.equal(false);
    expect(await passwords.check(hashed, 'Kopi é susu enak')).to.equal(false);
  });

  // each of these is for an account that there is not: were it answered without hashing, none would have to wait
  it('are hashed two at a time whoever they are for, and refused when far too many wait', async () => {
    const many = await Promise.allSettled(Array.from({ length: 150 }, () => passwords.check(undefined, 'x')));
    const refused = many.filter((each) => each.status === 'rejected');
    expect(refused.length).to.be.within(40, 48);
    for (const { reason } of refused) expect(reason).to.include({ code: 'request.rate_limited' });
    expect(await passwords.check(undefined, 'x'), 'goes on afterwards').to.equal(false);
  });

  describe('that are new', () => {
    const good = (password: string) => demandGoodPassword(password, ['ratna.sari@kota.go.id', 'Ratna Sari']);

    it('may be anything of twelve characters that is no pattern and not commonly tried', () => {
      for (const each of [
        GOOD_PASSWORD,
        'tanpaangkatanpabesar',
        'ruang rapat lantai tiga',
        '火山口的水很深啊我们不去了',
      ])
        expect(() => good(each), each).not.to.throw();
    });

    const bad: readonly [string, PasswordFault][] = [
      ['pendek saja', 'too_short'],
      ['123456789012', 'pattern'],
      ['aaaaaaaaaaaaa', 'pattern'],
      ['abcabcabcabc', 'pattern'],
      ['qwertyuiopas', 'pattern'],
      ['mnbvcxzlkjhg', 'pattern'],
      ['password1234', 'common'],
      ['Bismillah-123', 'common'],
      ['Indonesia 1945', 'common'],
      ['ratnasari1234', 'own_name'],
      ['x'.repeat(201), 'too_long'],
    ];
    for (const [each, why] of bad) {
      it(`may not be ${each.slice(0, 20)}: ${why}`, () => {
        expect(() => good(each))
          .to.throw(AppError)
          .that.deep.includes({ code: 'request.invalid', details: { field: 'password', why } });
      });
    }

    it('count characters, not bytes or code units', () => {
      expect(() => demandGoodPassword('🌋🌊🐢🦜🌴🛶', [])).to.throw(AppError);
    });

    it('are never told in the refusal', () => {
      fc.assert(
        fc.property(fc.string({ minLength: 6, maxLength: 11 }), (password) => {
          try {
            good(password);
          } catch (error) {
            const told = JSON.stringify([error instanceof AppError ? [error.message, error.details] : error]);
            return !told.includes(password);
          }
          return false;
        }),
      );
    });
  });
});

describe('a password of nobody', () => {
  it('is held against a hash of the same cost, so that it takes as long, and never fits', async () => {
    const held: string[] = [];
    const passwords = createPasswords(undefined, {
      hash: argon2.hash,
      verify(hashed, password) {
        held.push(String(hashed));
        return argon2.verify(hashed, password);
      },
    });
    const somebodys = await passwords.hash('kuda nil terbang pelan');
    expect(await passwords.check(somebodys, 'kuda nil terbang pelan')).to.equal(true);
    for (const password of ['kuda nil terbang pelan', 'nobody has this password'])
      expect(await passwords.check(undefined, password)).to.equal(false);
    const costs = held.map((each) => each.split('$').slice(0, 4).join('$'));
    expect(costs).to.deep.equal(Array(3).fill('$argon2id$v=19$m=65536,t=3,p=1'));
  });
});
