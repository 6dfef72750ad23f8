import { expect } from 'chai';
import { date } from '../../../src/flows/steps/date.js';
import { contextWith, message, stepFrom, tap } from '../step-context.js';

const step = stepFrom('date', {
  text: 'intake.time',
  retry: 'intake.time_retry',
  save: 'time',
  quick: [
    { id: 'today', label: 'option.today', says: 'hari ini' },
    { id: 'unknown', label: 'option.unsure', words: 'unsure' },
  ],
  next: 'on',
});

describe('date', () => {
  it('offers quick answers', () => {
    const [reply] = date.enter(step, contextWith()).effects ?? [];
    expect(reply).to.have.property('options').with.lengthOf(2);
  });

  it('is passed when the time is known', () => {
    const answers = { time: { type: 'moment', text: 'kemarin' } } as const;
    expect(date.enter(step, contextWith(answers))).to.deep.equal({ type: 'goto', next: 'on' });
  });

  it('reads the day of a quick answer from what it says, and shows it in the language of the citizen', () => {
    const ctx = contextWith(
      {},
      { locale: 'en', extract: (text) => (text === 'hari ini' ? { time: { text, fromOn: '2026-08-03' } } : {}) },
    );
    expect(date.answer?.(step, ctx, tap('today'))?.set).to.deep.equal({
      time: { type: 'moment', text: 'Today', fromOn: '2026-08-03' },
    });
  });

  it('takes "lupa" for not knowing', () => {
    expect(date.answer?.(step, contextWith(), message('lupa'))?.set).to.deep.equal({
      time: { type: 'moment', text: 'Tidak ingat' },
    });
  });

  it('keeps words it can not read, for a person to read', () => {
    expect(date.answer?.(step, contextWith(), message('habis lebaran'))?.set).to.deep.equal({
      time: { type: 'moment', text: 'habis lebaran' },
    });
  });

  it('takes a place or a story for more of the report', () => {
    const place = contextWith({}, { extracted: { place: { text: 'Jl. Mawar' } } });
    expect(date.answer?.(step, place, message('Jl. Mawar'))?.type).to.equal('free_text');
    expect(date.answer?.(step, contextWith(), message('sudah ada dua orang jatuh di situ'))?.type).to.equal(
      'free_text',
    );
  });

  it('keeps only the time of a long answer', () => {
    const ctx = contextWith({}, { extracted: { time: { text: 'sejak kemarin' } } });
    const outcome = date.answer?.(
      step,
      ctx,
      message('sejak kemarin itu sudah begitu pak tidak ada yang datang memperbaiki'),
    );
    expect(outcome?.set).to.deep.equal({ time: { type: 'moment', text: 'sejak kemarin' } });
  });

  for (const text of ['', '!', 'ok', 'kirim']) {
    it(`does not take "${text}" for a time`, () => {
      expect(date.answer?.(step, contextWith(), message(text))?.type).to.equal('missed');
    });
  }
});
