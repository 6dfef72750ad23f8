import { expect } from 'chai';
import type { OutState } from '../../../src/conversations/turn.js';
import { until } from '../../fakes/until.js';
import { Refusal } from '../../fakes/whatsapp-page/scripted-child.js';
import { startWebRig, type WebRig } from './whole-rig.js';

const REPORT = 'lampu jalan mati di Jl. Mawar RT 03 RW 05 sejak seminggu lalu';

describe('our own message, seen in the chat under an id that we never learned', function () {
  this.timeout(60_000);
  let rig: WebRig;
  let chats = 0;
  let ids = 0;
  /** The page takes these messages and never says so. */
  let swallowed = 0;

  before(async () => {
    rig = await startWebRig();
    rig.phone.answer('send', () => {
      if (swallowed > 0) {
        swallowed -= 1;
        throw new Refusal('failed');
      }
      ids += 1;
      return { id: `OUT${ids}` };
    });
    rig.phone.ready();
  });
  after(() => rig.close());

  const chatOf = () => {
    chats += 1;
    return `62813000${1000 + chats}@c.us`;
  };
  const say = (chat: string, text: string) => {
    ids += 1;
    rig.phone.write({ chat, id: `IN${ids}`, text }, 'live');
  };
  const firstOut = async (chat: string): Promise<OutState | undefined> => (await rig.turnsOf(chat))[0]?.out[0];
  const becomes = (chat: string, state: OutState['state']) =>
    until(`the first answer is ${state}`, async () => (await firstOut(chat))?.state === state);

  /** The phone shows these words, and then some that only a person can have typed. */
  const expectOnlyTypedTakesOver = async (chat: string, words: string) => {
    rig.phone.write({ chat, id: 'ECHO', text: words, fromMe: true }, 'live');
    rig.phone.write({ chat, id: 'TYPED', text: 'Saya bantu ya, Pak', fromMe: true }, 'live');
    const takeovers = async () =>
      (await rig.turnsOf(chat)).flatMap(({ source }) => (source.kind === 'staff' ? [source.key] : []));
    await until('both are judged', async () => (await takeovers()).some((key) => key.includes('TYPED')));
    expect(await takeovers()).to.have.length(1);
  };

  it('is ours when it is the first copy of what was sent twice', async () => {
    const chat = chatOf();
    swallowed = 1;
    say(chat, REPORT);
    await becomes(chat, 'sent');
    expect(rig.heardBy(chat)).to.have.length(2);
    await expectOnlyTypedTakesOver(chat, rig.heardBy(chat)[0] ?? '');
  });

  it('is ours when it was overtaken before it could be sent again', async () => {
    const chat = chatOf();
    swallowed = 1;
    say(chat, REPORT);
    await until('it is sent', () => rig.heardBy(chat).length === 1);
    const [words = ''] = rig.heardBy(chat);
    say(chat, 'dekat masjid');
    await becomes(chat, 'superseded');
    await expectOnlyTypedTakesOver(chat, words);
  });

  it('is ours when it was given up in doubt', async () => {
    const chat = chatOf();
    swallowed = 2;
    say(chat, REPORT);
    await becomes(chat, 'dead');
    await expectOnlyTypedTakesOver(chat, rig.heardBy(chat)[0] ?? '');
  });

  it('is settled, and not sent again, when it shows while it is in doubt', async () => {
    const chat = chatOf();
    swallowed = 1;
    say(chat, REPORT);
    await until(
      'it is in doubt',
      async () => (await firstOut(chat))?.state === 'due' && rig.heardBy(chat).length === 1,
    );
    rig.phone.write({ chat, id: 'SEEN', text: rig.heardBy(chat)[0] ?? '', fromMe: true }, 'live');
    await becomes(chat, 'sent');
    expect(await firstOut(chat)).to.include({ platformId: 'SEEN' });
    expect(rig.heardBy(chat)).to.have.length(1);
  });
});
