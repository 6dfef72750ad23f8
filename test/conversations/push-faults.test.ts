import { expect } from 'chai';
import type { OutState, Turn } from '../../src/conversations/turn.js';
import { conversationIdOf } from '../../src/core/ids.js';
import { createPushLane, PUSH_ACCOUNT } from '../fakes/push-channel.js';
import { type PushPlatform, startPushPlatform } from '../fakes/push-platform.js';
import { createShiftedClock, startTestApp, type TestApp } from '../fakes/test-app.js';
import { until } from '../fakes/until.js';

/** Written long after any question: an answer never counts as given before it was asked. */
const LATER = '2036-01-01T00:00:00Z';

describe('a push channel with faults', () => {
  let test: TestApp;
  let platform: PushPlatform;
  const clock = createShiftedClock();
  let chats = 0;
  let messages = 0;

  before(async () => {
    platform = await startPushPlatform();
    test = await startTestApp({ clock, pushLanes: ({ receive }) => [createPushLane(platform.url, receive)] });
    const probe = chat();
    await probe.write('halo');
    await until('the lane is held', () => probe.heard().length === 1);
  });
  after(async () => {
    await test.close();
    await platform.close();
  });

  function chat() {
    chats += 1;
    const chatId = `hp-${chats}`;
    const conversationId = conversationIdOf(test.app.keys.addressKey, 'telegram', PUSH_ACCOUNT, chatId);
    return {
      chatId,
      conversationId,
      async write(text: string, choice?: { step: string; seq: number; option: string }) {
        messages += 1;
        const update = { id: `u${messages}`, chatId, text, sentAt: LATER, ...(choice ? { choice } : {}) };
        expect(await platform.deliver(`${test.url}/fake/webhook`, update)).to.equal(200);
      },
      /** What the platform was given for this chat, taken or not. */
      tried: () => platform.sends.filter((each) => each.chatId === chatId),
      heard: () => platform.sends.filter((each) => each.chatId === chatId && each.taken),
      async out(): Promise<OutState[]> {
        const turns: Turn[] = await test.app.conversations.turns.after(conversationId, 0, 100);
        return turns.flatMap((turn) => turn.out);
      },
    };
  }

  async function settled(each: ReturnType<typeof chat>): Promise<void> {
    await until('all messages are settled', async () =>
      (await each.out()).every((out) => !['due', 'sending'].includes(out.state)),
    );
  }

  it('acknowledges a message while the platform is slow to take the answer', async () => {
    const citizen = chat();
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    platform.script([{ answer: 'slow', until: gate }], citizen.chatId);
    await citizen.write('halo');
    await until('the send is under way', () => citizen.tried().length === 1);
    expect((await citizen.out()).map((each) => each.state)).to.deep.equal(['sending']);
    open();
    await settled(citizen);
    expect((await citizen.out()).map((each) => each.state)).to.deep.equal(['sent']);
  });

  it('waits as long as a 429 asks for, and keeps the order of the chat meanwhile', async () => {
    const citizen = chat();
    platform.script([{ answer: 'throttled', retryAfterMs: 2500 }], citizen.chatId);
    const startedAtMs = performance.now();
    await citizen.write('halo');
    await until('the first try was refused', () => citizen.tried().length === 1);
    await citizen.write('menu');
    await settled(citizen);
    expect(performance.now() - startedAtMs).to.be.at.least(2500);
    expect(citizen.heard().map((each) => each.seq)).to.deep.equal([1, 2]);
  });

  it('sends all that a waiting chat is owed, in order, though it holds but a few of it', async () => {
    const citizen = chat();
    platform.script([{ answer: 'throttled', retryAfterMs: 2500 }], citizen.chatId);
    await citizen.write('halo');
    await until('the first try was refused', () => citizen.tried().length === 1);
    for (let count = 0; count < 9; count++) await citizen.write('halo');
    await settled(citizen);
    expect(citizen.heard().map((each) => each.seq)).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('lets other chats pass while one is throttled', async () => {
    const slow = chat();
    const other = chat();
    platform.script([{ answer: 'throttled', retryAfterMs: 3000 }], slow.chatId);
    await slow.write('halo');
    await until('the first try was refused', () => slow.tried().length === 1);
    await other.write('halo');
    await settled(other);
    expect(slow.heard()).to.deep.equal([]);
    await settled(slow);
  });

  it('tries again after a 502 page', async () => {
    const citizen = chat();
    platform.script([{ answer: 'broken' }, { answer: 'broken' }], citizen.chatId);
    await citizen.write('halo');
    await settled(citizen);
    expect(citizen.tried().length).to.equal(3);
    expect((await citizen.out())[0])
      .to.include({ state: 'sent' })
      .and.not.have.property('resent');
  });

  it('sends once more after an ambiguous cut and flags it, never a third time', async () => {
    const citizen = chat();
    platform.script([{ answer: 'cut' }], citizen.chatId);
    await citizen.write('halo');
    await settled(citizen);
    expect(citizen.tried().length).to.equal(2);
    expect((await citizen.out())[0]).to.include({ state: 'sent', resent: true });

    const unlucky = chat();
    platform.script([{ answer: 'cut' }, { answer: 'cut' }], unlucky.chatId);
    await unlucky.write('halo');
    await settled(unlucky);
    expect(unlucky.tried().length).to.equal(2);
    expect((await unlucky.out())[0]).to.include({ state: 'dead', reason: 'unknown_after_resend' });
  });

  it('gives up at once when the citizen blocked us, and goes on with the next turn', async () => {
    const citizen = chat();
    platform.script([{ answer: 'refused' }], citizen.chatId);
    await citizen.write('halo');
    await settled(citizen);
    await citizen.write('menu');
    await settled(citizen);
    expect((await citizen.out()).map((each) => each.state)).to.deep.equal(['dead', 'sent']);
  });

  it('lists what it gave up with the reason, and owes it again as one new turn when asked', async () => {
    const citizen = chat();
    platform.script([{ answer: 'refused' }], citizen.chatId);
    await citizen.write('halo');
    await settled(citizen);
    const { deadLetters } = test.app.conversations;
    const listed = (await deadLetters.list(new Date(0), 100)).filter(
      (each) => each.conversationId === citizen.conversationId,
    );
    expect(listed.length).to.equal(1);
    expect(listed[0]).to.include({ reason: 'blocked', lane: 'telegram:fake' });
    await deadLetters.resend(listed[0]?.id ?? '');
    await deadLetters.resend(listed[0]?.id ?? '');
    await settled(citizen);
    expect(citizen.heard().length).to.equal(1);
    expect(citizen.heard()[0]?.text).to.contain('Ceritakan');
  });

  it('answers three quick messages with one question', async () => {
    const citizen = chat();
    for (const text of ['lampu jalan mati', 'di Jl. Mawar RT 03', 'sejak seminggu']) await citizen.write(text);
    await settled(citizen);
    expect(citizen.heard().length).to.equal(1);
    expect(citizen.heard()[0]?.text).to.contain('Mawar').and.contain('Kirim');
    expect((await citizen.out()).map((each) => each.state)).to.deep.equal(['superseded', 'superseded', 'sent']);
  });

  it('tells the number of a case only once the case is filed, with the code in place of its mark', async () => {
    const citizen = chat();
    await citizen.write('lampu jalan mati di Jl. Mawar RT 03 sejak seminggu');
    await settled(citizen);
    await citizen.write('kirim');
    await settled(citizen);
    const told = citizen.heard().at(-1)?.text ?? '';
    const number = /LP-\d{6}-\d{4}/.exec(told)?.[0] ?? '';
    expect(told)
      .to.match(/\d{4} \d{4} \d{4} \d{4}/)
      .and.not.contain('{{');
    expect(await test.app.cases.find(number)).to.include({ status: 'received' });
    const [turn] = (await test.app.conversations.turns.after(citizen.conversationId, 1, 1)) ?? [];
    expect(turn?.effects[0]?.state).to.equal('done');
  });

  it('supersedes a question still waiting when a person takes over', async () => {
    const citizen = chat();
    await citizen.write('lampu jalan mati');
    await test.app.conversations.staff.claim(citizen.conversationId, 'sari', 'claim-1');
    await settled(citizen);
    expect((await citizen.out()).map((each) => each.state)).to.deep.equal(['superseded']);
    expect(citizen.tried()).to.deep.equal([]);
  });

  it('reminds once of a report left open, and not one who has answered meanwhile', async () => {
    const idle = chat();
    const active = chat();
    await idle.write('lampu jalan mati');
    await active.write('lampu jalan mati');
    await settled(idle);
    await until('both rows are written', async () => {
      const rows = await Promise.all(
        [idle, active].map((each) => test.app.conversations.rows.find(each.conversationId)),
      );
      return rows.every((row) => row?.wakeAt !== undefined);
    });
    clock.shift(31 * 60_000);
    await active.write('Jl. Mawar RT 03');
    await test.app.conversations.sweepTimers();
    await test.app.conversations.sweepTimers();
    await settled(idle);
    await settled(active);
    expect(idle.heard().length).to.equal(2);
    expect(idle.heard().at(-1)?.text).to.contain('belum terkirim');
    expect(active.heard().some((each) => each.text.includes('belum terkirim'))).to.equal(false);
  });
});
