import { expect } from 'chai';
import type { Classification } from '../../src/classification/types.js';
import { answerAt } from '../../src/flows/answers/typed-answers.js';
import type { Step } from '../../src/flows/schema.js';
import { type Answers, type EngineState, IDLE, type Input, type ReadValue } from '../../src/flows/state.js';
import { STEP_KINDS } from '../../src/flows/step-kinds.js';
import { type Played, play, type Reads } from './play.js';
import { loadReal } from './real-flows.js';
import { readTranscripts, type Transcript, type TranscriptTurn } from './transcript.js';

const MAX_STATE_BYTES = 16_384;
const { engine: real, engineFinding, texts, flows } = loadReal();
const passed = new Set<string>();

describe('transcripts', () => {
  for (const { file, transcript } of readTranscripts()) {
    it(`${file}: ${transcript.about}`, () => {
      let state: EngineState = IDLE;
      let filed: Answers | undefined;
      const engine = transcript.finds ? engineFinding(definedIn(transcript.finds)) : real;
      for (const [index, turn] of transcript.turns.entries()) {
        const played = play(engine, texts, state, inputOf(turn, transcript.now, index), readsOf(transcript));
        for (const step of played.path) passed.add(step);
        expectTurn(turn, played, `turn ${index + 1}`);
        state = played.state;
        filed = played.does.find((each) => each.name === 'file_case')?.args ?? filed;
      }
      for (const [path, value] of Object.entries(transcript.files ?? {})) {
        expect(shown(filed, path), `filed ${path}`).to.equal(value);
      }
    });
  }

  it('pass through every step of every flow', () => {
    const all = [...flows.all.values()].flatMap((flow) => Object.keys(flow.steps).map((step) => `${flow.id}.${step}`));
    expect(all.filter((step) => !passed.has(step))).to.deep.equal([]);
  });

  it('pass through every kind of step', () => {
    const kinds = new Set(
      [...flows.all.values()].flatMap((flow) => Object.values(flow.steps).map((step) => step.kind)),
    );
    expect(Object.keys(STEP_KINDS).filter((kind) => !kinds.has(kind as Step['kind']))).to.deep.equal([]);
  });
});

function expectTurn(turn: TranscriptTurn, played: Played, where: string): void {
  expect(played.said, `${where} says`).to.deep.equal(turn.we);
  for (const words of turn.shows ?? []) expect(played.shown, `${where} shows`).to.include(words);
  for (const words of turn.hides ?? []) expect(played.shown, `${where} hides`).to.not.include(words);
  if (turn.waits !== undefined) expect(played.waits ?? null, `${where} waits`).to.equal(turn.waits);
  expect(played.does[0]?.name, `${where} does`).to.equal(turn.does);
  expect(played.handsOver, `${where} hands over`).to.equal(turn.hands_over);
  expect(Buffer.byteLength(JSON.stringify(played.state)), `${where} state`).to.be.below(MAX_STATE_BYTES);
  expect(played.shown, `${where} text`).to.not.match(/undefined|\[object|(?<!\{)\{[a-z]/);
}

function inputOf(turn: TranscriptTurn, at: string, index: number): Input {
  if (turn.timer) return { type: 'timer', at, name: turn.timer };
  if (turn.staff) return { type: 'resume', at };
  if (turn.edits) return { type: 'edit', at, flow: 'edited', before: [turn.edits.from], text: turn.edits.to };
  if (turn.starts) return { type: 'start', at, ...turn.starts };
  const they = typeof turn.they === 'string' ? { text: turn.they } : (turn.they ?? {});
  const [step = '', option = ''] = they.tap?.split('/') ?? [];
  const photos = Array.from({ length: they.photos ?? 0 }, (_, number) => ({
    kind: 'image' as const,
    fileId: `file-${index}-${number}`,
  }));
  const voice = they.voice ? [{ kind: 'audio' as const, fileId: `voice-${index}` }] : [];
  return {
    type: 'message',
    at,
    text: they.text ?? '',
    early: they.early ?? false,
    ...(they.about ? { about: they.about } : {}),
    attachments: [...photos, ...voice],
    ...(they.tap ? { choice: { step, seq: index, option } } : {}),
    ...(they.at ? { location: { latitude: they.at[0], longitude: they.at[1] } } : {}),
    ...(they.sticker ? { unsupported: true } : {}),
    ...(they.too_large ? { tooLarge: true } : {}),
    ...(they.flaws ? { flaws: they.flaws } : {}),
  };
}

function readsOf({ reads }: Transcript): Reads {
  const found = (answers: Answers | undefined): ReadValue => (answers ? { found: true, answers } : { found: false });
  return (name, args) => {
    if (name === 'queue') return found({ is_open: true, ahead: 0, wait: 0, back: 'Senin, 07.30', ...reads.queue });
    if (name !== 'find_case') return found(reads[name]);
    return found(reads.find_case?.[`${args['number']}/${args['code']}`] ?? reads.find_case?.[`${args['number']}`]);
  };
}

function definedIn({ kind, candidates }: NonNullable<Transcript['finds']>): Partial<Classification> {
  return { ...(kind ? { kind } : {}), ...(candidates ? { candidates } : {}) };
}

function shown(answers: Answers | undefined, path: string): unknown {
  const value = answers && answerAt(answers, path);
  return Array.isArray(value) ? value.length : value;
}
