import { expect } from 'chai';
import { SendError } from '../../../src/core/errors.js';
import type { OutboundMessage } from '../../../src/messages/message.js';
import { eventually } from './eventually.js';
import { type Rig, startRig } from './rig.js';
import { createSteppedClock, type SteppedClock } from './stepped-clock.js';

const PNG = Buffer.from('89504e470d0a1a0a', 'hex');
const FOREVER = new AbortController().signal;

describe('send', () => {
  let clock: SteppedClock;
  let rig: Rig;

  beforeEach(async () => {
    clock = createSteppedClock();
    rig = await startRig(clock, { files: { f1: PNG, f2: Buffer.alloc(300_000, 7) } });
    rig.fake.citizen(1);
  });
  afterEach(() => rig.stop());

  function outbound(fields: Partial<OutboundMessage> = {}): OutboundMessage {
    const address = { channel: 'telegram', account: '7001', chatId: '1' } as const;
    return { id: 'c#1/0', address, seq: 48, kind: 'staff', text: 'Halo', ...fields };
  }

  const send = (fields?: Partial<OutboundMessage>, signal = FOREVER) => rig.channel.send(outbound(fields), signal);

  async function failure(sending: Promise<unknown>): Promise<SendError> {
    const error = await sending.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof SendError)) throw new Error(`expected a SendError, got ${String(error)}`);
    expect(`${error.message}${error.stack}${JSON.stringify(error.cause)}`).not.to.include('canary');
    return error;
  }

  const heard = () => rig.fake.bot.sent.map(({ text }) => text);

  it("returns the platform's id for the message", async () => {
    const id = await send({ text: 'Halo <b>& "semua"</b>' });
    expect(rig.fake.bot.sent).to.have.length(1);
    expect(rig.fake.bot.sent[0]).to.include({ messageId: Number(id), chatId: '1', text: 'Halo <b>& "semua"</b>' });
  });

  it('offers buttons that come back as the choice, tapped any number of times', async () => {
    await rig.start();
    const siti = rig.fake.citizen(1);
    await send({ text: 'Pilih', options: [{ id: 'road', label: 'Jalan' }], step: 'category', kind: 'prompt' });
    for (let tap = 0; tap < 5; tap++) siti.tap('Jalan');
    await eventually('all taken in', () => rig.taken.messages.length === 5);
    for (const { choice } of rig.taken.messages)
      expect(choice).to.deep.equal({ step: 'category', seq: 48, option: 'road' });
    await eventually('all answered', () => rig.fake.bot.answeredTaps.length === 5);
  });

  it('falls back to the text alone when Telegram refuses the keyboard', async () => {
    rig.fake.script('sendMessage', { fail: 400, description: 'Bad Request: BUTTON_DATA_INVALID' });
    await send({ text: '1. Jalan', options: [{ id: 'road', label: 'Jalan' }], step: 's' });
    expect(rig.fake.bot.sent).to.have.length(1);
    expect(rig.fake.bot.sent[0]).to.include({ text: '1. Jalan', markup: undefined });
  });

  it('sends a picture as a document that Telegram does not show as one, with its words and buttons', async () => {
    const image = { kind: 'image', fileId: 'f1', mimeType: 'image/png', sizeBytes: 8 } as const;
    for (const reason of ['PHOTO_INVALID_DIMENSIONS', 'IMAGE_PROCESS_FAILED'])
      rig.fake.script('sendPhoto', { fail: 400, description: `Bad Request: ${reason}` });
    for (let count = 0; count < 2; count++) await send({ text: 'Hasilnya', attachments: [image] });
    expect(rig.fake.bot.sent.map(({ method, text }) => `${method} ${text}`)).to.deep.equal([
      'sendDocument Hasilnya',
      'sendDocument Hasilnya',
    ]);
    rig.fake.script('sendPhoto', { fail: 400, description: 'Bad Request: chat not found' });
    expect(await failure(send({ attachments: [image] }))).to.include({ reason: 'blocked' });
  });

  it('does not send the first parts of a long text again when a later one failed', async () => {
    const text = 'Kalimat pendek. '.repeat(700);
    rig.fake.script('sendMessage', { after: Promise.resolve() }, { fail: 429, retryAfterSeconds: 3 });
    const error = await failure(send({ text }));
    expect(error).to.include({ reason: 'throttled', retryAfterMs: 3000 });
    expect(heard()).to.have.length(1);
    clock.advance(3000);
    const id = await send({ text });
    expect(heard().join(' ')).to.equal(text.trim());
    expect(rig.fake.bot.sent.at(-1)?.messageId).to.equal(Number(id));
    await send({ text });
    expect(heard(), 'once through, the message is forgotten').to.have.length(6);
  });

  it('uploads files, and what comes back is the same bytes', async () => {
    const attachments = [
      { kind: 'image', fileId: 'f1', mimeType: 'image/png', sizeBytes: 8 },
      { kind: 'document', fileId: 'f2', mimeType: 'application/pdf', sizeBytes: 300_000 },
    ] as const;
    await send({ text: 'Surat balasan', attachments });
    const [photo, document] = rig.fake.bot.sent;
    expect(photo).to.include({ method: 'sendPhoto', text: '' });
    expect(document).to.include({ method: 'sendDocument', text: 'Surat balasan' });
    expect(rig.fake.bot.files.get(document?.fileId ?? '')?.path).to.match(/\.pdf$/);
    expect(rig.fake.bot.files.get(photo?.fileId ?? '')?.bytes).to.deep.equal(PNG);
    expect(rig.fake.bot.files.get(document?.fileId ?? '')?.bytes).to.deep.equal(Buffer.alloc(300_000, 7));
  });

  it('refuses a message whose file is gone, and one that says nothing', async () => {
    expect(await failure(send({ attachments: [{ kind: 'image', fileId: 'gone' }] }))).to.include({
      reason: 'rejected',
    });
    expect(await failure(send({ text: '  ' }))).to.include({ reason: 'rejected' });
    expect(rig.fake.bot.sent).to.deep.equal([]);
  });

  it('says blocked when the citizen blocked the bot', async () => {
    rig.fake.citizen(1).block();
    expect(await failure(send())).to.include({ reason: 'blocked', retryable: false });
  });

  it('takes "too many requests" for a matter of all chats while much is sent, else of this one', async () => {
    const refusal = { fail: 429, retryAfterSeconds: 3 } as const;
    rig.fake.script('sendMessage', refusal);
    expect(await failure(send())).to.deep.include({ reason: 'throttled', scope: undefined, retryAfterMs: 3000 });
    clock.advance(3000);
    for (let count = 0; count < 15; count++) await send();
    rig.fake.script('sendMessage', refusal);
    expect(await failure(send())).to.include({ reason: 'throttled', scope: 'lane' });
    clock.advance(3000);
    rig.fake.script('sendMessage', refusal);
    expect(await failure(send())).to.include({ reason: 'throttled', scope: undefined });
  });

  it('tells a person of a silence of most of a day, until a message is through', async () => {
    rig.fake.script('sendMessage', { fail: 429, retryAfterSeconds: 86_400 });
    expect(await failure(send())).to.include({ reason: 'throttled', retryAfterMs: 86_400_000 });
    expect(rig.lane.problems()).to.deep.equal(['throttled']);
    clock.advance(86_400_000);
    await send();
    expect(rig.lane.problems()).to.deep.equal([]);
  });

  it('says misconfigured when the token is revoked', async () => {
    rig.fake.revokeToken();
    expect(await failure(send())).to.include({ reason: 'misconfigured' });
  });

  it('tells a person that nothing can be sent, until something can', async () => {
    rig.fake.script('sendMessage', { fail: 401, description: 'Unauthorized' });
    await failure(send());
    expect(rig.lane.problems()).to.deep.equal(['halted']);
    await send();
    expect(rig.lane.problems()).to.deep.equal([]);
    expect(rig.problems).to.deep.equal(['halted raised', 'halted cleared']);
  });

  it('is not in doubt when the platform said no, or something else answered', async () => {
    rig.fake.script(
      'sendMessage',
      { fail: 500 },
      { page: '<html>502</html>', status: 502 },
      { page: '<html>login</html>' },
    );
    for (let tries = 0; tries < 3; tries++) {
      expect(await failure(send())).to.include({ reason: 'unreachable', ambiguous: false });
    }
    expect(rig.fake.bot.sent).to.deep.equal([]);
  });

  it('is in doubt when the connection was cut after the message left', async () => {
    rig.fake.script('sendMessage', { cutAfterBytes: 0 }, { cutAfterBytes: 30 }, { hangUp: true });
    for (let tries = 0; tries < 3; tries++) {
      expect(await failure(send())).to.include({ reason: 'unreachable', ambiguous: true });
    }
    expect(rig.fake.bot.sent, 'two of the three had arrived').to.have.length(2);
  });

  it('gives up on a silent connection after 35 s, in doubt', async () => {
    rig.fake.script('sendMessage', { silence: 'done' });
    const failing = failure(send());
    await eventually('sent', () => rig.fake.callsOf('sendMessage').length === 1);
    (await clock.wait(35_000)).end();
    expect(await failing).to.include({ reason: 'unreachable', ambiguous: true });
  });

  it('ends when told to, and is sure of a message that never left', async () => {
    rig.fake.script('sendMessage', { silence: 'not_done' });
    const aborter = new AbortController();
    const failing = failure(send({}, aborter.signal));
    await eventually('sent', () => rig.fake.callsOf('sendMessage').length === 1);
    aborter.abort();
    expect(await failing).to.include({ reason: 'unreachable', ambiguous: true });
    expect(await failure(send({}, aborter.signal))).to.include({ reason: 'unreachable', ambiguous: false });
  });

  it('is sure of a message for which there was no connection', async () => {
    await rig.fake.stop();
    expect(await failure(send())).to.include({ reason: 'unreachable', ambiguous: false });
  });

  it('takes a yes that names no message for a doubt', async () => {
    rig.fake.script('sendMessage', { page: '{"ok":true,"result":true}' });
    expect(await failure(send())).to.include({ reason: 'unreachable', ambiguous: true });
  });

  it('shows that somebody writes, and nobody hears of it when that fails', async () => {
    rig.fake.script('sendChatAction', { fail: 500 });
    const unhandled = await unhandledDuring(async () => {
      for (let hint = 0; hint < 2; hint++) rig.lane.typing({ channel: 'telegram', account: '7001', chatId: '1' });
      await eventually('shown', () => rig.fake.bot.actions.length === 1);
      await rig.lane.close();
    });
    expect(rig.fake.bot.actions).to.deep.equal([{ chatId: '1', action: 'typing' }]);
    expect(unhandled).to.deep.equal([]);
    expect(rig.logged()).not.to.include('sendChatAction');
  });

  it('answers a tap that is too old to be answered, and takes it in all the same', async () => {
    rig.fake.script('answerCallbackQuery', { fail: 400, description: 'Bad Request: query is too old' });
    await rig.start();
    rig.fake.citizen(1).tapData('1:a:c');
    const unhandled = await unhandledDuring(async () => {
      await eventually('the tap taken in', () => rig.taken.messages.length === 1);
      await eventually('answered', () => rig.fake.callsOf('answerCallbackQuery').length === 1);
      await rig.channel.stop();
      await rig.lane.close();
    });
    expect(unhandled).to.deep.equal([]);
    expect(rig.logged()).not.to.include('too old');
  });
});

/** Promises that were rejected with nobody there to hear it. */
async function unhandledDuring(work: () => Promise<void>): Promise<unknown[]> {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  await work();
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', note);
  return unhandled;
}
