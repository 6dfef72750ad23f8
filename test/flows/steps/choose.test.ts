import { expect } from 'chai';
import type { Guess } from '../../../src/flows/state.js';
import { choose } from '../../../src/flows/steps/choose.js';
import { contextWith, message, stepFrom, tap } from '../step-context.js';

const step = stepFrom('choose', {
  text: 'intake.summary',
  options: [
    { id: 'send', label: 'option.send', words: 'send', next: 'reserve' },
    { id: 'photos', label: 'option.add_photo', words: 'add_photo', next: 'photos', ask: true },
    { id: 'anonim', label: 'option.anonim', words: 'anonim', set: { anonim: true }, forget: ['contact'], next: 'on' },
    { id: 'place', label: 'option.change_place', words: 'change_place', hidden: true, next: 'place', ask: true },
  ],
});
const next = (text: string) => {
  const outcome = choose.answer?.(step, contextWith(), message(text));
  return outcome?.type === 'goto' ? outcome.next : outcome?.type;
};

describe('choose', () => {
  it('shows labels in the language of the citizen, hidden options left out', () => {
    const [reply] = choose.enter(step, contextWith({}, { locale: 'en' })).effects ?? [];
    expect(reply).to.deep.include({
      options: [
        { id: 'send', label: 'Send' },
        { id: 'photos', label: 'Add a photo' },
        { id: 'anonim', label: 'Anonymous' },
      ],
    });
  });

  for (const text of ['1', '1.', 'no 1', 'nomor satu', 'yang pertama', 'ke-1', '1️⃣', '(1)', 'pilih 1', 'siji']) {
    it(`takes "${text}" for the first option`, () => expect(next(text)).to.equal('reserve'));
  }

  for (const text of [
    'Kirim',
    'KIRIM!!',
    'kirim aja ya pak',
    'krim',
    'kirm',
    'ya',
    'nggih',
    '👍',
    '👍🏽👍🏽',
    'iyaaaa',
    'send',
    'oke sip',
  ]) {
    it(`takes "${text}" for sending`, () => expect(next(text)).to.equal('reserve'));
  }

  for (const text of ['11', '1 2', '12', '0', '4', '1 bulan yang lalu', 'jangan kirim dulu']) {
    it(`does not take "${text}" for an option`, () => expect(next(text)).to.equal('free_text'));
  }

  it('hears a hidden option by its words', () => {
    expect(next('ubah lokasi')).to.equal('place');
  });

  it('applies what an option sets, forgets and asks', () => {
    expect(choose.answer?.(step, contextWith(), tap('anonim'))).to.deep.equal({
      type: 'goto',
      next: 'on',
      ask: false,
      set: { anonim: true },
      forget: ['contact'],
    });
    expect(choose.answer?.(step, contextWith(), tap('photos'))).to.deep.include({ next: 'photos', ask: true });
  });

  it('refuses a button it never offered', () => {
    expect(choose.answer?.(step, contextWith(), tap('forged'))?.type).to.equal('free_text');
  });

  it('is passed when its saved answer is known', () => {
    const saving = { ...step, save: 'way' };
    expect(choose.enter(saving, contextWith({ way: 'anonim' }))).to.deep.include({ type: 'goto', next: 'on' });
    expect(choose.enter(saving, contextWith({ way: 'gone' })).type).to.equal('wait');
  });
});

describe('choose among categories', () => {
  const guess: Guess = {
    type: 'guess',
    kind: 'pengaduan',
    category: 'jalan',
    confidence: 0.4,
    candidates: [
      { category: 'jalan', confidence: 0.4 },
      { category: 'pungli', confidence: 0.3 },
    ],
    urgency: 'biasa',
    evidence: ['lubang'],
    restricted: false,
    by: 'classifier',
  };
  const category = stepFrom('choose', {
    text: 'intake.category',
    candidates: { from: 'guess', next: 'on' },
    options: [{ id: 'other', label: 'option.not_these', words: 'not_these', category: 'lainnya', next: 'on' }],
  });
  const chosen = (text: string) => choose.answer?.(category, contextWith({ guess }), message(text))?.set?.['guess'];

  it('offers what was found, then none of these', () => {
    const [reply] = choose.enter(category, contextWith({ guess })).effects ?? [];
    expect(reply)
      .to.have.property('options')
      .that.deep.equals([
        { id: 'jalan', label: 'Jalan' },
        { id: 'pungli', label: 'Pungli' },
        { id: 'other', label: 'Bukan ini' },
      ]);
  });

  it('keeps what the classifier found beside the choice', () => {
    expect(chosen('1')).to.deep.equal({ ...guess, by: 'complainant' });
    expect(chosen('bukan ini')).to.deep.equal({ ...guess, category: 'lainnya', by: 'complainant' });
  });

  it('takes a category told in words: by its name, or by what the classifier makes of it', () => {
    expect(chosen('jalann')).to.deep.include({ category: 'jalan', by: 'complainant' });
    const found = { candidates: [{ category: 'pungli', confidence: 0.8 }] };
    const told = (text: string) => choose.answer?.(category, contextWith({ guess }, { found }), message(text));
    expect(told('dimintai uang')?.set?.['guess']).to.deep.include({ category: 'pungli' });
    expect(told('dimintai uang oleh petugas loket kemarin')?.type).to.equal('free_text');
    expect(choose.answer?.(category, contextWith({ guess }), message('entah apa'))?.type).to.equal('free_text');
  });

  it('makes a report restricted with a restricted category, and never open again', () => {
    expect(chosen('pungli')).to.deep.include({ category: 'pungli', restricted: true });
    const restricted = contextWith({ guess: { ...guess, restricted: true } });
    expect(choose.answer?.(category, restricted, message('jalan'))?.set?.['guess']).to.deep.include({
      restricted: true,
    });
  });
});
