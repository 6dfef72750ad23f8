import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { type FakeTelegram, startFakeTelegram } from '../../fakes/telegram-server.js';
import { eventually } from './eventually.js';
import { createSteppedClock, type SteppedClock } from './stepped-clock.js';

describe('the fake Bot API server', () => {
  let clock: SteppedClock;
  let fake: FakeTelegram;

  beforeEach(async () => {
    clock = createSteppedClock();
    fake = await startFakeTelegram({ clock, firstUpdateId: 10 });
  });
  afterEach(() => fake.stop());

  async function call(method: string, payload: unknown = {}, token = fake.token) {
    const response = await fetch(`${fake.apiRoot}/bot${token}/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(payload),
    });
    return (await response.json()) as { ok: boolean; result: never; error_code?: number; description?: string };
  }

  async function idsAt(offset?: number, limit?: number): Promise<number[]> {
    const { result } = await call('getUpdates', { offset, limit, timeout: 0 });
    return (result as { update_id: number }[]).map(({ update_id }) => update_id);
  }

  it('hands out updates until an offset confirms them', async () => {
    const siti = fake.citizen(1);
    siti.say('a');
    siti.say('b');
    siti.say('c');
    expect(await idsAt()).to.deep.equal([10, 11, 12]);
    expect(await idsAt()).to.deep.equal([10, 11, 12]);
    expect(await idsAt(11, 1)).to.deep.equal([11]);
    expect(fake.queue.acknowledged).to.deep.equal([10]);
    expect(await idsAt(-1)).to.deep.equal([12]);
    expect(await idsAt(13)).to.deep.equal([]);
  });

  it('lets a long poll hang until something comes or time is up', async () => {
    const first = call('getUpdates', { timeout: 50 });
    await clock.wait(50_000);
    fake.citizen(1).say('a');
    expect((await first).result).to.have.length(1);
    const second = call('getUpdates', { timeout: 50, offset: 11 });
    (await clock.wait(50_000)).end();
    expect((await second).result).to.deep.equal([]);
  });

  it('ends the older of two polls with a conflict, and any poll while a webhook is set', async () => {
    const older = call('getUpdates', { timeout: 50 });
    await clock.wait(50_000);
    const newer = call('getUpdates', { timeout: 50 });
    expect(await older).to.include({ ok: false, error_code: 409 });
    fake.citizen(1).say('a');
    expect((await newer).ok).to.equal(true);
    await call('setWebhook', { url: 'http://127.0.0.1:1/' });
    expect(await call('getUpdates')).to.include({ ok: false, error_code: 409 });
  });

  it('forgets a tap after 150 s and a message after a day', async () => {
    const siti = fake.citizen(1);
    siti.say('a');
    siti.tapData('1:a:b');
    clock.advance(151_000);
    expect(await idsAt()).to.deep.equal([10]);
    clock.advance(86_400_000);
    expect(await idsAt()).to.deep.equal([]);
    expect(await call('answerCallbackQuery', { callback_query_id: '11' })).to.include({ error_code: 400 });
  });

  it('sends only the kinds asked for, from then on', async () => {
    await call('getUpdates', { timeout: 0, allowed_updates: ['message'] });
    expect(fake.citizen(1).tapData('x')).to.equal(undefined);
    await call('getUpdates', { timeout: 0 });
    expect(fake.citizen(1).tapData('x'), 'left out = as before').to.equal(undefined);
  });

  it('pushes a chat in order, again at once after a failure, then after 2 and 4 s, and confirms on 2xx', async () => {
    const answers = [500, 500, 500, 200, 200];
    const came: string[] = [];
    const target = createServer((request, response) => {
      came.push(String(request.headers['x-telegram-bot-api-secret-token']));
      request.resume();
      response.writeHead(answers.shift() ?? 200).end();
    }).listen(0, '127.0.0.1');
    await once(target, 'listening');
    const { port } = target.address() as AddressInfo;
    await call('setWebhook', { url: `http://127.0.0.1:${port}/`, secret_token: 's3cret' });
    const siti = fake.citizen(1);
    siti.say('a');
    siti.say('b');

    (await clock.wait(0)).end();
    const second = await clock.wait(2000);
    expect(fake.queue.pushes.map(({ id }) => id)).to.deep.equal([10, 10]);
    second.end();
    (await clock.wait(4000)).end();
    await eventually('both pushed', () => fake.queue.acknowledged.length === 2);
    expect(fake.queue.pushes.map(({ id, status }) => `${id} ${status}`)).to.deep.equal([
      '10 500',
      '10 500',
      '10 500',
      '10 200',
      '11 200',
    ]);
    expect(new Set(came)).to.deep.equal(new Set(['s3cret']));
    target.closeAllConnections();
    target.close();
  });

  it('refuses what the platform refuses', async () => {
    fake.citizen(1);
    fake.citizen(2).block();
    const markup = (callback_data: string) => ({ inline_keyboard: [[{ text: 'x', callback_data }]] });
    expect(await call('sendMessage', { chat_id: 1, text: ' ' })).to.include({
      description: 'Bad Request: message text is empty',
    });
    expect(await call('sendMessage', { chat_id: 1, text: 'a'.repeat(4097) })).to.include({
      description: 'Bad Request: message is too long',
    });
    expect(await call('sendMessage', { chat_id: 1, text: 'a', reply_markup: markup('a'.repeat(65)) })).to.include({
      description: 'Bad Request: BUTTON_DATA_INVALID',
    });
    expect(await call('sendMessage', { chat_id: 2, text: 'a' })).to.include({ error_code: 403 });
    expect(await call('sendMessage', { chat_id: 3, text: 'a' })).to.include({
      description: 'Bad Request: chat not found',
    });
    expect(await call('getMe', {}, '7001:wrong')).to.include({ error_code: 401 });
    expect(fake.bot.sent).to.deep.equal([]);
  });

  it('notes a send that comes before the time it told to wait', async () => {
    fake.citizen(1);
    fake.script('sendMessage', { fail: 429, retryAfterSeconds: 3 });
    expect(await call('sendMessage', { chat_id: 1, text: 'a' })).to.include({ error_code: 429 });
    expect(await call('sendMessage', { chat_id: 1, text: 'a' })).to.include({ error_code: 429 });
    expect(fake.early).to.have.length(1);
    clock.advance(3000);
    expect(await call('sendMessage', { chat_id: 1, text: 'a' })).to.include({ ok: true });
    expect(fake.early).to.have.length(1);
  });
});
