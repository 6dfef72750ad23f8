import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Readable, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect } from 'chai';
import { createTelegramApi, type TelegramApi } from '../../../src/channels/telegram/api.js';
import { createFetchAttachment, FETCH_DELAYS_MS } from '../../../src/channels/telegram/attachments.js';
import { AppError } from '../../../src/core/errors.js';
import { createLog } from '../../../src/core/log.js';
import type { FetchOutcome } from '../../../src/messages/fetch.js';
import type { Attachment } from '../../../src/messages/message.js';
import { type FakeTelegram, startFakeTelegram } from '../../fakes/telegram-server.js';
import { eventually } from './eventually.js';
import { createSteppedClock, type SteppedClock } from './stepped-clock.js';

const MEGABYTE = 1024 * 1024;
const FOREVER = new AbortController().signal;
const LATER: FetchOutcome = { type: 'later', delayMs: 10_000 };

describe('fetchAttachment', () => {
  let clock: SteppedClock;
  let fake: FakeTelegram;
  let api: TelegramApi;
  let saved: Buffer[];
  let save: (body: Readable) => Promise<Attachment>;
  let lines: string[];

  beforeEach(async () => {
    clock = createSteppedClock();
    fake = await startFakeTelegram({ clock });
    api = createTelegramApi({ token: fake.token, apiRoot: fake.apiRoot, clock });
    saved = [];
    lines = [];
    save = async (body) => {
      saved.push(await buffer(body));
      return { kind: 'image', fileId: `own-${saved.length}` };
    };
  });
  afterEach(async () => {
    api.close();
    await fake.stop();
    expect(lines.join(''), 'no token in the log').not.to.include('canary');
  });

  function fetchFile(
    fileId: string | undefined,
    options: { attempt?: number; signal?: AbortSignal; refused?: 'too_large' } = {},
  ) {
    const sink = new Writable({
      write(line, _encoding, done) {
        lines.push(String(line));
        done();
      },
    });
    const fetchAttachment = createFetchAttachment({
      lane: 'telegram:7001',
      api,
      apiRoot: fake.apiRoot,
      token: fake.token,
      clock,
      log: createLog('debug', sink),
      saveFile: (_owner, body) => save(body),
    });
    const { refused } = options;
    const attachment = {
      kind: 'image',
      ...(fileId ? { platformRef: fileId } : {}),
      ...(refused ? { refused } : {}),
    } as const;
    return fetchAttachment('conversation', attachment, options.attempt ?? 1, options.signal ?? FOREVER);
  }

  it('streams the bytes into our store', async () => {
    const bytes = Buffer.from(Array.from({ length: 3 * MEGABYTE }, (_, index) => index % 251));
    const outcome = await fetchFile(fake.bot.keepFile(bytes));
    expect(outcome).to.deep.equal({ type: 'saved', attachment: { kind: 'image', fileId: 'own-1' } });
    expect(saved[0]?.equals(bytes)).to.equal(true);
  });

  it('fetches a file whatever its name ends in', async () => {
    for (const extension of ['pdf (1)', 'jpg#?%41', 'docx~', 'фото'])
      expect(await fetchFile(fake.bot.keepFile(Buffer.from('x'), { extension })), extension).to.have.property(
        'type',
        'saved',
      );
  });

  it('takes an empty file as it is', async () => {
    expect(await fetchFile(fake.bot.keepFile(Buffer.alloc(0)))).to.have.property('type', 'saved');
    expect(saved[0]).to.have.length(0);
  });

  it('asks for nothing when the platform said that it never hands the file over', async () => {
    const fileId = fake.bot.keepFile(Buffer.from('x'));
    expect(await fetchFile(fileId, { refused: 'too_large' })).to.deep.equal({ type: 'refused', reason: 'too_large' });
    expect(await fetchFile(undefined)).to.deep.equal({ type: 'refused', reason: 'gone' });
    expect(fake.calls).to.deep.equal([]);
  });

  it('refuses a file that the platform calls too big, and one that it no longer knows', async () => {
    const large = fake.bot.keepFile(Buffer.from('x'), { sizeBytes: 21 * MEGABYTE });
    expect(await fetchFile(large)).to.deep.equal({ type: 'refused', reason: 'too_large' });
    expect(await fetchFile('unknown')).to.deep.equal({ type: 'refused', reason: 'gone' });
  });

  it('stops a file that turns out larger than it said', async () => {
    const fileId = fake.bot.keepFile(Buffer.alloc(20 * MEGABYTE + 1), { sizeBytes: 1000 });
    expect(await fetchFile(fileId)).to.deep.equal({ type: 'refused', reason: 'too_large' });
    expect(saved).to.deep.equal([]);
  });

  it('comes back later when the API or the download fails, and is sure that nothing was saved', async () => {
    const fileId = fake.bot.keepFile(Buffer.alloc(200_000, 1));
    fake.script('getFile', { fail: 500 }, { page: '<html>' }, { fail: 401 });
    for (let tries = 0; tries < 3; tries++) expect(await fetchFile(fileId)).to.deep.equal(LATER);
    fake.script('file', { fail: 404 }, { page: '<html>', status: 502 }, { hangUp: true }, { cutAfterBytes: 70_000 });
    for (let tries = 0; tries < 4; tries++) expect(await fetchFile(fileId)).to.deep.equal(LATER);
    expect(saved).to.deep.equal([]);
    expect(await fetchFile(fileId)).to.have.property('type', 'saved');
  });

  it('takes what our store says of a file that was cut for a cut', async () => {
    const fileId = fake.bot.keepFile(Buffer.alloc(200_000, 1));
    save = async (body) => {
      await buffer(body).catch(() => undefined);
      throw new AppError('file.unsupported_type', 'half a file is of no type');
    };
    fake.script('file', { cutAfterBytes: 70_000 });
    expect(await fetchFile(fileId)).to.deep.equal(LATER);
  });

  it('waits longer each time, obeys a longer time that it was told, and ends after the last', async () => {
    const fileId = fake.bot.keepFile(Buffer.from('x'));
    for (const [index, delayMs] of FETCH_DELAYS_MS.entries()) {
      fake.script('getFile', { fail: 500 });
      expect(await fetchFile(fileId, { attempt: index + 1 })).to.deep.equal({ type: 'later', delayMs });
    }
    expect([...FETCH_DELAYS_MS]).to.deep.equal([...FETCH_DELAYS_MS].sort((a, b) => a - b));
    fake.script('getFile', { fail: 500 });
    expect(await fetchFile(fileId, { attempt: FETCH_DELAYS_MS.length + 1 })).to.deep.equal({
      type: 'refused',
      reason: 'attempts_exhausted',
    });
    fake.script('getFile', { fail: 429, retryAfterSeconds: 35 });
    expect(await fetchFile(fileId)).to.deep.equal({ type: 'later', delayMs: 35_000 });
  });

  it('gives a silent download up, before the first byte and between two', async () => {
    const fileId = fake.bot.keepFile(Buffer.alloc(100, 1));
    fake.script('file', { silence: 'not_done' });
    const first = fetchFile(fileId);
    await eventually('asked', () => fake.callsOf('file').length === 1);
    (await clock.wait(35_000)).end();
    expect(await first).to.deep.equal(LATER);
    fake.script('file', { stallAfterBytes: 40 });
    const second = fetchFile(fileId);
    (await clock.wait(30_000)).end();
    expect(await second).to.deep.equal(LATER);
    expect(saved).to.deep.equal([]);
  });

  it('ends when told to', async () => {
    fake.script('file', { silence: 'not_done' });
    const aborter = new AbortController();
    const fetching = fetchFile(fake.bot.keepFile(Buffer.from('x')), { signal: aborter.signal });
    await eventually('asked', () => fake.callsOf('file').length === 1);
    aborter.abort();
    expect(await fetching).to.deep.equal(LATER);
  });

  it("follows no redirect, and no path that leads out of the bot's own folder", async () => {
    let isVisited = false;
    const elsewhere = createServer((_request, response) => {
      isVisited = true;
      response.end('secret');
    }).listen(0, '127.0.0.1');
    await once(elsewhere, 'listening');
    const { port } = elsewhere.address() as AddressInfo;
    fake.script('file', { redirectTo: `http://127.0.0.1:${port}/` });
    expect(await fetchFile(fake.bot.keepFile(Buffer.from('x')))).to.deep.equal(LATER);

    for (const path of [
      '../../admin',
      '/etc/passwd',
      `http://127.0.0.1:${port}/x`,
      `//127.0.0.1:${port}/x`,
      'a/../../b',
      '',
    ]) {
      const page = JSON.stringify({ ok: true, result: { file_id: 'f', file_path: path } });
      fake.script('getFile', { page });
      expect(await fetchFile('f'), path).to.deep.equal(LATER);
    }
    expect(fake.callsOf('file')).to.have.length(1);
    expect(isVisited).to.equal(false);
    elsewhere.closeAllConnections();
    elsewhere.close();
  });

  it('passes on what our store refuses, and lets what is its fault through', async () => {
    const fileId = fake.bot.keepFile(Buffer.alloc(500_000, 1));
    const refusals = {
      'file.too_large': 'too_large',
      'file.unsupported_type': 'unsupported_type',
      'file.quota_exceeded': 'quota_exceeded',
    } as const;
    for (const [code, reason] of Object.entries(refusals)) {
      save = async () => {
        throw new AppError(code as 'file.too_large', 'refused');
      };
      expect(await fetchFile(fileId)).to.deep.equal({ type: 'refused', reason });
    }
    const away = new AppError('store.unavailable', 'away');
    save = async () => {
      throw away;
    };
    const error = await fetchFile(fileId).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.equal(away);
  });
});
