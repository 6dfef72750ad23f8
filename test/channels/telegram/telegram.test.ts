import { expect } from 'chai';
import { createTelegramApi } from '../../../src/channels/telegram/api.js';
import { createBotName } from '../../../src/channels/telegram/bot-name.js';
import { createTelegramLane } from '../../../src/channels/telegram/telegram.js';
import { conversationIdOf } from '../../../src/core/ids.js';
import { eventually } from './eventually.js';
import { KEYS, type Rig, startRig, WORDS } from './rig.js';
import { createSteppedClock, type SteppedClock } from './stepped-clock.js';

const FOREVER = new AbortController().signal;
const COMMANDS = [{ command: 'menu', description: 'Pilihan layanan' }];

describe('createTelegramLane', () => {
  let clock: SteppedClock;
  let rig: Rig;

  beforeEach(async () => {
    clock = createSteppedClock();
    rig = await startRig(clock, { commands: COMMANDS, files: { f1: Buffer.from('isi') } });
  });
  afterEach(() => rig.stop());

  it("is a lane of the bot's own id, and polls where no address of ours is known", () => {
    expect(rig.lane.lane).to.equal('telegram:7001');
    expect(rig.lane.routes).to.equal(undefined);
  });

  it('stays below what Telegram allows', () => {
    const { perSecond, perSecondBurst, chatIntervalMs } = rig.lane.limits;
    expect(perSecond + perSecondBurst).to.be.below(30);
    expect(chatIntervalMs).to.equal(1000);
  });

  it('offers its commands in the menu, and does without where that fails', async () => {
    rig.fake.script('setMyCommands', { fail: 500 });
    await rig.start();
    await eventually('offered', () => rig.fake.callsOf('setMyCommands').length === 1);
    expect(rig.fake.callsOf('setMyCommands')[0]?.payload).to.deep.equal({ commands: COMMANDS });
    rig.fake.citizen(1).say('a');
    await eventually('taken in', () => rig.taken.textsOf('1').length === 1);
  });

  it('knows its own name in a command', async () => {
    await eventually('name learnt', () => rig.fake.callsOf('getMe').length === 1);
    await rig.start();
    await clock.wait(50_000);
    rig.fake.citizen(1).say('/start@aduan_bot abc');
    rig.fake.citizen(1).say('/start@other_bot abc');
    await eventually('taken in', () => rig.taken.messages.length === 2);
    expect(rig.taken.messages.map(({ text, startPayload }) => ({ text, startPayload }))).to.deep.equal([
      { text: '/start', startPayload: 'abc' },
      { text: '/start@other_bot abc', startPayload: undefined },
    ]);
  });

  it('asks for its name until it is told', async () => {
    await eventually('the lane has its name', () => rig.fake.callsOf('getMe').length === 1);
    rig.fake.script('getMe', { fail: 502 }, { fail: 502 });
    const clock = createSteppedClock();
    const api = createTelegramApi({ token: rig.fake.token, apiRoot: rig.fake.apiRoot, clock });
    const name = createBotName({ api, clock });
    (await clock.pause(5, 1000)).end();
    (await clock.pause(100, 2000)).end();
    await eventually('name learnt', () => name.current() === 'aduan_bot');
    await name.stop();
    api.close();
  });

  it('opens a file only as one of the conversation it goes to', async () => {
    rig.fake.citizen(1);
    const address = { channel: 'telegram', account: '7001', chatId: '1' } as const;
    const attachments = [{ kind: 'document', fileId: 'f1' }] as const;
    await rig.channel.send({ id: 'x/0', address, seq: 1, kind: 'staff', text: '', attachments }, FOREVER);
    expect(rig.opened).to.deep.equal([
      { owner: conversationIdOf(KEYS.addressKey, 'telegram', '7001', '1'), fileId: 'f1' },
    ]);
  });

  it('saves what citizens sent under their conversation', async () => {
    const platformRef = rig.fake.bot.keepFile(Buffer.from('foto'));
    const outcome = await rig.lane.fetchAttachment('conversation-id', { kind: 'image', platformRef }, 1, FOREVER);
    expect(outcome).to.have.property('type', 'saved');
    expect(rig.saved).to.deep.equal([{ owner: 'conversation-id', bytes: Buffer.from('foto') }]);
  });

  it('uses the secret it is given, and makes the same path and secret in every process', () => {
    const make = (webhookSecret?: string) =>
      createTelegramLane({
        settings: {
          token: rig.fake.token,
          apiRoot: rig.fake.apiRoot,
          publicUrl: 'https://aduan.example.go.id/',
          ...(webhookSecret ? { webhookSecret } : {}),
        },
        words: WORDS,
        keys: KEYS,
        files: { open: async () => undefined, save: async () => ({ kind: 'image' }) },
        clock,
        log: rig.log,
        receive: async () => ({ repeated: false, entries: [] }),
        quarantine: async () => undefined,
      });
    expect(make().routes?.path)
      .to.equal(make('0123456789abcdef').routes?.path)
      .and.match(/^\/telegram\/[a-z2-7]{26}$/);
  });
});
