import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseRoute, toHash } from '../../../src/console/staff/address.js';
import { createServerClock } from '../../../src/console/staff/live/server-clock.js';
import { readFaults } from '../../../src/console/staff/pages/admin/read-faults.js';
import { deviceName } from '../../../src/console/staff/pages/me/device-name.js';
import { stageNow } from '../../../src/console/staff/parts/sla.js';
import { dateOnly, dateTime, dayName, shortTime, spanText } from '../../../src/console/staff/parts/time.js';
import { fill, TEXTS } from '../../../src/console/staff/texts/texts.js';

const HOUR_MS = 3_600_000;

describe("the service's clock in the page", () => {
  it("runs on from what the service said, whatever the browser's date is", () => {
    let counter = 5_000;
    const clock = createServerClock(() => counter, 0);
    clock.set('2026-11-24T08:00:00.000Z');
    counter += 90_000;
    expect(new Date(clock.nowMs()).toISOString()).to.equal('2026-11-24T08:01:30.000Z');
    clock.set('2026-11-24T09:00:00.000Z');
    expect(new Date(clock.nowMs()).toISOString()).to.equal('2026-11-24T09:00:00.000Z');
  });

  it('keeps its time when what it is told is no time', () => {
    const clock = createServerClock(() => 0, 42);
    clock.set('soon');
    expect(clock.nowMs()).to.equal(42);
  });
});

describe('a deadline on the screen', () => {
  const dueAt = '2026-11-24T08:00:00.000Z';
  const dueMs = Date.parse(dueAt);

  it('is missed the moment it has passed, before the service says so', () => {
    const clock = { stage: 'due_soon', dueAt, isPaused: false } as const;
    expect(stageNow(clock, dueMs - 1)).to.equal('due_soon');
    expect(stageNow(clock, dueMs)).to.equal('breached');
  });

  it('is not missed while it is paused', () => {
    expect(stageNow({ stage: 'on_track', dueAt, isPaused: true }, dueMs + HOUR_MS)).to.equal('on_track');
  });
});

describe('times in words', () => {
  it('count seconds when it is about to happen, else two units at most', () => {
    expect(spanText(61_000, TEXTS.id)).to.equal('1:01');
    expect(spanText(-5, TEXTS.id)).to.equal('0:00');
    expect(spanText(14 * 60_000, TEXTS.id)).to.equal('14 mnt');
    expect(spanText(2.5 * HOUR_MS, TEXTS.en)).to.equal('2 h 30 min');
    expect(spanText(50 * HOUR_MS, TEXTS.id)).to.equal('2 hari 2 jam');
  });

  it("are of the office's day, not the browser's", () => {
    const now = Date.parse('2026-11-24T18:00:00.000Z');
    expect(dayName('2026-11-24T17:30:00.000Z', now, 'id', 'Asia/Jakarta', TEXTS.id)).to.equal('Hari ini');
    expect(dayName('2026-11-24T16:30:00.000Z', now, 'id', 'Asia/Jakarta', TEXTS.id)).to.equal('Kemarin');
    expect(shortTime('2026-11-24T17:30:00.000Z', now, 'id', 'Asia/Jakarta')).to.equal('00.30');
    expect(shortTime('2026-11-22T17:30:00.000Z', now, 'id', 'WIB')).to.equal('23 Nov');
    expect(shortTime('2026-11-24T17:30:00.000Z', now, 'id', 'WIT')).to.equal('02.30');
  });

  it('say which of the three zones of the country they are of', () => {
    expect(dateTime('2026-11-24T17:30:00.000Z', 'id', 'WITA')).to.equal('25 Nov 2026, 01.30 WITA');
    expect(dateTime('2026-11-24T17:30:00.000Z', 'en', 'Asia/Jakarta')).to.equal('Nov 25, 2026, 00:30');
  });

  it('name the weekday of a day, which no zone moves', () => {
    expect(dateOnly('2026-03-20', 'id')).to.equal('Jum, 20 Mar 2026');
  });
});

describe('addresses within the console', () => {
  it('come back as they were written', () => {
    const hash = toHash(['cases', 'LP/1 é'], { view: 'all', q: 'a&b', none: undefined });
    expect(parseRoute(hash)).to.deep.equal({ parts: ['cases', 'LP/1 é'], query: { view: 'all', q: 'a&b' } });
  });

  it('survive a broken escape', () => {
    expect(parseRoute('#/inbox/%E0%A4%A').parts).to.deep.equal(['inbox', '%E0%A4%A']);
  });
});

describe('texts of the console', () => {
  const placeholders = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();

  for (const key of Object.keys(TEXTS.id) as (keyof typeof TEXTS.id)[]) {
    if (TEXTS.id[key].trim() === '' || TEXTS.en[key]?.trim() === '') {
      it(`says something for ${key}`, () => expect.fail('empty'));
    }
  }

  it('are the same set in both languages, with the same placeholders', () => {
    expect(Object.keys(TEXTS.en).sort()).to.deep.equal(Object.keys(TEXTS.id).sort());
    const differ = (Object.keys(TEXTS.id) as (keyof typeof TEXTS.id)[]).filter(
      (key) => placeholders(TEXTS.id[key]).join() !== placeholders(TEXTS.en[key]).join(),
    );
    expect(differ).to.deep.equal([]);
  });

  it('fill only what is given', () => {
    expect(fill('{a} {b}', { a: 1 })).to.equal('1 {b}');
  });
});

describe('why a file of rules was refused', () => {
  it('is told by field where the service names one, and as it stands where not', () => {
    const told = [
      "tone.yaml can't be used:",
      '  line 12, rules.blame.words: must name words',
      '  rules.late.advice.en: Invalid input',
      '  unit "x" is gone; give it abolishedOn',
    ].join('\n');
    expect(readFaults(told)).to.deep.equal([
      { at: 'rules.blame.words', why: 'must name words' },
      { at: 'rules.late.advice.en', why: 'Invalid input' },
      { at: '', why: 'unit "x" is gone; give it abolishedOn' },
    ]);
    expect(readFaults('there is no rules.x that could be changed')).to.deep.equal([
      { at: '', why: 'there is no rules.x that could be changed' },
    ]);
  });
});

describe('a device that is signed in', () => {
  const named = {
    'Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36':
      'Samsung Internet di Android',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0':
      'Edge di Windows',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1':
      'Safari di iPhone',
    'curl/8.5.0': 'curl/8.5.0',
  };
  for (const [userAgent, name] of Object.entries(named)) {
    it(`is called ${name}`, () => expect(deviceName(userAgent, TEXTS.id.meDevice)).to.equal(name));
  }
});

describe('style sheets of the console', () => {
  it('leave alone what another page has styled: once fetched, all of them hold everywhere', () => {
    const root = join(import.meta.dirname, '../../../src/console/staff');
    const sheets = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.css'));
    const owners = new Map<string, Set<string>>();
    for (const sheet of sheets) {
      const text = readFileSync(join(root, sheet), 'utf8').replace(/\/\*.*?\*\//gs, '');
      // rules of a media query begin further in
      for (const [, selectors = ''] of text.matchAll(/^([^\s{}@][^{}@]*)\{/gm)) {
        for (const selector of selectors.split(',').map((each) => each.trim()))
          owners.set(selector, (owners.get(selector) ?? new Set()).add(sheet));
      }
    }
    const shared = [...owners].filter(([selector, of]) => selector.startsWith('.') && of.size > 1);
    expect(shared.map(([selector, of]) => `${selector}: ${[...of].join(', ')}`)).to.deep.equal([]);
  });
});
