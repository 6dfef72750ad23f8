import { expect } from 'chai';
import { AppError } from '../../../src/core/errors.js';
import type { FakeClock } from '../../fakes/clock.js';
import { until } from '../../fakes/until.js';
import type { ScriptedPhone } from '../../fakes/whatsapp-page/scripted-child.js';
import { outbound } from './harness.js';
import { deferred, type PairedService, startPairedService } from './paired-service.js';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const ANI = '6281111111111@c.us';
const BUDI = '222222222222222@lid';

describe('taking messages in', () => {
  let paired: PairedService;
  let clock: FakeClock;
  let phone: ScriptedPhone;

  beforeEach(async () => {
    paired = await startPairedService();
    ({ clock, phone } = paired);
  });
  afterEach(() => paired.end());

  it('keeps the order within a chat and lets other chats pass', async () => {
    await paired.ready();
    const gate = deferred();
    paired.service.hold = (message) => (message.externalId === 'A1' ? gate.opened : undefined);
    phone.write({ chat: ANI, id: 'A1' }, 'live');
    phone.write({ chat: ANI, id: 'A2' }, 'live');
    phone.write({ chat: BUDI, id: 'B1' }, 'live');
    await clock.advance(0);
    expect(paired.ids()).to.deep.equal(['B1']);
    gate.open();
    await clock.advance(0);
    expect(paired.ids()).to.deep.equal(['B1', 'A1', 'A2']);
  });

  it('marks a chat as seen only after its last message is committed', async () => {
    await paired.ready();
    const gate = deferred();
    paired.service.hold = (message) => (message.externalId === 'A2' ? gate.opened : undefined);
    phone.write({ chat: ANI, id: 'A1' }, 'live');
    phone.write({ chat: ANI, id: 'A2' }, 'live');
    await clock.advance(0);
    expect(paired.ids()).to.deep.equal(['A1']);
    expect(phone.callsOf('seen')).to.deep.equal([]);
    gate.open();
    await clock.advance(0);
    expect(phone.callsOf('seen')).to.deep.equal([{ do: 'seen', chatId: ANI }]);
  });

  it('takes a message once that the library tells three times', async () => {
    await paired.ready();
    let asked = 0;
    paired.service.refuse = () => {
      asked += 1;
    };
    phone.write({ chat: ANI, id: 'A1' });
    const raw = phone.chats.get(ANI)?.messages[0];
    for (let times = 0; times < 3; times++) phone.tell({ type: 'message', event: 'new', raw });
    await clock.advance(0);
    expect(asked).to.equal(1);
  });

  it('takes nothing out of order while the store is away, and all of it when it is back', async () => {
    await paired.ready();
    paired.service.refuse = () => {
      throw new AppError('store.unavailable', 'away');
    };
    phone.write({ chat: ANI, id: 'A1' }, 'live');
    await clock.advance(0);
    phone.write({ chat: ANI, id: 'A2' }, 'live');
    await clock.advance(5 * SECOND_MS);
    expect(paired.service.lane.isUpToDate()).to.equal(false);
    expect(phone.callsOf('seen')).to.deep.equal([]);
    await clock.advance(MINUTE_MS);
    expect(paired.service.problems).to.include('behind raised');
    paired.service.refuse = undefined;
    phone.write({ chat: ANI, id: 'A3' }, 'live');
    await clock.advance(MINUTE_MS);
    await paired.upToDate();
    expect(paired.ids()).to.deep.equal(['A1', 'A2', 'A3']);
    expect(paired.service.problems.at(-1)).to.equal('behind cleared');
  });

  it('keeps behind a message what came after it, when only that one could not be taken in', async () => {
    await paired.ready();
    let isAway = true;
    paired.service.refuse = ({ externalId }) => {
      if (externalId === 'A1' && isAway) throw new AppError('store.unavailable', 'away');
    };
    phone.write({ chat: ANI, id: 'A1' }, 'live');
    phone.write({ chat: ANI, id: 'A2' }, 'live');
    await clock.advance(SECOND_MS);
    expect(paired.ids()).to.deep.equal([]);
    isAway = false;
    await clock.advance(MINUTE_MS);
    expect(paired.ids()).to.deep.equal(['A1', 'A2']);
  });

  for (const code of ['store.newer_schema', 'flow.newer_version'] as const) {
    it(`leaves a chat that a newer version has gone on with, and goes on with the others (${code})`, async () => {
      await paired.ready();
      let isNewer = true;
      paired.service.refuse = ({ address }) => {
        if (address.chatId === ANI && isNewer) throw new AppError(code, 'newer');
      };
      phone.write({ chat: ANI, id: 'A1' }, 'live');
      phone.write({ chat: ANI, id: 'A2' }, 'live');
      await clock.advance(SECOND_MS);
      phone.write({ chat: BUDI, id: 'B1' }, 'live');
      await clock.advance(SECOND_MS);
      expect(paired.ids()).to.deep.equal(['B1']);
      expect(paired.service.lane.isUpToDate()).to.equal(true);
      expect(paired.service.lane.problems()).to.deep.equal(['behind']);
      // a session that comes back finds it the same way
      phone.ready();
      phone.write({ chat: ANI, id: 'A3' }, 'live');
      await paired.upToDate();
      await clock.advance(SECOND_MS);
      expect(paired.ids()).to.deep.equal(['B1']);
      expect(paired.service.lane.problems()).to.deep.equal(['behind']);
      isNewer = false;
      phone.write({ chat: ANI, id: 'A4' }, 'live');
      await clock.advance(11 * MINUTE_MS);
      await until('all is taken in', () => paired.ids().length === 5);
      expect(paired.ids()).to.deep.equal(['B1', 'A1', 'A2', 'A3', 'A4']);
      await clock.advance(0);
      expect(paired.service.lane.problems()).to.deep.equal([]);
      phone.write({ chat: ANI, id: 'A5' }, 'live');
      await clock.advance(SECOND_MS);
      expect(paired.ids().at(-1)).to.equal('A5');
    });
  }

  it('keeps for later what stands in no history', async () => {
    await paired.ready();
    paired.service.refuse = () => {
      throw new AppError('store.unavailable', 'away');
    };
    const raw = { id: 'A1', ref: 'r', chat: ANI, fromMe: false, type: 'ciphertext' };
    phone.tell({ type: 'message', event: 'undecryptable', raw });
    await clock.advance(SECOND_MS);
    paired.service.refuse = undefined;
    await clock.advance(MINUTE_MS);
    expect(paired.ids()).to.deep.equal(['A1:closed']);
  });

  it('loses nothing of a flood that comes while it is busy reading', async () => {
    const gate = deferred();
    paired.service.hold = ({ externalId }) => (externalId === 'FIRST' ? gate.opened : undefined);
    phone.write({ chat: ANI, id: 'FIRST' });
    phone.ready();
    await until('the first is under way', () => phone.callsOf('history').length === 1);
    for (let count = 0; count < 1100; count++) {
      phone.write({ chat: `62800000${count % 11}@c.us`, id: `M${count}` }, 'live');
    }
    gate.open();
    await paired.upToDate();
    expect(new Set(paired.ids()).size).to.equal(1101);
    expect(paired.ids()).to.have.length(1101);
  });

  it('sends nothing until what was missed is taken in', async () => {
    const failure = await paired.service.lane.channel
      .send(outbound(ANI, 'Halo'), new AbortController().signal)
      .catch((error: unknown) => error);
    expect(failure).to.include({ reason: 'unreachable', ambiguous: false });
    expect(phone.callsOf('send')).to.deep.equal([]);
  });

  it('puts a message aside that fails every time, and goes on with the next', async () => {
    await paired.ready();
    paired.service.refuse = ({ externalId }) => {
      if (externalId === 'POISON') throw new TypeError('broken');
    };
    phone.write({ chat: ANI, id: 'POISON' }, 'live');
    phone.write({ chat: ANI, id: 'A2' }, 'live');
    await clock.advance(10 * SECOND_MS);
    expect(paired.service.quarantined).to.deep.equal(['failed']);
    expect(paired.ids()).to.deep.equal(['A2']);
  });

  it('puts a message aside that hangs twice, and lets other chats pass meanwhile', async () => {
    await paired.ready();
    paired.service.hold = ({ externalId }) => (externalId === 'HANGS' ? new Promise(() => undefined) : undefined);
    phone.write({ chat: ANI, id: 'HANGS' }, 'live');
    phone.write({ chat: ANI, id: 'A2' }, 'live');
    phone.write({ chat: BUDI, id: 'B1' }, 'live');
    await clock.advance(SECOND_MS);
    expect(paired.ids()).to.deep.equal(['B1']);
    await clock.advance(MINUTE_MS);
    expect(paired.service.quarantined).to.deep.equal(['hung']);
    expect(paired.ids()).to.deep.equal(['B1', 'A2']);
  });

  it('puts aside what is no message', async () => {
    await paired.ready();
    phone.tell({ type: 'message', event: 'new', raw: { chat: ANI } });
    await clock.advance(0);
    expect(paired.service.quarantined).to.deep.equal(['not_a_message']);
  });
});
