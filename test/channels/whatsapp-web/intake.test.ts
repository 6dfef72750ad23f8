import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { AppError } from '../../../src/core/errors.js';
import { createFakeClock, type FakeClock } from '../../fakes/clock.js';
import { until } from '../../fakes/until.js';
import { createScriptedPhone, Refusal, type ScriptedPhone } from '../../fakes/whatsapp-page/scripted-child.js';
import { createService, type Kept, outbound, type Service } from './harness.js';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;
const ANI = '6281111111111@c.us';
const BUDI = '222222222222222@lid';

describe('taking messages in', () => {
  let dataDir: string;
  let clock: FakeClock;
  let phone: ScriptedPhone;
  let service: Service;
  let kept: Kept;

  const start = async () => {
    service = createService({ dataDir, clock, startChild: phone.startChild }, kept);
    await service.start();
    await clock.advance(0);
  };
  const upToDate = () => until('up to date', () => service.lane.isUpToDate());
  const ready = async () => {
    phone.ready();
    await upToDate();
  };
  const ids = () => service.received.map(({ externalId }) => externalId);
  const secondsAgo = (ms: number) => Math.floor((clock.now().getTime() - ms) / SECOND_MS);

  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'whatsapp-web-'));
    clock = createFakeClock();
    phone = createScriptedPhone(clock.now);
    kept = { taken: new Map() };
    // paired some time ago
    await start();
    await ready();
    await service.lane.channel.stop();
    await clock.advance(30 * DAY_MS);
    phone.calls.length = 0;
    await start();
  });
  afterEach(async () => {
    await service.lane.channel.stop();
    rmSync(dataDir, { recursive: true });
  });

  it('keeps the order within a chat and lets other chats pass', async () => {
    await ready();
    const gate = deferred();
    service.hold = (message) => (message.externalId === 'A1' ? gate.opened : undefined);
    phone.write({ chat: ANI, id: 'A1' }, 'live');
    phone.write({ chat: ANI, id: 'A2' }, 'live');
    phone.write({ chat: BUDI, id: 'B1' }, 'live');
    await clock.advance(0);
    expect(ids()).to.deep.equal(['B1']);
    gate.open();
    await clock.advance(0);
    expect(ids()).to.deep.equal(['B1', 'A1', 'A2']);
  });

  it('marks a chat as seen only after its last message is committed', async () => {
    await ready();
    const gate = deferred();
    service.hold = (message) => (message.externalId === 'A2' ? gate.opened : undefined);
    phone.write({ chat: ANI, id: 'A1' }, 'live');
    phone.write({ chat: ANI, id: 'A2' }, 'live');
    await clock.advance(0);
    expect(ids()).to.deep.equal(['A1']);
    expect(phone.callsOf('seen')).to.deep.equal([]);
    gate.open();
    await clock.advance(0);
    expect(phone.callsOf('seen')).to.deep.equal([{ do: 'seen', chatId: ANI }]);
  });

  it('takes a message once that the library tells three times', async () => {
    await ready();
    let asked = 0;
    service.refuse = () => {
      asked += 1;
    };
    phone.write({ chat: ANI, id: 'A1' });
    const raw = phone.chats.get(ANI)?.messages[0];
    for (let times = 0; times < 3; times++) phone.tell({ type: 'message', event: 'new', raw });
    await clock.advance(0);
    expect(asked).to.equal(1);
  });

  it('takes nothing out of order while the store is away, and all of it when it is back', async () => {
    await ready();
    service.refuse = () => {
      throw new AppError('store.unavailable', 'away');
    };
    phone.write({ chat: ANI, id: 'A1' }, 'live');
    await clock.advance(0);
    phone.write({ chat: ANI, id: 'A2' }, 'live');
    await clock.advance(5 * SECOND_MS);
    expect(service.lane.isUpToDate()).to.equal(false);
    expect(phone.callsOf('seen')).to.deep.equal([]);
    await clock.advance(MINUTE_MS);
    expect(service.problems).to.include('behind raised');
    service.refuse = undefined;
    phone.write({ chat: ANI, id: 'A3' }, 'live');
    await clock.advance(MINUTE_MS);
    await upToDate();
    expect(ids()).to.deep.equal(['A1', 'A2', 'A3']);
    expect(service.problems.at(-1)).to.equal('behind cleared');
  });

  it('keeps behind a message what came after it, when only that one could not be taken in', async () => {
    await ready();
    let isAway = true;
    service.refuse = ({ externalId }) => {
      if (externalId === 'A1' && isAway) throw new AppError('store.unavailable', 'away');
    };
    phone.write({ chat: ANI, id: 'A1' }, 'live');
    phone.write({ chat: ANI, id: 'A2' }, 'live');
    await clock.advance(SECOND_MS);
    expect(ids()).to.deep.equal([]);
    isAway = false;
    await clock.advance(MINUTE_MS);
    expect(ids()).to.deep.equal(['A1', 'A2']);
  });

  for (const code of ['store.newer_schema', 'flow.newer_version'] as const) {
    it(`leaves a chat that a newer version has gone on with, and goes on with the others (${code})`, async () => {
      await ready();
      let isNewer = true;
      service.refuse = ({ address }) => {
        if (address.chatId === ANI && isNewer) throw new AppError(code, 'newer');
      };
      phone.write({ chat: ANI, id: 'A1' }, 'live');
      phone.write({ chat: ANI, id: 'A2' }, 'live');
      await clock.advance(SECOND_MS);
      phone.write({ chat: BUDI, id: 'B1' }, 'live');
      await clock.advance(SECOND_MS);
      expect(ids()).to.deep.equal(['B1']);
      expect(service.lane.isUpToDate()).to.equal(true);
      expect(service.lane.problems()).to.deep.equal(['behind']);
      // a session that comes back finds it the same way
      phone.ready();
      phone.write({ chat: ANI, id: 'A3' }, 'live');
      await upToDate();
      await clock.advance(SECOND_MS);
      expect(ids()).to.deep.equal(['B1']);
      expect(service.lane.problems()).to.deep.equal(['behind']);
      isNewer = false;
      phone.write({ chat: ANI, id: 'A4' }, 'live');
      await clock.advance(11 * MINUTE_MS);
      await until('all is taken in', () => ids().length === 5);
      expect(ids()).to.deep.equal(['B1', 'A1', 'A2', 'A3', 'A4']);
      await clock.advance(0);
      expect(service.lane.problems()).to.deep.equal([]);
      phone.write({ chat: ANI, id: 'A5' }, 'live');
      await clock.advance(SECOND_MS);
      expect(ids().at(-1)).to.equal('A5');
    });
  }

  it('keeps for later what stands in no history', async () => {
    await ready();
    service.refuse = () => {
      throw new AppError('store.unavailable', 'away');
    };
    const raw = { id: 'A1', ref: 'r', chat: ANI, fromMe: false, type: 'ciphertext' };
    phone.tell({ type: 'message', event: 'undecryptable', raw });
    await clock.advance(SECOND_MS);
    service.refuse = undefined;
    await clock.advance(MINUTE_MS);
    expect(ids()).to.deep.equal(['A1:closed']);
  });

  it('loses nothing of a flood that comes while it is busy reading', async () => {
    const gate = deferred();
    service.hold = ({ externalId }) => (externalId === 'FIRST' ? gate.opened : undefined);
    phone.write({ chat: ANI, id: 'FIRST' });
    phone.ready();
    await until('the first is under way', () => phone.callsOf('history').length === 1);
    for (let count = 0; count < 1100; count++) {
      phone.write({ chat: `62800000${count % 11}@c.us`, id: `M${count}` }, 'live');
    }
    gate.open();
    await upToDate();
    expect(new Set(ids()).size).to.equal(1101);
    expect(ids()).to.have.length(1101);
  });

  it('sends nothing until what was missed is taken in', async () => {
    const failure = await service.lane.channel
      .send(outbound(ANI, 'Halo'), new AbortController().signal)
      .catch((error: unknown) => error);
    expect(failure).to.include({ reason: 'unreachable', ambiguous: false });
    expect(phone.callsOf('send')).to.deep.equal([]);
  });

  it('puts a message aside that fails every time, and goes on with the next', async () => {
    await ready();
    service.refuse = ({ externalId }) => {
      if (externalId === 'POISON') throw new TypeError('broken');
    };
    phone.write({ chat: ANI, id: 'POISON' }, 'live');
    phone.write({ chat: ANI, id: 'A2' }, 'live');
    await clock.advance(10 * SECOND_MS);
    expect(service.quarantined).to.deep.equal(['failed']);
    expect(ids()).to.deep.equal(['A2']);
  });

  it('puts a message aside that hangs twice, and lets other chats pass meanwhile', async () => {
    await ready();
    service.hold = ({ externalId }) => (externalId === 'HANGS' ? new Promise(() => undefined) : undefined);
    phone.write({ chat: ANI, id: 'HANGS' }, 'live');
    phone.write({ chat: ANI, id: 'A2' }, 'live');
    phone.write({ chat: BUDI, id: 'B1' }, 'live');
    await clock.advance(SECOND_MS);
    expect(ids()).to.deep.equal(['B1']);
    await clock.advance(MINUTE_MS);
    expect(service.quarantined).to.deep.equal(['hung']);
    expect(ids()).to.deep.equal(['B1', 'A2']);
  });

  it('puts aside what is no message', async () => {
    await ready();
    phone.tell({ type: 'message', event: 'new', raw: { chat: ANI } });
    await clock.advance(0);
    expect(service.quarantined).to.deep.equal(['not_a_message']);
  });

  describe('after being away', () => {
    it('reads what came, oldest first, before what comes now', async () => {
      for (let count = 1; count <= 5; count++)
        phone.write({ chat: ANI, id: `A${count}`, sentAtSeconds: secondsAgo(0) });
      const gate = deferred();
      service.hold = (message) => (message.externalId === 'A1' ? gate.opened : undefined);
      phone.ready();
      await until('the first is under way', () => phone.callsOf('history').length === 1);
      phone.write({ chat: ANI, id: 'LIVE' }, 'live');
      gate.open();
      await upToDate();
      expect(ids()).to.deep.equal(['A1', 'A2', 'A3', 'A4', 'A5', 'LIVE']);
    });

    for (const killedAfter of [0, 1, 7, 19, 20]) {
      it(`misses nothing and doubles nothing when it is killed after ${killedAfter} of 20 messages`, async () => {
        const agoMs = 3 * 60 * MINUTE_MS;
        for (let count = 1; count <= 20; count++) {
          phone.write({ chat: ANI, id: `A${count}`, sentAtSeconds: secondsAgo(agoMs - count * MINUTE_MS) });
        }
        service.refuse = () => {
          if (kept.taken.size >= killedAfter) throw new AppError('store.unavailable', 'killed');
        };
        phone.ready();
        await until('as many are taken', () => kept.taken.size === killedAfter);
        phone.die('process_ended');
        await service.lane.channel.stop();
        const before = ids();
        await start();
        await ready();
        expect([...before, ...ids()]).to.deep.equal(Array.from({ length: 20 }, (_, index) => `A${index + 1}`));
      });
    }

    it('hands on again only what is newer than ten minutes before the last committed', async () => {
      phone.write({ chat: ANI, id: 'OLD', sentAtSeconds: secondsAgo(DAY_MS) });
      phone.write({ chat: ANI, id: 'NEW' });
      await ready();
      await service.lane.channel.stop();
      await start();
      const again: string[] = [];
      service.refuse = ({ externalId }) => void again.push(externalId);
      await ready();
      expect(again).to.deep.equal(['NEW']);
      expect(ids()).to.deep.equal([]);
    });

    it('reads again ten minutes back, for what was overtaken', async () => {
      phone.write({ chat: ANI, id: 'LATE', sentAtSeconds: secondsAgo(9 * MINUTE_MS) });
      await ready();
      phone.write({ chat: ANI, id: 'OVERTAKEN', sentAtSeconds: secondsAgo(15 * MINUTE_MS) });
      phone.write({ chat: ANI, id: 'TOO OLD', sentAtSeconds: secondsAgo(20 * MINUTE_MS) });
      phone.chats.set(ANI, { messages: phone.chats.get(ANI)?.messages ?? [], unread: 0 });
      await service.lane.channel.stop();
      await start();
      phone.write({ chat: ANI, id: 'NEWEST' });
      phone.chats.set(ANI, { messages: phone.chats.get(ANI)?.messages ?? [], unread: 0 });
      await ready();
      expect(ids()).to.deep.equal(['OVERTAKEN', 'NEWEST']);
    });

    it('reads what nobody has looked at, however old the last committed one makes it look', async () => {
      phone.write({ chat: ANI, id: 'LATE' });
      await ready();
      await service.lane.channel.stop();
      phone.write({ chat: ANI, id: 'UNREAD', sentAtSeconds: secondsAgo(2 * DAY_MS) });
      await start();
      await ready();
      expect(ids()).to.deep.equal(['UNREAD']);
    });

    it('leaves alone what is older than seven days', async () => {
      phone.write({ chat: ANI, id: 'ANCIENT', sentAtSeconds: secondsAgo(8 * DAY_MS) });
      phone.write({ chat: ANI, id: 'RECENT', sentAtSeconds: secondsAgo(6 * DAY_MS) });
      await ready();
      expect(ids()).to.deep.equal(['RECENT']);
    });

    it('reads 200 messages of a chat at most, and says that there were more', async () => {
      for (let count = 1; count <= 230; count++) phone.write({ chat: ANI, id: `A${count}` });
      await ready();
      expect(ids()).to.have.length(200);
      expect(ids()[0]).to.equal('A31');
      expect(phone.callsOf('history').map(({ limit }) => limit)).to.deep.equal([50, 200]);
      expect(service.problems).to.include('history_cut raised');
      phone.ready();
      await until('the next look', () => service.problems.at(-1) === 'history_cut cleared');
    });

    it('is not held up by a chat that the page can not read', async () => {
      phone.write({ chat: ANI, id: 'A1' });
      phone.write({ chat: BUDI, id: 'B1' });
      phone.answer('history', (call) => {
        if (call.do === 'history' && call.chatId === ANI) throw new Refusal('failed');
        return phone.chats.get(BUDI)?.messages;
      });
      await ready();
      expect(ids()).to.deep.equal(['B1']);
      phone.answer('history', (call) => (call.do === 'history' ? phone.chats.get(call.chatId)?.messages : []));
      await clock.advance(10 * MINUTE_MS);
      expect(ids()).to.deep.equal(['B1', 'A1']);
    });

    it('never reads groups', async () => {
      phone.write({ chat: '120363041234567890@g.us', id: 'G1' });
      await ready();
      expect(phone.callsOf('history')).to.deep.equal([]);
    });
  });

  it('finds after ten minutes a message that the page never told of', async () => {
    await ready();
    phone.write({ chat: ANI, id: 'UNTOLD' });
    await clock.advance(10 * MINUTE_MS - 1);
    expect(ids()).to.deep.equal([]);
    await clock.advance(1);
    expect(ids()).to.deep.equal(['UNTOLD']);
    await clock.advance(60 * MINUTE_MS);
    expect(phone.callsOf('history')).to.have.length(1);
  });

  it('finds an edit that was made while it was away', async () => {
    phone.write({ chat: ANI, id: 'A1', text: 'Jalan Melati', editedAtMs: clock.now().getTime() });
    await ready();
    expect(service.received.map(({ edited }) => edited?.of)).to.deep.equal([undefined, 'A1']);
  });
});

describe('a phone that is paired for the first time', () => {
  it('answers nobody who wrote before', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'whatsapp-web-'));
    const clock = createFakeClock();
    const phone = createScriptedPhone(clock.now);
    const service = createService({ dataDir, clock, startChild: phone.startChild });
    const at = Math.floor(clock.now().getTime() / SECOND_MS);
    phone.write({ chat: ANI, id: 'PRIVATE', sentAtSeconds: at - 3600 });
    phone.write({ chat: ANI, id: 'WHILE PAIRING', sentAtSeconds: at - 30 });
    await service.start();
    phone.ready();
    await until('up to date', () => service.lane.isUpToDate());
    expect(service.received.map(({ externalId }) => externalId)).to.deep.equal(['WHILE PAIRING']);
    await service.lane.channel.stop();
    rmSync(dataDir, { recursive: true });
  });
});

function deferred(): { opened: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
