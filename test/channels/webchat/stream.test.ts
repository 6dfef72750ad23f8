import { expect } from 'chai';
import { type ChatService, startChatService } from '../../fakes/chat-service.js';
import { createFakeClock, type FakeClock } from '../../fakes/clock.js';
import { call, openChat, openStream, post } from './client.js';

describe('web chat stream', () => {
  let service: ChatService;
  let clock: FakeClock;
  let token: string;

  beforeEach(async () => {
    clock = createFakeClock();
    service = await startChatService({ clock });
    token = await openChat(service.url);
  });
  afterEach(() => service.server.close());

  const say = (text: string) => service.chat.say(service.conversationIdOf(token), 'staff', { text });

  it('brings each turn as one event whose id is its seq', async () => {
    const stream = await openStream(service.url, token);
    expect(stream.contentType).to.equal('text/event-stream; charset=utf-8');
    await post(service.url, token, { key: 'kunci-0001', text: 'halo' });
    const event = await stream.next();
    expect(event?.id).to.equal('1');
    expect(event?.data.map((entry) => [entry.part, entry.text])).to.deep.equal([
      [0, 'halo'],
      [1, 'Kami terima: halo'],
    ]);
    say('Selamat pagi');
    expect((await stream.next())?.data[0]?.text).to.equal('Selamat pagi');
    stream.close();
  });

  it('goes on after the last turn that was seen, with few turns repeated', async () => {
    for (let turn = 1; turn <= 20; turn++) say(`pesan ${turn}`);
    const stream = await openStream(service.url, token, '18');
    const seen: string[] = [];
    while (seen.at(-1) !== '20') seen.push((await stream.next())?.id ?? 'ended');
    expect(seen).to.deep.equal(['15', '16', '17', '18', '19', '20']);
    stream.close();
  });

  it('brings a long history whole, though it is read in pieces', async () => {
    for (let turn = 1; turn <= 300; turn++) say(`pesan ${turn}`);
    const stream = await openStream(service.url, token);
    const seen: string[] = [];
    while (seen.at(-1) !== '300') seen.push((await stream.next())?.id ?? 'ended');
    expect(seen).to.have.length(300);
    stream.close();
  });

  it('brings a turn again when it has grown, as when its case is filed after the turn', async () => {
    await post(service.url, token, { key: 'kunci-0001', text: 'kirim' });
    say('sementara itu');
    const stream = await openStream(service.url, token, '2');
    await stream.next();
    await stream.next();
    service.chat.grow(service.conversationIdOf(token), 1, { text: 'Nomor LP-260803-0001' });
    const event = await stream.next();
    expect(event?.id).to.equal('1');
    expect(event?.data.at(-1)?.text).to.equal('Nomor LP-260803-0001');
    stream.close();
  });

  it('shows a chat only its own turns', async () => {
    const other = await openChat(service.url);
    const stream = await openStream(service.url, other);
    say('bukan untukmu');
    service.chat.say(service.conversationIdOf(other), 'staff', { text: 'untukmu' });
    expect((await stream.next())?.data[0]?.text).to.equal('untukmu');
    stream.close();
  });

  it('beats while nothing happens, so that networks keep the connection', async () => {
    const response = await fetch(`${service.url}/api/webchat/stream`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).to.contain('retry: ');
    await clock.advance(20_000);
    expect((await reader?.read())?.value).to.equal(':\n\n');
    await reader?.cancel();
  });

  it('stops watching when the page goes away', async () => {
    const conversationId = service.conversationIdOf(token);
    const stream = await openStream(service.url, token);
    say('halo');
    await stream.next();
    expect(service.chat.watchers(conversationId)).to.equal(1);
    stream.close();
    while (service.chat.watchers(conversationId) > 0) await new Promise(setImmediate);
  });

  it('ends when the service stops, and does not keep it from stopping', async () => {
    const stream = await openStream(service.url, token);
    await service.server.close();
    expect(await stream.next()).to.equal(undefined);
  });

  it('follows one chat from six places at most', async () => {
    const streams = await Promise.all(Array.from({ length: 6 }, () => openStream(service.url, token)));
    const seventh = await call(`${service.url}/api/webchat/stream`, {}, token);
    expect(seventh.status).to.equal(429);
    for (const stream of streams) stream.close();
  });
});
