import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createFakeClock, type FakeClock } from '../../fakes/clock.js';
import { until } from '../../fakes/until.js';
import { createScriptedPhone, HANG, type ScriptedPhone } from '../../fakes/whatsapp-page/scripted-child.js';
import { addressOf, createService, outbound, type Service } from './harness.js';

const SECOND_MS = 1000;
const CHAT = '6281111111111@c.us';
const signal = new AbortController().signal;

describe('messages that our number wrote', () => {
  let dataDir: string;
  let clock: FakeClock;
  let phone: ScriptedPhone;
  let service: Service;

  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'whatsapp-web-'));
    clock = createFakeClock();
    phone = createScriptedPhone(clock.now);
    service = createService({ dataDir, clock, startChild: phone.startChild });
    await service.start();
    await clock.advance(0);
    phone.ready();
    await until('up to date', () => service.lane.isUpToDate());
  });
  afterEach(async () => {
    await service.lane.channel.stop();
    rmSync(dataDir, { recursive: true });
  });

  const typed = (id: string, text: string) => phone.write({ chat: CHAT, id, fromMe: true, text }, 'live');
  const takeovers = () => service.takeovers.map(({ externalId }) => externalId);

  it('are a takeover when somebody typed them on the phone', async () => {
    typed('STAFF', 'Saya bantu ya');
    await clock.advance(0);
    expect(service.takeovers).to.deep.equal([
      { address: addressOf(CHAT), externalId: 'STAFF', text: 'Saya bantu ya', at: clock.now() },
    ]);
    expect(service.received).to.deep.equal([]);
  });

  it('are ours when the page tells of them before it answers the send', async () => {
    phone.answer('send', async () => {
      typed('OURS', 'Terima kasih');
      await Promise.resolve();
      return { id: 'OURS' };
    });
    const sending = service.lane.channel.send(outbound(CHAT, 'Terima kasih'), signal);
    await clock.advance(SECOND_MS);
    expect(await sending).to.equal('OURS');
    await clock.advance(SECOND_MS);
    expect(takeovers()).to.deep.equal([]);
  });

  it('are ours when an earlier process sent them', async () => {
    service.sentBefore.add('BEFORE');
    typed('BEFORE', 'Terima kasih');
    await clock.advance(0);
    expect(takeovers()).to.deep.equal([]);
  });

  it('are not judged while a send to that chat is under way', async () => {
    let finish: (answer: unknown) => void = () => undefined;
    phone.answer('send', () => new Promise((resolve) => (finish = resolve)));
    const sending = service.lane.channel.send(outbound(CHAT, 'Terima kasih'), signal);
    await clock.advance(SECOND_MS);
    typed('STAFF', 'Saya bantu ya');
    await clock.advance(SECOND_MS);
    expect(takeovers()).to.deep.equal([]);
    finish({ id: 'OURS' });
    await sending;
    await clock.advance(0);
    expect(takeovers()).to.deep.equal(['STAFF']);
  });

  it('settle a message in doubt that has the same words, numbers and all', async () => {
    const question = outbound(CHAT, 'Sudah benar?', { options: [{ id: 'y', label: 'Ya' }] });
    service.inDoubt.push(question);
    typed('ECHO', 'Sudah benar?\n\n1. Ya');
    await clock.advance(0);
    expect(service.settled).to.deep.equal([{ id: question.id, platformId: 'ECHO' }]);
    expect(takeovers()).to.deep.equal([]);
  });

  it('wait for a process that has just begun to take up what the last one was sending', async () => {
    const question = outbound(CHAT, 'Sudah benar?');
    service.isSending = () => true;
    typed('ECHO', 'Sudah benar?');
    await clock.advance(SECOND_MS);
    expect(takeovers()).to.deep.equal([]);
    service.inDoubt.push(question);
    await clock.advance(SECOND_MS);
    expect(service.settled).to.deep.equal([{ id: question.id, platformId: 'ECHO' }]);
    expect(takeovers()).to.deep.equal([]);
  });

  it('are judged anew when what was being sent is never taken up', async () => {
    service.isSending = () => true;
    typed('ECHO', 'Sudah benar?');
    await clock.advance(10 * SECOND_MS);
    expect(takeovers()).to.deep.equal([]);
    service.sentBefore.add('ECHO');
    await clock.advance(10 * SECOND_MS);
    expect(takeovers()).to.deep.equal([]);
  });

  it('wait with other words until nothing is in doubt', async () => {
    service.inDoubt.push(outbound(CHAT, 'Terima kasih'));
    typed('STAFF', 'Saya bantu ya');
    await clock.advance(20 * SECOND_MS);
    expect(takeovers()).to.deep.equal([]);
    service.inDoubt.length = 0;
    await clock.advance(5 * SECOND_MS);
    expect(takeovers()).to.deep.equal(['STAFF']);
  });

  it('do not wait for a doubt that never ends', async () => {
    service.inDoubt.push(outbound(CHAT, 'Terima kasih'));
    typed('STAFF', 'Saya bantu ya');
    await clock.advance(4 * 60 * SECOND_MS);
    expect(takeovers()).to.deep.equal(['STAFF']);
  });

  it('do not keep the citizen waiting meanwhile', async () => {
    phone.answer('send', () => HANG);
    const sending = service.lane.channel.send(outbound(CHAT, 'Terima kasih'), signal).catch(() => undefined);
    await clock.advance(SECOND_MS);
    typed('STAFF', 'Saya bantu ya');
    phone.write({ chat: CHAT, id: 'A1' }, 'live');
    await clock.advance(0);
    expect(service.received.map(({ externalId }) => externalId)).to.deep.equal(['A1']);
    await clock.advance(30 * SECOND_MS);
    await sending;
  });

  it('stop nobody when the takeover itself fails', async () => {
    service.refuseTakeover = true;
    typed('STAFF', 'Saya bantu ya');
    phone.write({ chat: CHAT, id: 'A1' }, 'live');
    await clock.advance(SECOND_MS);
    expect(service.lane.isUpToDate()).to.equal(true);
    expect(service.received).to.have.length(1);
  });
});
