import { expect } from 'chai';
import fc from 'fast-check';
import { DRAFT_STEP, type EngineState, IDLE, type Input, type ReadValue } from '../../src/flows/state.js';
import { play } from './play.js';
import { loadReal } from './real-flows.js';

const AT = '2026-08-03T09:00:00+07:00';
const MAX_STATE_BYTES = 16_384;
const { engine, texts, flows } = loadReal();

const said = fc.constantFrom(
  'halo',
  'menu',
  'batal',
  'lanjut',
  'bantuan',
  'status',
  'petugas',
  'bahasa',
  'hapus data',
  'ya',
  'tidak',
  'kirim',
  'ubah',
  'foto',
  'anonim',
  'lewati',
  'kemarin',
  '1',
  '2',
  '3',
  '4',
  '8',
  '99',
  'mau lapor',
  'english',
  'LP-260801-0007',
  'LP-260801-0007 1234 5678 9012 3456',
  'Lampu jalan mati di Jl. Mawar RT 03 sejak seminggu',
  'jalan rusak parah',
  'di depan Pasar Turi',
  'petugas minta uang supaya surat cepat jadi',
  'ada kebakaran di Jl. Kenanga',
  'asdf',
  'bagaimana cara mengurus KTP',
  'usul dibangun taman bermain',
  '👍',
  '...',
  '__proto__',
  'constructor',
  '{{receipt}}',
  '{place}',
);
const odd = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constantFrom(
    '',
    'a\u0301\u0302\u0303'.repeat(300),
    '\u202eterbalik',
    '😀'.repeat(3000),
    'x'.repeat(20_000),
    '"\\\n'.repeat(4000),
  ),
);
const steps = [...flows.all.values()].flatMap((flow) => Object.keys(flow.steps).map((step) => `${flow.id}.${step}`));
const options = [
  'send',
  'photos',
  'change',
  'naming',
  'yes',
  'no',
  'today',
  'anonim',
  'place',
  'id',
  'en',
  'lainnya',
  '__proto__',
];

const message: fc.Arbitrary<Input> = fc.record({
  type: fc.constant('message' as const),
  at: fc.constant(AT),
  text: fc.oneof({ weight: 4, arbitrary: said }, { weight: 1, arbitrary: odd }),
  early: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  attachments: fc.array(
    fc.record({
      kind: fc.constantFrom('image' as const, 'audio' as const),
      fileId: fc.uuid(),
    }),
    { maxLength: 15 },
  ),
});
const tapped = fc.tuple(message, fc.constantFrom(...steps), fc.constantFrom(...options)).map(
  ([input, step, option]): Input => ({
    ...input,
    ...(input.type === 'message' ? { choice: { step, seq: 1, option } } : {}),
  }),
);
const located = message.map(
  (input): Input => ({
    ...input,
    ...(input.type === 'message' ? { location: { latitude: -7.2, longitude: 112.7, name: 'x'.repeat(5000) } } : {}),
  }),
);
const other = fc.constantFrom<Input>(
  { type: 'timer', at: AT, name: 'remind' },
  { type: 'timer', at: AT, name: 'expire' },
  { type: 'resume', at: AT },
);
const input = fc.oneof(
  { weight: 8, arbitrary: message },
  { weight: 2, arbitrary: tapped },
  { weight: 1, arbitrary: located },
  { weight: 1, arbitrary: other },
);
const reads = fc.infiniteStream(fc.boolean());

describe('engine, whatever comes', () => {
  it('always answers, keeps its state small and as JSON, and holds three runs at most', () => {
    fc.assert(
      fc.property(fc.array(input, { maxLength: 40, size: 'max' }), reads, (inputs, luck) => {
        let state: EngineState = IDLE;
        for (const each of inputs) {
          const played = play(engine, texts, state, each, () => (luck.next().value ? FOUND : { found: false }));
          state = played.state;
          const answered = played.bubbles.length > 0 || played.handsOver !== undefined;
          expect(answered || each.type !== 'message', 'answered').to.equal(true);
          for (const bubble of played.bubbles) expect(bubble.text.trim(), 'text').to.not.equal('');
          expect(JSON.parse(JSON.stringify(state)), 'JSON').to.deep.equal(state);
          expect(Buffer.byteLength(JSON.stringify(state)), 'bytes').to.be.below(MAX_STATE_BYTES);
          expect(state.runs.length, 'runs').to.be.at.most(3);
          expect(state.runs.filter((run) => run.step === DRAFT_STEP).length, 'drafts').to.be.at.most(1);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('decides the same on the same', () => {
    fc.assert(
      fc.property(fc.array(input, { maxLength: 10 }), (inputs) => {
        const once = () => {
          let state: EngineState = IDLE;
          return inputs.map((each) => {
            const played = play(engine, texts, state, each, () => FOUND);
            state = played.state;
            return played;
          });
        };
        expect(once()).to.deep.equal(once());
      }),
      { numRuns: 50 },
    );
  });
});

const FOUND: ReadValue = {
  found: true,
  answers: {
    case_number: 'LP-260803-0001',
    number: 'LP-260801-0007',
    status: 'received',
    status_label: 'Diterima',
    category: 'jalan',
    category_label: 'Jalan',
    unit: 'Dinas PU',
    received_on: 'Sabtu',
    due_on: 'Kamis',
    count: 2,
    list: 'LP-260801-0007: Diterima',
  },
};
