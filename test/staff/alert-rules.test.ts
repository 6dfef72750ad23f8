import { expect } from 'chai';
import type { Account } from '../../src/staff/account.js';
import { concerns, earliest, isTooOld } from '../../src/staff/alert-rules.js';
import { alertText } from '../../src/staff/alert-words.js';

const WIB_MS = 7 * 3_600_000;
const at = (utc: string) => new Date(`2026-11-24T${utc}:00Z`);

describe('earliest', () => {
  const night = { from: '21:00', to: '06:00' };
  const cases: readonly (readonly [string, string, string])[] = [
    // local time is seven hours on
    ['before the evening', '13:59', '2026-11-24T13:59:00.000Z'],
    ['in the evening', '14:00', '2026-11-24T23:00:00.000Z'],
    ['after midnight', '20:00', '2026-11-24T23:00:00.000Z'],
    ['in the morning', '23:00', '2026-11-24T23:00:00.000Z'],
  ];
  for (const [when, utc, expected] of cases) {
    it(`waits for the end of quiet hours across midnight: ${when}`, () => {
      expect(earliest('assigned', at(utc), night, WIB_MS).toISOString()).to.equal(expected);
    });
  }
  it('waits for the end of quiet hours of one day', () => {
    const lunch = { from: '12:00', to: '13:00' };
    expect(earliest('assigned', at('05:30'), lunch, WIB_MS).toISOString()).to.equal('2026-11-24T06:00:00.000Z');
    expect(earliest('assigned', at('06:00'), lunch, WIB_MS)).to.deep.equal(at('06:00'));
  });
  it('lets danger to life through', () => {
    expect(earliest('danger', at('20:00'), night, WIB_MS)).to.deep.equal(at('20:00'));
  });
});

describe('isTooOld', () => {
  it('forgets a queue sooner than a deadline', () => {
    const happened = { at: at('02:00') };
    expect(isTooOld({ what: 'queue_waiting', ...happened }, at('02:16'))).to.equal(true);
    expect(isTooOld({ what: 'breached', ...happened }, at('15:59'))).to.equal(false);
    expect(isTooOld({ what: 'breached', ...happened }, at('16:01'))).to.equal(true);
  });
});

describe('concerns', () => {
  const account = (more: Partial<Account>): Account => ({
    ...{ _id: 'sari', login: 'sari', name: 'Sari', role: 'agent', units: ['dinas_pu'], isActive: true, locale: 'id' },
    ...{ capacity: 5, presence: 'away', createdAt: at('00:00'), rightsRev: 1 },
    ...more,
  });
  it('holds for who is named, and for nobody else', () => {
    const alert = { what: 'assigned', staffId: 'sari' } as const;
    expect(concerns(alert, account({}))).to.equal(true);
    expect(concerns(alert, account({ _id: 'budi' }))).to.equal(false);
  });
  it('holds for who is of the unit, or of every unit', () => {
    const alert = { what: 'queue_waiting', unit: 'dinas_kesehatan' } as const;
    expect(concerns(alert, account({}))).to.equal(false);
    expect(concerns(alert, account({ units: ['dinas_kesehatan'] }))).to.equal(true);
    expect(concerns(alert, account({ role: 'supervisor', units: [] }))).to.equal(true);
  });
  it('holds only for roles that may see what it is about', () => {
    expect(concerns({ what: 'channel' }, account({}))).to.equal(false);
    expect(concerns({ what: 'channel' }, account({ role: 'admin', units: [] }))).to.equal(true);
    expect(concerns({ what: 'danger' }, account({ isActive: false }))).to.equal(false);
  });
});

describe('alertText', () => {
  it('names a case by its number, and nothing that is none', () => {
    const link = 'https://kanal.example/console';
    expect(alertText({ what: 'breached', subject: 'LP-261124-0007' }, 'id', link)).to.equal(
      `Batas waktu laporan LP-261124-0007 sudah lewat.\n${link}`,
    );
    expect(alertText({ what: 'assigned', subject: 'abc<script>' }, 'en', undefined)).to.equal(
      'Report was given to you.',
    );
  });
});
