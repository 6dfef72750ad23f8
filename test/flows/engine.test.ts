import { expect } from 'chai';
import type { Classification, Extraction } from '../../src/classification/types.js';
import { AppError } from '../../src/core/errors.js';
import { createEngine } from '../../src/flows/engine.js';
import { createFlows } from '../../src/flows/flow.js';
import { FlowSchema } from '../../src/flows/schema.js';
import { DRAFT_STEP, type EngineState, type FlowRun, IDLE, type Input, isIdle } from '../../src/flows/state.js';
import { message, NOTHING_FOUND, texts } from './step-context.js';

const AT = '2026-08-03T09:00:00+07:00';

const offer = {
  id: 'offer',
  version: 1,
  start: 'ask',
  steps: {
    ask: { kind: 'confirm', text: 'staff.offer', yes: 'go', no: 'back' },
    go: { kind: 'handover', text: 'staff.asked', reason: 'not_understood' },
    back: { kind: 'end', text: 'staff.go_on' },
  },
};
const entry = {
  id: 'entry',
  version: 1,
  start: 'go',
  gets: ['message'],
  steps: { go: { kind: 'end', flow: 'form', carry: { note: 'message' } } },
};
const status = {
  id: 'status',
  version: 1,
  start: 'ask',
  steps: {
    ask: {
      kind: 'ask',
      text: 'status.number',
      retry: 'status.number_retry',
      save: 'wanted',
      format: 'case_number',
      next: 'end',
    },
    end: { kind: 'end', text: 'status.not_found' },
  },
};
const form = {
  id: 'form',
  version: 2,
  start: 'colour',
  absorb: { text: 'note', files: 'files', place: 'place', time: 'time' },
  draft: ['note'],
  idle: { remindAfterMinutes: 30, remind: 'intake.remind', expireAfterMinutes: 60, expired: 'intake.expired' },
  steps: {
    colour: {
      kind: 'choose',
      text: 'menu.choose',
      save: 'colour',
      options: [{ id: 'red', label: 'option.yes', next: 'end' }],
    },
    end: { kind: 'end', text: 'entry.thanks' },
  },
};
const loop = {
  id: 'loop',
  version: 1,
  start: 'a',
  steps: { a: { kind: 'say', text: 'entry.thanks', next: 'b' }, b: { kind: 'say', text: 'entry.thanks', next: 'a' } },
};

const globals = {
  waiting: 'waiting',
  entry: 'entry',
  offer: 'offer',
  reference: 'status',
  words: {
    status: { words: 'global_status', flow: 'status' },
    cancel: { words: 'global_cancel', action: 'cancel' as const },
    resume: { words: 'global_resume', action: 'resume' as const },
  },
};

function engineWith(
  more: { found?: Partial<Classification>; extract?: (text: string, today: string) => Extraction } = {},
) {
  const flows = createFlows(
    [offer, entry, status, form, loop].map((flow) => FlowSchema.parse(flow)),
    globals,
    new Map(),
  );
  const classify = () => ({ ...NOTHING_FOUND, ...more.found });
  return createEngine({ flows, texts, classify, extract: more.extract ?? (() => ({})) });
}

const run = (more: Partial<FlowRun> = {}): FlowRun => ({
  flow: 'form',
  version: 2,
  step: 'colour',
  answers: {},
  turns: 0,
  ...more,
});
const stateWith = (...runs: FlowRun[]): EngineState => ({ ...IDLE, runs });
const said = (state: EngineState, input: Input, engine = engineWith()) => {
  const advance = engine.advance(state, input);
  return { ...advance, said: advance.effects.flatMap((effect) => (effect.type === 'reply' ? [effect.text] : [])) };
};

describe('engine', () => {
  it('starts the entry flow when nothing is asked, and carries the message on', () => {
    const { state } = said(IDLE, message('jalan rusak'));
    expect(state.runs).to.deep.equal([run({ answers: { note: 'jalan rusak' }, turns: 0 })]);
  });

  it('changes nothing that it was given', () => {
    const before = Object.freeze({
      ...stateWith(Object.freeze(run({ answers: Object.freeze({}) }))),
      warned: Object.freeze([]),
    });
    expect(() => said(before as EngineState, message('tidak jelas sama sekali'))).to.not.throw();
  });

  it('says which steps it passed', () => {
    expect(said(stateWith(run()), message('ya')).path).to.deep.equal(['form.end']);
  });

  it('gives up on a flow that never waits', () => {
    expect(() => said(IDLE, { type: 'start', at: AT, flow: 'loop', answers: {} }))
      .to.throw(AppError)
      .with.property('code', 'flow.invalid');
  });

  it('starts a flow from outside, beside what is open', () => {
    const { state } = said(stateWith(run()), { type: 'start', at: AT, flow: 'status', answers: {} });
    expect(state.runs.map((each) => each.flow)).to.deep.equal(['form', 'status']);
  });

  it('holds three runs at most: the topmost gives way', () => {
    const full = stateWith(run({ step: DRAFT_STEP }), run(), run({ flow: 'status', version: 1, step: 'ask' }));
    const { state } = said(full, { type: 'start', at: AT, flow: 'offer', answers: {} });
    expect(state.runs.map((each) => each.flow)).to.deep.equal(['form', 'form', 'offer']);
  });

  it('counts the day in the zone of the tenant', () => {
    const days: string[] = [];
    const engine = engineWith({
      extract: (_, today) => {
        days.push(today);
        return {};
      },
    });
    said(stateWith(run()), { ...message('jalan rusak sekali'), at: '2026-08-02T18:30:00Z' }, engine);
    expect(days).to.deep.equal(['2026-08-03']);
  });
});

describe('engine on an edited flow', () => {
  it('goes on at the same step of a newer version', () => {
    const { state, said: texts } = said(stateWith(run({ version: 1 })), message('9'));
    expect(texts).to.deep.equal(['engine.retry_choice', 'menu.choose']);
    expect(state.runs[0]).to.deep.include({ version: 2, step: 'colour' });
  });

  it('goes through it again, politely and with the answers, when the step is gone', () => {
    const old = run({ version: 1, step: 'gone', answers: { note: 'jalan rusak' } });
    const { state, said: texts } = said(stateWith(old), message('di depan pasar'));
    expect(texts).to.deep.equal(['engine.added', 'engine.flow_changed', 'menu.choose']);
    expect(state.runs[0]?.answers).to.deep.equal({ note: 'jalan rusak\ndi depan pasar' });
  });

  it('drops a run of a flow that is gone, and hears the message afresh', () => {
    const { state } = said(stateWith(run({ flow: 'gone' })), message('jalan rusak'));
    expect(state.runs.map((each) => each.flow)).to.deep.equal(['form']);
  });

  it('does not decide on a run that a newer process wrote', () => {
    expect(() => said(stateWith(run({ version: 3 })), message('ya')))
      .to.throw(AppError)
      .with.property('code', 'flow.newer_version');
  });
});

describe('engine limits', () => {
  it('hands over after 200 turns of one run, and starts counting again', () => {
    const { state, effects } = said(stateWith(run({ turns: 200 })), message('ya'));
    expect(effects.at(-1)).to.deep.equal({ type: 'handover', reason: 'limit' });
    expect(state.runs[0]).to.deep.include({ step: 'colour', turns: 0 });
    expect(said(stateWith(run({ turns: 199 })), message('ya')).state.runs).to.deep.equal([]);
  });

  it('lets a heavy draft go when it does not fit beside a new report', () => {
    const draft = run({ step: DRAFT_STEP, answers: { note: 'x'.repeat(8000) } });
    const heavy = said(stateWith(draft), message('y'.repeat(20_000))).state;
    expect(heavy.runs).to.have.lengthOf(1);
    expect(heavy.runs[0]?.step).to.equal('colour');
    const light = said(stateWith(draft), message('jalan rusak')).state;
    expect(light.runs).to.have.lengthOf(2);
  });
});

describe('engine and drafts', () => {
  const draft = run({ step: DRAFT_STEP, answers: { note: 'jalan rusak' }, turns: 7 });

  it('takes a draft up again, above whatever else is open, and counts its turns anew', () => {
    const { state, said: texts } = said(
      stateWith(draft, run({ flow: 'status', version: 1, step: 'ask' })),
      message('lanjut'),
    );
    expect(texts).to.deep.equal(['engine.resumed', 'menu.choose']);
    expect(state.runs.map((each) => each.step)).to.deep.equal(['ask', 'colour']);
    expect(state.runs[1]).to.deep.equal(run({ answers: { note: 'jalan rusak' } }));
  });

  it('keeps one draft: a newer one takes its place', () => {
    const { state } = said(stateWith(draft, run({ answers: { note: 'lampu mati' } })), message('batal'));
    expect(state.runs).to.deep.equal([run({ step: DRAFT_STEP, answers: { note: 'lampu mati' } })]);
  });

  it('keeps nothing of a report in which nothing was said', () => {
    const { state, said: texts } = said(stateWith(run()), message('batal'));
    expect(texts).to.deep.equal(['engine.cancelled']);
    expect(state.runs).to.deep.equal([]);
  });
});

describe('engine and danger', () => {
  const engine = engineWith({ found: { danger: 'fire' } });

  it('says the numbers first and once while the chat is busy', () => {
    const first = said(IDLE, message('rumah terbakar'), engine);
    expect(first.effects[0]).to.deep.include({ text: 'danger.fire', urgent: true });
    expect(first.state.warned).to.deep.equal(['fire']);
    expect(said(first.state, message('apinya besar sekali'), engine).said).to.not.include('danger.fire');
  });

  it('says them again when the chat was idle in between', () => {
    const ended = said({ ...stateWith(run()), warned: ['fire'] }, message('ya'), engine);
    expect(ended.state.warned).to.deep.equal([]);
  });

  it('says them, and only them, while a person holds the conversation', () => {
    const warned = engine.warn(stateWith(run()), 'rumah terbakar');
    expect(warned.effects).to.have.lengthOf(1);
    expect(warned.state).to.deep.equal({ ...stateWith(run()), warned: ['fire'] });
    expect(engine.warn(warned.state, 'rumah terbakar').effects).to.deep.equal([]);
  });

  it('has words for a danger that no text was written for', () => {
    const other = engineWith({ found: { danger: 'meteor' } });
    expect(other.warn(IDLE, 'ada meteor jatuh').effects[0]).to.deep.include({ text: 'danger.other' });
  });
});

describe('engine and silence', () => {
  const wakeAfter = (state: EngineState, input: Input) => said(state, input).wake;

  it('reminds first, then lets expire', () => {
    expect(wakeAfter(stateWith(run()), message('9'))).to.deep.equal({ name: 'remind', afterMs: 30 * 60_000 });
    expect(wakeAfter(stateWith(run()), { type: 'timer', at: AT, name: 'remind' })).to.deep.equal({
      name: 'expire',
      afterMs: 60 * 60_000,
    });
  });

  it('keeps a report as a draft for 30 days, then forgets it', () => {
    const expired = said(stateWith(run({ answers: { note: 'jalan rusak' } })), {
      type: 'timer',
      at: AT,
      name: 'expire',
    });
    expect(expired.said).to.deep.equal(['intake.expired']);
    expect(expired.state.runs[0]?.step).to.equal(DRAFT_STEP);
    expect(isIdle(expired.state)).to.equal(true);
    expect(expired.wake).to.deep.equal({ name: 'expire', afterMs: 30 * 24 * 60 * 60_000 });
    const forgotten = said(expired.state, { type: 'timer', at: AT, name: 'expire' });
    expect(forgotten).to.deep.include({ said: [], effects: [] });
    expect(forgotten.state.runs).to.deep.equal([]);
    expect(forgotten.wake).to.equal(undefined);
  });

  it('wants no waking when nothing is open', () => {
    expect(wakeAfter(stateWith(run()), message('ya'))).to.equal(undefined);
  });
});

describe('engine and buttons', () => {
  const tap = (step: string, early = false) => message('Ya', { early, choice: { step, seq: 1, option: 'red' } });

  it('takes a button of the open question', () => {
    expect(said(stateWith(run()), tap('form.colour')).said).to.deep.equal(['entry.thanks']);
  });

  it('answers nothing with a button of another question, an older one, or none', () => {
    const refusal = ['engine.old_button', 'menu.choose'];
    expect(said(stateWith(run()), tap('form.colour', true)).said).to.deep.equal(refusal);
    expect(said(stateWith(run()), tap('status.colour')).said).to.deep.equal(refusal);
    expect(said(IDLE, tap('form.colour')).said).to.deep.equal(['engine.old_button_idle']);
  });

  it('puts into each question what its buttons must carry back', () => {
    const reply = said(stateWith(run()), message('9')).effects.at(-1);
    expect(reply).to.deep.include({ step: 'form.colour' });
  });
});
