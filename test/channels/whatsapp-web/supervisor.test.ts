import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createFakeClock, type FakeClock } from '../../fakes/clock.js';
import { until } from '../../fakes/until.js';
import { createScriptedPhone, HANG, type ScriptedPhone } from '../../fakes/whatsapp-page/scripted-child.js';
import { createService, outbound, type Service, type ServiceOptions } from './harness.js';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const CHAT = '6281234567890@c.us';

describe('looking after the browser session', () => {
  let dataDir: string;
  let clock: FakeClock;
  let phone: ScriptedPhone;
  let service: Service;

  const start = async (options: Partial<ServiceOptions> = {}) => {
    service = createService({ dataDir, clock, startChild: phone.startChild, ...options });
    await service.start();
    await clock.advance(0);
  };
  const ready = async () => {
    phone.ready();
    await until('up to date', () => service.lane.isUpToDate());
  };
  const state = () => service.lane.status().state;

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'whatsapp-web-'));
    clock = createFakeClock();
    phone = createScriptedPhone(clock.now);
  });
  afterEach(async () => {
    phone.stops = true;
    await service.lane.channel.stop();
    rmSync(dataDir, { recursive: true });
  });

  it('tells each state, and the code while one is wanted', async () => {
    await start();
    phone.tell({ type: 'qr', data: '2@FIRST,key' });
    phone.tell({ type: 'qr', data: '2@SECOND,key' });
    expect(service.lane.status().qr).to.include({ data: '2@SECOND,key' });
    phone.tell({ type: 'progress' });
    await ready();
    expect(service.states.map((each) => each.state)).to.deep.equal(['starting', 'qr', 'qr', 'starting', 'ready']);
    expect(service.problems).to.deep.equal(['needs_qr raised', 'needs_qr cleared']);
  });

  it('starts again at most three times in half an hour, then asks for a person', async () => {
    await start();
    for (const delayMs of [SECOND_MS, 5 * SECOND_MS, 15 * SECOND_MS]) {
      phone.die('start_failed');
      await clock.advance(delayMs - 1);
      const before = phone.lives();
      await clock.advance(1);
      expect(phone.lives()).to.equal(before + 1);
    }
    expect(service.problems).to.deep.equal([]);
    phone.die('start_failed');
    await clock.advance(10 * MINUTE_MS);
    expect(phone.lives()).to.equal(4);
    expect(service.problems).to.deep.equal(['needs_person raised']);
    expect(service.lane.status()).to.include({ state: 'lost', lostReason: 'start_failed', restarts: 3 });
  });

  it('tries once more when the first restart is half an hour ago, and says when all is well again', async () => {
    await start();
    for (let lives = 1; lives <= 4; lives++) {
      phone.die('start_failed');
      await clock.advance(20 * SECOND_MS);
    }
    await clock.advance(28 * MINUTE_MS);
    expect(phone.lives()).to.equal(4);
    await clock.advance(MINUTE_MS);
    expect(phone.lives()).to.equal(5);
    await ready();
    expect(service.problems).to.deep.equal(['needs_person raised', 'needs_person cleared']);
  });

  it('says why it was lost until it is ready again, not only for the second until it starts', async () => {
    await start();
    await ready();
    expect(service.lane.laneStatus?.()).to.not.have.property('lastError');
    phone.die('CONFLICT');
    await clock.advance(SECOND_MS);
    expect(service.lane.laneStatus?.()).to.include({ state: 'starting', lastError: 'CONFLICT' });
    await ready();
    expect(service.lane.laneStatus?.()).to.not.have.property('lastError');
    await service.lane.channel.stop();
    await start();
    expect(service.lane.laneStatus?.()).to.not.have.property('lastError');
  });

  it('ends a browser that no longer answers, and opens another', async () => {
    await start();
    await ready();
    phone.answer('ping', () => HANG);
    await clock.advance(30 * SECOND_MS + 20 * SECOND_MS);
    await until('the end', () => phone.kills() === 1);
    await clock.advance(SECOND_MS);
    expect(phone.lives()).to.equal(2);
    expect(service.states.at(-2)?.lostReason).to.equal('not_answering');
  });

  it('ends a start that hangs although the page answers, but not one that gets on', async () => {
    await start();
    for (let percent = 0; percent < 5; percent++) {
      await clock.advance(MINUTE_MS);
      phone.tell({ type: 'progress' });
    }
    expect(phone.kills()).to.equal(0);
    await clock.advance(2 * MINUTE_MS);
    await until('the end', () => phone.kills() === 1);
    expect(phone.callsOf('ping').length).to.be.above(5);
  });

  it('waits for a QR code to be scanned as long as it takes', async () => {
    await start();
    phone.tell({ type: 'qr', data: '2@REF,key' });
    await clock.advance(60 * MINUTE_MS);
    expect(phone.lives()).to.equal(1);
    expect(state()).to.equal('qr');
  });

  it('forgets a login that WhatsApp ended, so that the next start shows a code', async () => {
    await start();
    await ready();
    mkdirSync(join(dataDir, 'login', 'session'), { recursive: true });
    phone.die('LOGOUT');
    await until('the login is gone', () => !existsSync(join(dataDir, 'login')));
    await until('another start is due', async () => {
      await clock.advance(SECOND_MS);
      return phone.lives() === 2;
    });
  });

  it('is among the problems that health shows while it is lost, though no person is asked for', async () => {
    await start();
    await ready();
    expect(service.lane.problems()).to.deep.equal([]);
    phone.die('browser_gone');
    expect(service.lane.problems()).to.deep.equal(['lost']);
    expect(service.problems).to.deep.equal([]);
    await clock.advance(SECOND_MS);
    await ready();
    expect(service.lane.problems()).to.deep.equal([]);
    await service.lane.channel.stop();
    expect(service.lane.problems(), 'of a lane that is not held').to.deep.equal([]);
  });

  it('keeps the login when the browser only crashed', async () => {
    await start();
    await ready();
    mkdirSync(join(dataDir, 'login', 'session'), { recursive: true });
    phone.die('browser_gone');
    await clock.advance(SECOND_MS);
    expect(phone.lives()).to.equal(2);
    expect(existsSync(join(dataDir, 'login', 'session'))).to.equal(true);
  });

  it('starts a browser anew that has grown over its limit, and tells how much it holds', async () => {
    const grown = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const gone = once(grown, 'exit');
    phone.pid = grown.pid;
    await start({ memoryLimitMb: 1 });
    await ready();
    await clock.advance(30 * SECOND_MS);
    await until('its end', () => phone.kills() === 1);
    await gone;
    expect(service.lane.status().lostReason).to.equal('memory');
    expect(service.lane.status().memoryMb).to.be.above(1);
    expect(service.problems).to.include('memory raised');
  });

  it('fails what was asked when the process ends, as in doubt', async () => {
    await start();
    await ready();
    phone.answer('send', () => HANG);
    const sending = service.lane.channel.send(outbound(CHAT, 'Halo'), new AbortController().signal);
    const failed = sending.catch((error: unknown) => error);
    await clock.advance(SECOND_MS);
    phone.die();
    expect(await failed).to.include({ reason: 'unreachable', ambiguous: true, code: 'gone' });
  });

  it('gives up a send that gets no answer before the sender does', async () => {
    await start();
    await ready();
    phone.answer('send', () => HANG);
    const sending = service.lane.channel.send(outbound(CHAT, 'Halo'), new AbortController().signal);
    const failed = sending.catch((error: unknown) => error);
    await clock.advance(31 * SECOND_MS);
    expect(await failed).to.include({ reason: 'unreachable', ambiguous: true, code: 'timeout' });
  });

  it('stops in order, and by force when the browser does not', async () => {
    await start();
    await ready();
    phone.stops = false;
    const stopping = service.lane.channel.stop();
    await clock.advance(4 * SECOND_MS);
    await clock.advance(8 * SECOND_MS);
    await stopping;
    expect(phone.kills()).to.equal(1);
    await clock.advance(60 * MINUTE_MS);
    expect(phone.lives()).to.equal(1);
  });
});
