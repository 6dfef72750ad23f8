import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { NOTICE_EVENTS, type NoticeEvent } from '../../src/cases/notice-events.js';
import { type NoticeFacts, type NoticeReporter, planNotices, stillHolds } from '../../src/cases/notice-matrix.js';
import { loadNotices } from '../../src/cases/notice-rules.js';
import { TRANSITIONS } from '../../src/cases/transitions.js';
import { AppError } from '../../src/core/errors.js';
import type { ChannelType } from '../../src/messages/message.js';
import { at, calendar, FLOWS_DIR, local } from './shipped-rules.js';

const rules = loadNotices(FLOWS_DIR);
const TEXT = readFileSync(join(FLOWS_DIR, 'notices.yaml'), 'utf8');
const wib = calendar('pemda_wib');
const NOON = at('2026-03-17 12:00', wib);
const CHANNELS: readonly ChannelType[] = ['webchat', 'terminal', 'telegram', 'whatsapp_web', 'whatsapp_cloud'];

function facts(event: NoticeEvent, more: Partial<NoticeFacts> = {}): NoticeFacts {
  return { id: 'n1', event, restricted: false, offsetMs: wib.offsetMs, ...more };
}

function reporter(more: Partial<NoticeReporter> = {}): NoticeReporter {
  return {
    conversationId: 'c1',
    audience: 'complainant',
    anonim: false,
    channel: 'telegram',
    locale: 'id',
    stopped: false,
    blocked: false,
    lastInboundAt: NOON,
    ...more,
  };
}

/** The one notice that is planned for one reporter. */
function notice(
  event: NoticeEvent,
  more: Partial<NoticeReporter> = {},
  now = NOON,
  caseFacts: Partial<NoticeFacts> = {},
) {
  const { notices, skipped } = planNotices(facts(event, caseFacts), [reporter(more)], rules, now);
  expect(skipped).to.deep.equal([]);
  const [planned] = notices;
  if (!planned) throw new Error('nothing planned');
  return planned;
}

describe('planNotices', () => {
  it('tells the complainant with the text of the event, below it how to add, ask and stop', () => {
    expect(notice('verified')).to.deep.equal({
      key: 'n1/c1',
      conversationId: 'c1',
      audience: 'complainant',
      text: 'notice.verified',
      params: ['number', 'unit', 'when'],
      footer: 'notice.footer',
      waitsUntilIdle: false,
      notBefore: NOON,
    });
  });

  it('lets a notice that asks wait until the chat is idle, and only such a one', () => {
    expect(notice('resolved')).to.include({ asks: 'confirm', waitsUntilIdle: true });
    expect(notice('resolved')).not.to.have.property('footer');
    expect(notice('in_progress')).to.include({ waitsUntilIdle: false });
  });

  it('tells a supporter in words of their own, without asking, or not at all', () => {
    expect(notice('resolved', { audience: 'supporter' })).to.include({
      text: 'notice.supporter_resolved',
      waitsUntilIdle: false,
    });
    const { skipped } = planNotices(facts('needs_info'), [reporter({ audience: 'supporter' })], rules, NOON);
    expect(skipped).to.deep.equal([{ conversationId: 'c1', reason: 'not_for_them' }]);
  });

  it('tells nobody who has stopped notices or can not be reached, and says so', () => {
    const all = [
      reporter({ conversationId: 'a', stopped: true }),
      reporter({ conversationId: 'b', blocked: true }),
      reporter({ conversationId: 'c' }),
    ];
    const { notices, skipped } = planNotices(facts('rejected'), all, rules, NOON);
    expect(notices.map(({ conversationId }) => conversationId)).to.deep.equal(['c']);
    expect(skipped).to.deep.equal([
      { conversationId: 'a', reason: 'stopped' },
      { conversationId: 'b', reason: 'blocked' },
    ]);
  });

  it('tells a conversation once, as complainant when it is both', () => {
    const { notices, skipped } = planNotices(
      facts('resolved'),
      [reporter({ audience: 'supporter' }), reporter()],
      rules,
      NOON,
    );
    expect(notices.map(({ audience }) => audience)).to.deep.equal(['complainant']);
    expect(skipped).to.deep.equal([{ conversationId: 'c1', reason: 'told_already' }]);
  });

  describe('neutral words', () => {
    it('hide everything from a locked screen for an anonim reporter and for a restricted case', () => {
      for (const event of NOTICE_EVENTS) {
        for (const channel of ['telegram', 'whatsapp_web', 'whatsapp_cloud'] as const) {
          for (const planned of [
            notice(event, { channel, anonim: true }),
            notice(event, { channel }, NOON, { restricted: true }),
          ]) {
            expect(planned.text, event).to.match(/^notice\.neutral/);
            expect(planned.params, event).to.deep.equal([]);
            expect(planned.template?.params ?? [], event).to.deep.equal([]);
          }
        }
      }
    });

    it('still ask what is to be asked', () => {
      expect(notice('resolved', { anonim: true })).to.include({ text: 'notice.neutral_confirm', asks: 'confirm' });
    });

    it('are not needed on a page that its reader has opened', () => {
      expect(notice('resolved', { anonim: true, channel: 'webchat' }).text).to.equal('notice.resolved');
    });
  });

  describe('quiet hours', () => {
    const VECTORS: readonly (readonly [string, string, string])[] = [
      ['2026-03-17 19:59', '2026-03-17 19:59', 'the last minute of the day'],
      ['2026-03-17 20:00', '2026-03-18 07:00', 'evening: next morning'],
      ['2026-03-17 23:59', '2026-03-18 07:00', 'before midnight'],
      ['2026-03-18 00:00', '2026-03-18 07:00', 'after midnight: the same morning'],
      ['2026-03-18 06:59', '2026-03-18 07:00', 'the last quiet minute'],
      ['2026-03-18 07:00', '2026-03-18 07:00', 'the first loud one'],
      ['2026-12-31 22:00', '2027-01-01 07:00', 'over new year'],
    ];
    for (const [now, expected, what] of VECTORS) {
      it(`${now} becomes ${expected}: ${what}`, () => {
        expect(local(notice('verified', {}, at(now, wib)).notBefore, wib)).to.equal(expected);
      });
    }

    it('are those of the office: 22.30 in Jakarta is 00.30 in Jayapura', () => {
      const wit = calendar('pemda_wit');
      const now = at('2026-03-17 22:30', wib);
      expect(local(notice('verified', {}, now, { offsetMs: wit.offsetMs }).notBefore, wit)).to.equal(
        '2026-03-18 07:00',
      );
    });

    it('do not hold what is fetched, nor what is urgent', () => {
      const night = at('2026-03-17 22:00', wib);
      expect(notice('verified', { channel: 'webchat' }, night).notBefore).to.equal(night);
      const urgent = { ...rules, events: { ...rules.events, late: { ...rules.events.late, urgent: true } } };
      expect(planNotices(facts('late'), [reporter()], urgent, night).notices[0]?.notBefore).to.equal(night);
    });

    it('may lie within one day', () => {
      const noonRest = { ...rules, quietHours: { from: 11 * 3_600_000, to: 13 * 3_600_000 } };
      const plan = (now: string) =>
        planNotices(facts('late'), [reporter()], noonRest, at(now, wib)).notices[0]?.notBefore ?? NOON;
      expect(local(plan('2026-03-17 12:00'), wib)).to.equal('2026-03-17 13:00');
      expect(local(plan('2026-03-17 22:00'), wib)).to.equal('2026-03-17 22:00');
    });
  });

  describe('the WhatsApp window', () => {
    const cloud = (event: NoticeEvent, lastInbound: string, more: Partial<NoticeReporter> = {}, now = NOON) =>
      notice(event, { channel: 'whatsapp_cloud', lastInboundAt: at(lastInbound, wib), ...more }, now);

    it('lets the text through for 24 hours, less a margin for the way', () => {
      expect(cloud('verified', '2026-03-16 12:06').template).to.equal(undefined);
      expect(cloud('verified', '2026-03-16 12:05').template?.name).to.equal('kabar_laporan');
    });

    it('is judged by when the notice goes out, not by when it was planned', () => {
      const evening = at('2026-03-17 21:00', wib);
      expect(cloud('verified', '2026-03-17 08:00', {}, evening).template).to.equal(undefined);
      expect(cloud('verified', '2026-03-17 06:00', {}, evening).template?.name).to.equal('kabar_laporan');
    });

    it('closed, leaves the template of the ask, or the plain one without the ask', () => {
      expect(cloud('resolved', '2026-03-01 12:00')).to.deep.include({
        asks: 'confirm',
        template: { name: 'tanya_sudah_beres', locale: 'id', params: ['number'] },
      });
      const rating = cloud('closed', '2026-03-01 12:00');
      expect(rating.template?.name).to.equal('kabar_laporan');
      expect(rating).to.include({ waitsUntilIdle: false }).and.not.to.have.property('asks');
    });

    it('closed, leaves an anonim reporter a template that tells nothing', () => {
      expect(cloud('resolved', '2026-03-01 12:00', { anonim: true })).to.deep.include({
        waitsUntilIdle: false,
        template: { name: 'kabar_netral', locale: 'id', params: [] },
      });
    });

    it('uses a language the templates are approved in', () => {
      expect(cloud('verified', '2026-03-01 12:00', { locale: 'en' }).template?.locale).to.equal('en');
      expect(cloud('verified', '2026-03-01 12:00', { locale: 'jv' }).template?.locale).to.equal('id');
    });

    it('concerns no other channel', () => {
      for (const channel of CHANNELS.filter((each) => each !== 'whatsapp_cloud')) {
        expect(notice('verified', { channel, lastInboundAt: at('2020-01-01 00:00', wib) }).template, channel).to.equal(
          undefined,
        );
      }
    });
  });

  const anyReporter = fc.record({
    conversationId: fc.constantFrom('a', 'b', 'c', 'd'),
    audience: fc.constantFrom<'complainant' | 'supporter'>('complainant', 'supporter'),
    anonim: fc.boolean(),
    channel: fc.constantFrom(...CHANNELS),
    locale: fc.constantFrom<'id' | 'en' | 'jv' | 'su'>('id', 'en', 'jv', 'su'),
    stopped: fc.boolean(),
    blocked: fc.boolean(),
    lastInboundAt: fc.date({ min: new Date('2026-01-01T00:00:00Z'), max: NOON, noInvalidDate: true }),
  });

  it('accounts for every reporter once, tells no conversation twice, nothing early, and never asks a staffed chat', () => {
    const instant = fc.date({ min: NOON, max: new Date('2027-03-01T00:00:00Z'), noInvalidDate: true });
    fc.assert(
      fc.property(
        fc.constantFrom(...NOTICE_EVENTS),
        fc.array(anyReporter, { maxLength: 8 }),
        instant,
        fc.boolean(),
        (event, all, now, restricted) => {
          const { notices, skipped } = planNotices(facts(event, { restricted }), all, rules, now);
          expect(notices.length + skipped.length).to.equal(all.length);
          expect(new Set(notices.map(({ key }) => key)).size).to.equal(notices.length);
          for (const planned of notices) {
            expect(planned.notBefore >= now).to.equal(true);
            expect(planned.notBefore.getTime() - now.getTime()).to.be.at.most(11 * 3_600_000);
            expect(planned.waitsUntilIdle).to.equal(planned.asks !== undefined);
          }
        },
      ),
    );
  });
});

describe('stillHolds', () => {
  it('drops a reminder once what it waits for has come, and keeps what stays true', () => {
    expect(stillHolds('info_reminder', 'needs_info', rules)).to.equal(true);
    expect(stillHolds('info_reminder', 'in_progress', rules)).to.equal(false);
    expect(stillHolds('confirm_reminder', 'closed', rules)).to.equal(false);
    expect(stillHolds('late', 'resolved', rules)).to.equal(false);
    expect(stillHolds('rejected', 'reopened', rules)).to.equal(true);
  });

  it('holds an event that a transition causes in the status the transition leads to', () => {
    for (const { event, to, action } of TRANSITIONS) {
      if (event) for (const status of to) expect(stillHolds(event, status, rules), action).to.equal(true);
    }
  });
});

describe('loadNotices', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'notices-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const FAULTS: readonly (readonly [string, string, string, RegExp])[] = [
    ['an event has no row', '  unmerged:\n', '  unmerge:\n', /events/],
    [
      'a parameter is unknown',
      'params: [number, agency, address, reason, when]',
      'params: [number, agent]',
      /line \d+, events\.passed_on\.complainant\.params\.1/,
    ],
    ['an ask is unknown', 'asks: chronology', 'asks: history', /events\.ombudsman_offer\.complainant\.asks/],
    ['a status is unknown', 'holdsWhile: [withdrawn]', 'holdsWhile: [withdraw]', /events\.withdrawn\.holdsWhile\.0/],
    ['an audience is left out', '    supporter: ~\n  assigned:', '  assigned:', /events\.verified\.supporter/],
    [
      'a neutral template would tell something',
      'name: kabar_netral, params: []',
      'name: kabar_netral, params: [number]',
      /must tell nothing/,
    ],
    ['a time is no time', 'to: "07:00"', 'to: "7"', /quietHours\.to/],
  ];
  for (const [what, from, to, message] of FAULTS) {
    it(`refuses to start when ${what}`, () => {
      expect(TEXT).to.include(from);
      writeFileSync(join(dir, 'notices.yaml'), TEXT.replace(from, to));
      expect(() => loadNotices(dir)).to.throw(AppError, message);
    });
  }
});
