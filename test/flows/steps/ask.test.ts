import { expect } from 'chai';
import { ask } from '../../../src/flows/steps/ask.js';
import { contextWith, message, stepFrom } from '../step-context.js';

const step = stepFrom('ask', {
  text: 'intake.describe',
  retry: 'intake.describe_retry',
  save: 'description',
  minChars: 8,
  next: 'on',
});
const answer = (text: string, fields = {}, ctx = contextWith()) =>
  ask.answer?.({ ...step, ...fields }, ctx, message(text));

describe('ask', () => {
  it('puts the question and waits', () => {
    expect(ask.enter(step, contextWith())).to.deep.include({ type: 'wait' });
  });

  it('is passed when its answer is known, unless it is asked on purpose', () => {
    const answers = { description: 'jalan rusak' };
    expect(ask.enter(step, contextWith(answers))).to.deep.equal({ type: 'goto', next: 'on' });
    expect(ask.enter(step, contextWith(answers, { asked: true })).type).to.equal('wait');
  });

  it('saves a long enough answer and asks again for a short one', () => {
    expect(answer('jalan rusak')).to.deep.equal({ type: 'goto', next: 'on', set: { description: 'jalan rusak' } });
    expect(answer('rusak')).to.deep.equal({ type: 'missed', text: 'intake.describe_retry' });
  });

  it('asks for more when what is known is too short, and adds the answer to it', () => {
    const fields = { minChars: 2, minWords: 2, more: 'intake.describe_more' };
    const short = contextWith({ description: 'banjir' });
    const [reply] = ask.enter({ ...step, ...fields }, short).effects ?? [];
    expect(reply).to.deep.include({ text: 'intake.describe_more' });
    expect(answer('selutut sejak subuh', fields, short)?.set).to.deep.equal({
      description: 'banjir\nselutut sejak subuh',
    });
    const enough = contextWith({ description: 'banjir selutut' });
    expect(answer('jalan rusak', fields, enough)?.set).to.deep.equal({ description: 'jalan rusak' });
  });

  it('counts letters and digits only, so that emoji say nothing', () => {
    expect(answer('😀😀😀😀😀😀😀😀😀😀')?.type).to.equal('missed');
    expect(answer('. . . . . . . . .')?.type).to.equal('missed');
  });

  it('can be left out only where something else was sent', () => {
    const skip = { words: 'skip', unless: 'evidence', text: 'intake.no_description', next: 'unheard' };
    const withPhoto = contextWith({ evidence: [{ kind: 'image', fileId: 'f' }] });
    expect(answer('lewati', { skip }, withPhoto)).to.deep.include({ type: 'goto', next: 'unheard' });
    expect(answer('lewati', { skip })?.type).to.equal('missed');
  });

  it('finds a case number and its code however they are typed', () => {
    const fields = { format: 'case_number', save: 'wanted', saveCode: 'code' };
    expect(answer('lp 260801 0007, kodenya 1234-5678 90123456', fields)?.set).to.deep.equal({
      wanted: 'LP-260801-0007',
      code: '1234567890123456',
    });
    expect(answer('nomor 7', fields)?.type).to.equal('missed');
    expect(answer('lampu jalan di kampung kami mati', fields)?.type).to.equal('free_text');
  });

  it('finds a receipt code of 16 digits', () => {
    const fields = { format: 'receipt_code', save: 'code' };
    expect(answer('1234 5678 9012 3456', fields)?.set).to.deep.equal({ code: '1234567890123456' });
    expect(answer('123456789012345', fields)?.type).to.equal('missed');
    expect(answer('12345678901234567', fields)?.type).to.equal('missed');
  });

  it('bounds what is kept', () => {
    const saved = answer('x'.repeat(20_000))?.set?.['description'];
    expect(saved).to.have.lengthOf(8000);
    const other = answer('x'.repeat(20_000), { save: 'other' })?.set?.['other'];
    expect(other).to.have.lengthOf(4096);
  });
});
