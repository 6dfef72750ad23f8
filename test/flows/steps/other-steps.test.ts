import { expect } from 'chai';
import { attach } from '../../../src/flows/steps/attach.js';
import { branch } from '../../../src/flows/steps/branch.js';
import { call } from '../../../src/flows/steps/call.js';
import { classify } from '../../../src/flows/steps/classify.js';
import { confirm } from '../../../src/flows/steps/confirm.js';
import { contact } from '../../../src/flows/steps/contact.js';
import { end } from '../../../src/flows/steps/end.js';
import { handover } from '../../../src/flows/steps/handover.js';
import { say } from '../../../src/flows/steps/say.js';
import { contextWith, message, stepFrom, tap } from '../step-context.js';

const photo = (fileId: string) => ({ kind: 'image' as const, fileId });

describe('say', () => {
  it('says its text and goes on', () => {
    const outcome = say.enter(stepFrom('say', { text: 'intake.sensitive', next: 'on' }), contextWith());
    expect(outcome).to.deep.include({ type: 'goto', next: 'on' });
    expect(outcome.effects).to.have.lengthOf(1);
  });
});

describe('attach', () => {
  const step = stepFrom('attach', {
    text: 'intake.photos',
    retry: 'intake.photos_retry',
    save: 'evidence',
    next: 'on',
  });
  const sent = (attachments: ReturnType<typeof photo>[], answers = {}) =>
    attach.answer?.(step, contextWith(answers), message('', { attachments }));

  it('adds files to those that are there', () => {
    expect(sent([photo('b')], { evidence: [photo('a')] })).to.deep.include({
      type: 'goto',
      next: 'on',
      set: { evidence: [photo('a'), photo('b')] },
    });
  });

  it('keeps a file once that came twice', () => {
    expect(sent([photo('a')], { evidence: [photo('a')] })?.set).to.deep.equal({ evidence: [photo('a')] });
  });

  it('keeps ten, and says that there is no room for more', () => {
    const outcome = sent(Array.from({ length: 12 }, (_, index) => photo(String(index))));
    expect(outcome?.set?.['evidence']).to.have.lengthOf(10);
    expect(outcome?.effects).to.have.lengthOf(1);
  });

  it('goes on without any, and removes what is there when told to', () => {
    expect(attach.answer?.(step, contextWith(), message('sudah cukup'))).to.deep.equal({ type: 'goto', next: 'on' });
    expect(attach.answer?.(step, contextWith(), message('fotonya menyusul'))?.type).to.equal('free_text');
    expect(attach.answer?.(step, contextWith(), message('selesai kak'))).to.deep.equal({ type: 'goto', next: 'on' });
    expect(attach.answer?.(step, contextWith(), tap('remove'))?.set).to.deep.equal({ evidence: [] });
  });
});

describe('confirm', () => {
  const step = stepFrom('confirm', { text: 'erase.sure', yes: 'erase', no: 'kept' });
  const next = (text: string) => {
    const outcome = confirm.answer?.(step, contextWith(), message(text));
    return outcome?.type === 'goto' ? outcome.next : outcome?.type;
  };

  for (const text of ['y', 'iya', 'yoi', 'nggih', 'muhun', '👍', '1', 'ya betul', 'yes please', 'oke deh']) {
    it(`takes "${text}" for yes`, () => expect(next(text)).to.equal('erase'));
  }
  for (const text of ['gak', 'ndak', 'ora', 'henteu', 'mboten', '👎', '2', 'tidak usah ya', 'nggak jadi dong', 'no']) {
    it(`never takes "${text}" for yes`, () => expect(next(text)).to.not.equal('erase'));
  }
  for (const text of ['gak', 'ndak', 'ora', 'henteu', '👎', '2', 'tidak pak', 'jangan dong']) {
    it(`takes "${text}" for no`, () => expect(next(text)).to.equal('kept'));
  }
});

describe('contact', () => {
  const step = stepFrom('contact', {
    text: 'intake.contact',
    retry: 'intake.contact_retry',
    save: 'contact',
    skip: 'skip',
    next: 'on',
  });
  const answer = (text: string) => contact.answer?.(step, contextWith(), message(text));

  for (const [text, saved] of [
    ['0812-3456-7890', '+6281234567890'],
    ['hubungi saya di +62 812 3456 7890 ya', '+6281234567890'],
    ['(031) 5345 689', '+62315345689'],
    ['0044 20 7946 0958', '+442079460958'],
    ['Nama.Saya@Contoh.ID', 'nama.saya@contoh.id'],
  ] as const) {
    it(`reads "${text}"`, () => expect(answer(text)?.set).to.deep.equal({ contact: saved }));
  }

  it('may be withheld', () => {
    expect(answer('tidak perlu')).to.deep.equal({ type: 'goto', next: 'on', forget: ['contact'] });
  });

  for (const text of ['12345', '1111 2222 3333 4444', 'lewat wa saja', '@']) {
    it(`does not take "${text}" for a contact`, () => expect(answer(text)?.type).to.equal('missed'));
  }
});

describe('classify', () => {
  const step = stepFrom('classify', {
    from: 'description',
    save: 'guess',
    otherwise: 'lainnya',
    kinds: { bukan_laporan: 'pengaduan' },
    sureFrom: 0.5,
    lead: 0.1,
    sure: 'on',
    unsure: 'ask_category',
  });
  const two = (first: number, second: number) => [
    { category: 'jalan', confidence: first },
    { category: 'pungli', confidence: second },
  ];
  const enter = (candidates: ReturnType<typeof two>, answers = {}) =>
    classify.enter(step, contextWith({ description: 'x', ...answers }, { found: { candidates } }));

  it('goes on with the best guess when it is sure, or well ahead', () => {
    expect(enter(two(0.6, 0.59))).to.deep.include({ next: 'on' });
    expect(enter(two(0.3, 0.1))).to.deep.include({ next: 'on' });
  });

  it('asks when two are near each other', () => {
    expect(enter(two(0.3, 0.25))).to.deep.include({ next: 'ask_category' });
  });

  it('leaves to a person what points nowhere, without asking', () => {
    const outcome = enter([]);
    expect(outcome).to.deep.include({ next: 'on' });
    expect(outcome.set?.['guess']).to.deep.include({ category: 'lainnya', confidence: 0, by: 'classifier' });
  });

  it('leaves standing what the complainant chose, and restricted what was', () => {
    const chosen = {
      type: 'guess',
      kind: 'pengaduan',
      category: 'lainnya',
      confidence: 0,
      candidates: [],
      urgency: 'biasa',
      evidence: [],
      restricted: true,
      by: 'complainant',
    };
    const outcome = enter(two(0.3, 0.25), { guess: chosen });
    expect(outcome).to.deep.include({ next: 'on' });
    expect(outcome.set?.['guess']).to.deep.include({ category: 'lainnya', by: 'complainant', restricted: true });
  });

  it('takes place and time from the text, but never over what was given', () => {
    const extracted = { place: { text: 'Jl. Mawar' }, time: { text: 'kemarin' } };
    const place = { type: 'place', text: 'Jl. Melati' } as const;
    const outcome = classify.enter(step, contextWith({ description: 'x', place }, { extracted }));
    expect(outcome.set).to.have.property('time');
    expect(outcome.set).to.not.have.property('place');
  });

  it('replaces a kind that makes no sense here', () => {
    const outcome = classify.enter(step, contextWith({ description: 'x' }, { found: { kind: 'bukan_laporan' } }));
    expect(outcome.set?.['guess']).to.deep.include({ kind: 'pengaduan' });
  });
});

describe('branch', () => {
  const step = stepFrom('branch', {
    cases: [
      { answer: 'guess.kind', is: 'informasi', next: 'question' },
      { answer: 'evidence', known: true, set: { seen: true }, next: 'photo' },
      { answer: 'message', words: 'thanks', next: 'thanks' },
      { answer: 'message', minWords: 4, next: 'story' },
    ],
    default: 'else',
  });
  const taken = (answers: object) => branch.enter(step, contextWith(answers as never));

  it('takes the first case that holds', () => {
    expect(taken({ guess: { type: 'guess', kind: 'informasi' }, evidence: [photo('a')] })).to.deep.include({
      next: 'question',
    });
  });

  it('knows an empty list for nothing', () => {
    expect(taken({ evidence: [photo('a')] })).to.deep.equal({ type: 'goto', next: 'photo', set: { seen: true } });
    expect(taken({ evidence: [] })).to.deep.include({ next: 'else' });
  });

  it('compares whole messages with words, and counts them', () => {
    expect(taken({ message: 'Terima kasih ya!' })).to.deep.include({ next: 'thanks' });
    expect(taken({ message: 'terima kasih tapi jalannya masih rusak' })).to.deep.include({ next: 'story' });
    expect(taken({ message: 'rusak' })).to.deep.include({ next: 'else' });
  });
});

describe('call', () => {
  it('asks for a look-up with the answers it names, and saves what it names of what is found', () => {
    const step = stepFrom('call', {
      read: 'find_case',
      args: { number: 'wanted', code: 'code' },
      with: { of: 'open' },
      gives: ['status'],
      next: 'show',
      missing: 'none',
    });
    expect(call.enter(step, contextWith({ wanted: 'LP-1' }))).to.deep.equal({
      type: 'wait',
      effects: [{ type: 'read', name: 'find_case', args: { number: 'LP-1', of: 'open' } }],
    });
    const found = { status: 'received', reason: 'an answer that the flow asks for' };
    expect(call.read?.(step, contextWith(), { found: true, answers: found })).to.deep.equal({
      type: 'goto',
      next: 'show',
      set: { status: 'received' },
    });
    expect(call.read?.(step, contextWith(), { found: false })).to.deep.equal({ type: 'goto', next: 'none' });
  });

  it('has something done with all answers', () => {
    const step = stepFrom('call', { do: 'file_case', next: 'filed' });
    const answers = { description: 'jalan rusak' };
    expect(call.enter(step, contextWith(answers))).to.deep.equal({
      type: 'goto',
      next: 'filed',
      effects: [{ type: 'do', name: 'file_case', args: answers }],
    });
  });
});

describe('handover', () => {
  it('says so and hands over', () => {
    const outcome = handover.enter(stepFrom('handover', { text: 'staff.asked', reason: 'asked' }), contextWith());
    expect(outcome).to.deep.include({ type: 'end' });
    expect(outcome.effects?.at(-1)).to.deep.equal({ type: 'handover', reason: 'asked' });
  });
});

describe('end', () => {
  it('hands over the receipt of the case that an answer names', () => {
    const step = stepFrom('end', { text: 'intake.filed', receipt: 'case_number' });
    const [reply] = end.enter(step, contextWith({ case_number: 'LP-1' })).effects ?? [];
    expect(reply).to.deep.include({ receiptFor: 'LP-1' });
  });

  it('starts another flow with the answers it carries', () => {
    const step = stepFrom('end', { flow: 'intake', carry: { description: 'message', place: 'place' } });
    expect(end.enter(step, contextWith({ message: 'jalan rusak' }))).to.deep.include({
      start: { flow: 'intake', answers: { description: 'jalan rusak' } },
    });
  });
});
