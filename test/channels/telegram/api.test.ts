import { once } from 'node:events';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { expect } from 'chai';
import { createTelegramApi } from '../../../src/channels/telegram/api.js';
import { ApiFailure } from '../../../src/channels/telegram/api-failure.js';
import { EXPIRED } from '../../fakes/expired-certificate.js';
import { startFakeTelegram } from '../../fakes/telegram-server.js';
import { createSteppedClock } from './stepped-clock.js';

const TOKEN = '7001:AAE_canary-canary-canary-canary-0';

describe('createTelegramApi', () => {
  let mute: Server;

  beforeEach(async () => {
    mute = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await once(mute, 'listening');
  });
  afterEach(() => mute.close());

  const failureOf = async (calling: Promise<unknown>): Promise<ApiFailure> => {
    const error = await calling.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof ApiFailure)) throw new Error(`expected an ApiFailure, got ${String(error)}`);
    expect(`${error.message}${error.stack}`).not.to.include('canary');
    return error;
  };

  it('knows after 10 s that a connection can not be made, and that nothing left', async () => {
    const clock = createSteppedClock();
    const { port } = mute.address() as AddressInfo;
    const api = createTelegramApi({ token: TOKEN, apiRoot: `https://127.0.0.1:${port}`, clock });
    const failing = failureOf(api.call('getMe', {}));
    // the other side takes the connection and never greets
    (await clock.wait(10_000)).end();
    expect(await failing).to.include({
      transport: 'not_sent',
      message: 'no connection to the Bot API (ECONNECTTIMEOUT)',
    });
    api.close();
  });

  it('says the same of a name that does not resolve and a port that is closed', async () => {
    const clock = createSteppedClock();
    for (const apiRoot of ['http://bot-api.invalid', 'http://127.0.0.1:1', 'https://127.0.0.1:1']) {
      const api = createTelegramApi({ token: TOKEN, apiRoot, clock });
      expect(await failureOf(api.call('getMe', {})), apiRoot).to.include({ transport: 'not_sent' });
      api.close();
    }
  });

  it('hands the token and words to no server whose certificate has run out or is nobody’s, and is sure that nothing left', async () => {
    let isReached = false;
    const server = createSecureServer(EXPIRED, (_request, response) => {
      isReached = true;
      response.end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const api = createTelegramApi({ token: TOKEN, apiRoot: `https://127.0.0.1:${port}`, clock: createSteppedClock() });
    expect(await failureOf(api.call('getMe', {}))).to.include({ transport: 'not_sent' });
    expect(isReached).to.equal(false);
    api.close();
    server.close();
  });

  it('reaches a Bot API server of its own below a path', async () => {
    const fake = await startFakeTelegram();
    const clock = createSteppedClock();
    for (const apiRoot of [fake.apiRoot, `${fake.apiRoot}/`]) {
      const api = createTelegramApi({ token: fake.token, apiRoot, clock });
      expect(await api.call('getMe', {})).to.include({ username: 'aduan_bot' });
      api.close();
    }
    const below = createTelegramApi({ token: fake.token, apiRoot: `${fake.apiRoot}/deep`, clock });
    expect(await failureOf(below.call('getMe', {}))).to.include({ code: 404 });
    below.close();
    await fake.stop();
  });

  it('uses a connection for many calls', async () => {
    const fake = await startFakeTelegram();
    const clock = createSteppedClock();
    const api = createTelegramApi({ token: fake.token, apiRoot: fake.apiRoot, clock });
    for (let count = 0; count < 5; count++) await api.call('getMe', {});
    expect(fake.connectionCount()).to.equal(1);
    api.close();
    await fake.stop();
  });
});
