import { expect } from 'chai';
import { locate } from '../../../src/flows/steps/locate.js';
import { contextWith, message, stepFrom } from '../step-context.js';

const step = stepFrom('locate', {
  text: 'intake.place',
  retry: 'intake.place_retry',
  save: 'place',
  skip: { words: 'skip', text: 'intake.no_place' },
  next: 'on',
});
const saved = (text: string, ctx = contextWith()) => locate.answer?.(step, ctx, message(text))?.set;

describe('locate', () => {
  it('is passed when the place is known', () => {
    const answers = { place: { type: 'place', text: 'Jl. Mawar' } } as const;
    expect(locate.enter(step, contextWith(answers))).to.deep.equal({ type: 'goto', next: 'on' });
  });

  it('takes a shared location, under the name it came with', () => {
    const at = { latitude: -7.2, longitude: 112.7 };
    const named = message('', { location: { ...at, name: 'Balai Kota' } });
    expect(locate.answer?.(step, contextWith(), named)?.set).to.deep.equal({
      place: { type: 'place', text: 'Balai Kota', ...at },
    });
    const plain = message('', { location: at });
    expect(locate.answer?.(step, contextWith(), plain)?.set?.['place']).to.deep.include({
      text: 'Lokasi yang dibagikan',
    });
  });

  it('keeps the whole answer in words, with coordinates when a map link was in it', () => {
    const extracted = { place: { text: 'Jl. Mawar', latitude: -7.2, longitude: 112.7 } };
    expect(saved('Jl. Mawar belakang masjid', contextWith({}, { extracted }))).to.deep.equal({
      place: { type: 'place', text: 'Jl. Mawar belakang masjid', latitude: -7.2, longitude: 112.7 },
    });
  });

  it('also takes the time from the answer, and leaves it out of the place', () => {
    const extracted = { time: { text: 'sejak kemarin', fromOn: '2026-08-02' } };
    expect(saved('Jl. Mawar, sejak kemarin', contextWith({}, { extracted }))).to.deep.equal({
      place: { type: 'place', text: 'Jl. Mawar' },
      time: { type: 'moment', text: 'sejak kemarin', fromOn: '2026-08-02' },
    });
  });

  it('does not overwrite a time that was given before', () => {
    const answers = { time: { type: 'moment', text: 'Senin' } } as const;
    const extracted = { time: { text: 'sejak kemarin' } };
    expect(saved('Jl. Mawar, sejak kemarin', contextWith(answers, { extracted }))).to.not.have.property('time');
  });

  it('can be left out', () => {
    expect(saved('lewati aja')).to.deep.equal({ place: { type: 'place', text: 'tidak di satu tempat tertentu' } });
  });

  for (const text of ['a', '...', 'ya', 'kirim', '👍']) {
    it(`does not take "${text}" for a place`, () => {
      expect(locate.answer?.(step, contextWith(), message(text))).to.deep.equal({
        type: 'missed',
        text: 'intake.place_retry',
      });
    });
  }
});
