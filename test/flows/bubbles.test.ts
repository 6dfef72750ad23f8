import { expect } from 'chai';
import { toBubbles } from '../../src/flows/bubbles.js';
import type { Reply } from '../../src/flows/step.js';
import { texts } from './step-context.js';

const reply = (text: string, more: Partial<Reply> = {}): Reply => ({ type: 'reply', text, params: {}, ...more });
const question = reply('staff.offer', {
  expect: 'choice',
  step: 'offer.offer',
  options: [
    { id: 'yes', label: 'Ya' },
    { id: 'no', label: 'Tidak' },
  ],
});

describe('toBubbles', () => {
  it('says everything of one turn in one bubble, options numbered in its text', () => {
    const bubbles = toBubbles([reply('engine.back', { note: true }), question], 'id', texts);
    expect(bubbles).to.deep.equal([
      {
        text: 'Kita lanjutkan, ya.\n\nMaaf, saya belum juga paham. Mau saya sambungkan ke petugas?\n\n1. Ya\n2. Tidak',
        options: [
          { id: 'yes', label: 'Ya' },
          { id: 'no', label: 'Tidak' },
        ],
        expect: 'choice',
        step: 'offer.offer',
        kind: 'prompt',
      },
    ]);
  });

  it('says danger numbers first, apart from the rest', () => {
    const bubbles = toBubbles([question, reply('danger.fire', { urgent: true })], 'id', texts);
    expect(bubbles.map((bubble) => bubble.kind)).to.deep.equal(['urgent', 'prompt']);
    expect(bubbles[0]?.text).to.include('113');
  });

  it('leaves open only the last of two questions', () => {
    const [bubble] = toBubbles(
      [question, reply('intake.place', { expect: 'location', step: 'intake.place' })],
      'id',
      texts,
    );
    expect(bubble).to.deep.include({ step: 'intake.place', expect: 'location' });
    expect(bubble).to.not.have.property('options');
  });

  it('never lets a receipt or an ending be superseded like a question', () => {
    const filed = reply('intake.filed', {
      expect: 'nothing',
      receiptFor: 'LP-1',
      params: { case_number: 'LP-1', receiptCode: '{{receipt}}' },
    });
    const [bubble] = toBubbles([filed, question], 'id', texts);
    expect(bubble).to.deep.include({ kind: 'reply', receiptFor: 'LP-1' });
    expect(bubble?.text).to.include('{{receipt}}');
  });

  it('has nothing to say for effects without words', () => {
    expect(toBubbles([{ type: 'handover', reason: 'asked' }], 'id', texts)).to.deep.equal([]);
  });
});
