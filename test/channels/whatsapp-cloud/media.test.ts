import { buffer } from 'node:stream/consumers';
import { expect } from 'chai';
import { createFetchAttachment, FETCH_DELAYS_MS } from '../../../src/channels/whatsapp-cloud/attachments.js';
import { createGraphApi } from '../../../src/channels/whatsapp-cloud/graph-api.js';
import {
  createFetchMedia,
  type KeepMedia,
  MediaError,
  type MediaFailureReason,
} from '../../../src/channels/whatsapp-cloud/media.js';
import { systemClock } from '../../../src/core/clock.js';
import { AppError } from '../../../src/core/errors.js';
import { conversationIdOf } from '../../../src/core/ids.js';
import { createLog } from '../../../src/core/log.js';
import type { Attachment } from '../../../src/messages/message.js';
import { createFakeClock, type FakeClock } from '../../fakes/clock.js';
import {
  type FakeMedia,
  GRAPH_TOKEN,
  type GraphServer,
  PHONE_NUMBER_ID,
  startGraphServer,
} from '../../fakes/graph-server.js';
import { TEST_KEYS } from '../../fakes/keys.js';
import { createMemoryFiles } from '../../fakes/memory-files.js';

const JPEG = Buffer.from('ffd8ffe000104a46494600010100000100010000ffd9', 'hex');
const MAX_BYTES = 1_000_000;
const OWNER = conversationIdOf(TEST_KEYS.addressKey, 'whatsapp_cloud', PHONE_NUMBER_ID, '6281200000001');

const drain: KeepMedia = async (body) => ({ kind: 'image', sizeBytes: (await buffer(body)).length });
const never = () => new AbortController().signal;

function fetcherOf(graph: GraphServer, clock = systemClock) {
  return createFetchMedia({
    api: createGraphApi({ token: GRAPH_TOKEN, apiRoot: graph.apiRoot, phoneNumberId: PHONE_NUMBER_ID, clock }),
    clock,
    hosts: ['lookaside.fbsbx.com', graph.host],
    httpsOnly: false,
    maxBytes: MAX_BYTES,
  });
}

async function failureOf(fetching: Promise<unknown>): Promise<MediaError> {
  const error: unknown = await fetching.catch((cause: unknown) => cause);
  if (error instanceof MediaError) return error;
  throw new Error(`not a MediaError: ${String(error)}`);
}

describe('fetching what people sent', () => {
  let graph: GraphServer;
  const photo = (more: Partial<FakeMedia> = {}): FakeMedia => ({ bytes: JPEG, mimeType: 'image/jpeg', ...more });
  const fetchMedia = (id: string, keep = drain, signal = never()) => fetcherOf(graph)(id, keep, signal);

  before(async () => {
    graph = await startGraphServer();
  });
  after(() => graph.close());
  beforeEach(() => {
    graph.calls.length = 0;
  });

  it('asks where the file is, then streams it, with the token both times', async () => {
    graph.addMedia('501', photo());
    expect(await fetchMedia('501')).to.deep.equal({ kind: 'image', sizeBytes: JPEG.length });
    expect(graph.calls).to.deep.equal([
      { path: '/v25.0/501', token: GRAPH_TOKEN },
      { path: '/files/501', token: GRAPH_TOKEN },
    ]);
  });

  it('hands the declared type on, and what the store says back', async () => {
    graph.addMedia('502', photo({ bytes: Buffer.from('%PDF-1.4'), mimeType: 'application/pdf' }));
    const kept: unknown[] = [];
    const refusal = new Error('not this one');
    const refuse: KeepMedia = async (body, declared) => {
      kept.push(declared, (await buffer(body)).toString());
      throw refusal;
    };
    expect(await fetchMedia('502', refuse).catch((error: unknown) => error)).to.equal(refusal);
    expect(kept).to.deep.equal([{ mimeType: 'application/pdf' }, '%PDF-1.4']);
  });

  for (const [what, media, reason] of [
    ['a file larger than we take, by its description', { declaredBytes: MAX_BYTES + 1 }, 'too_large'],
    ['a file larger than its description', { bytes: Buffer.alloc(MAX_BYTES + 1), declaredBytes: 9 }, 'too_large'],
    [
      'a file that turns out larger than we take',
      { bytes: Buffer.alloc(MAX_BYTES + 1), declaredBytes: 9, isChunked: true },
      'too_large',
    ],
    ['a place that isn’t Meta’s', { url: 'http://169.254.169.254/latest/meta-data' }, 'refused'],
    ['Meta’s name as the user of another place', { url: 'https://lookaside.fbsbx.com@evil.example/x' }, 'refused'],
    ['a user at Meta’s place', { url: 'https://user:secret@lookaside.fbsbx.com/x' }, 'refused'],
    ['Meta’s name as part of another', { url: 'https://lookaside.fbsbx.com.evil.example/x' }, 'refused'],
    ['another port of a right place', { url: 'https://lookaside.fbsbx.com:8443/x' }, 'refused'],
    ['a file of this machine', { url: 'file:///etc/passwd' }, 'refused'],
    ['no place at all', { url: 'lookaside' }, 'refused'],
    ['a redirect to another place', { redirectTo: 'http://127.0.0.1:1/secret' }, 'refused'],
    ['a file that breaks off', { bytes: Buffer.alloc(900_000), breaksOff: true }, 'unreachable'],
  ] as const satisfies readonly (readonly [string, Partial<FakeMedia>, MediaFailureReason])[]) {
    it(`refuses ${what}`, async () => {
      graph.addMedia('600', photo(media));
      expect((await failureOf(fetchMedia('600'))).reason).to.equal(reason);
    });
  }

  it('takes a file of just the size that we take', async () => {
    graph.addMedia('601', photo({ bytes: Buffer.alloc(MAX_BYTES), isChunked: true }));
    expect(await fetchMedia('601')).to.include({ sizeBytes: MAX_BYTES });
  });

  it('says why it stopped, whatever the store made of it', async () => {
    graph.addMedia('602', photo({ bytes: Buffer.alloc(MAX_BYTES + 1), declaredBytes: 9, isChunked: true }));
    const wrapping: KeepMedia = async (body) => {
      await buffer(body).catch(() => undefined);
      throw new Error('the upload failed');
    };
    expect((await failureOf(fetchMedia('602', wrapping))).reason).to.equal('too_large');
  });

  it('wants https of Meta', async () => {
    graph.addMedia('603', photo({ url: 'http://lookaside.fbsbx.com/x' }));
    const api = createGraphApi({ token: GRAPH_TOKEN, apiRoot: graph.apiRoot, phoneNumberId: '1', clock: systemClock });
    const hosts = ['lookaside.fbsbx.com'];
    const strict = createFetchMedia({ api, clock: systemClock, hosts, httpsOnly: true, maxBytes: MAX_BYTES });
    expect((await failureOf(strict('603', drain, never()))).reason).to.equal('refused');
  });

  it('asks no place that isn’t Meta’s for anything', async () => {
    const port = graph.host.split(':')[1];
    graph.addMedia('604', photo({ url: `http://localhost:${port}/files/501` }));
    await failureOf(fetchMedia('604'));
    expect(graph.calls.map((call) => call.path)).to.deep.equal(['/v25.0/604']);
  });

  it('tells a file that is gone from one whose address has expired, which gets another', async () => {
    expect((await failureOf(fetchMedia('999'))).reason).to.equal('gone');
    graph.addMedia('700', photo({ url: `http://${graph.host}/files/expired` }));
    expect((await failureOf(fetchMedia('700'))).reason).to.equal('unreachable');
  });

  it('may be tried again when nobody answers', async () => {
    const other = await startGraphServer();
    await other.close();
    expect((await failureOf(fetcherOf(other)('501', drain, never()))).reason).to.equal('unreachable');
  });

  it('stops in the middle when it is given up', async () => {
    graph.addMedia('800', photo({ bytes: Buffer.alloc(900_000) }));
    const aborter = new AbortController();
    const slow: KeepMedia = async (body) => {
      for await (const _ of body) aborter.abort();
      return { kind: 'image' };
    };
    expect((await failureOf(fetchMedia('800', slow, aborter.signal))).reason).to.equal('unreachable');
  });

  it('gives up a file that falls silent for 30 seconds', async () => {
    const clock: FakeClock = createFakeClock();
    graph.addMedia('801', photo({ bytes: Buffer.alloc(900_000), falls: 'silent' }));
    let sizeBytes = 0;
    let isHalfway: () => void = () => undefined;
    const halfway = new Promise<void>((resolve) => {
      isHalfway = resolve;
    });
    const listen: KeepMedia = async (body) => {
      for await (const chunk of body) {
        sizeBytes += (chunk as Buffer).length;
        if (sizeBytes === 450_000) isHalfway();
      }
      return { kind: 'image' };
    };
    let settled = false;
    const fetching = failureOf(fetcherOf(graph, clock)('801', listen, never())).finally(() => {
      settled = true;
    });
    await halfway;
    await clock.advance(29_999);
    expect(settled).to.equal(false);
    await clock.advance(1);
    expect((await fetching).reason).to.equal('unreachable');
  });
});

describe('createFetchAttachment', () => {
  const saved: Attachment = { kind: 'image', fileId: 'f1' };
  const attach = (fails?: unknown, save = async () => saved) =>
    createFetchAttachment({
      lane: 'whatsapp_cloud:1',
      log: createLog('silent'),
      async fetchMedia(_id, keep) {
        if (fails) throw fails;
        return keep(null as never, { mimeType: 'image/jpeg' });
      },
      saveFile: save,
    });
  const atMeta: Attachment = { kind: 'image', platformRef: '501' };

  it('keeps the file for its conversation', async () => {
    const owners: string[] = [];
    const files = createMemoryFiles();
    const fetchAttachment = attach(undefined, async (...args: unknown[]) => {
      owners.push(String(args[0]));
      return files.save(OWNER, JPEG, {});
    });
    const outcome = await fetchAttachment(OWNER, atMeta, 1, never());
    expect(outcome.type).to.equal('saved');
    expect(owners).to.deep.equal([OWNER]);
  });

  it('tries again at growing distances within the week for which Meta keeps the file, then gives up', async () => {
    const fetchAttachment = attach(new MediaError('unreachable', 'x'));
    const outcomes = [];
    for (let attempt = 1; attempt <= FETCH_DELAYS_MS.length + 1; attempt++)
      outcomes.push(await fetchAttachment(OWNER, atMeta, attempt, never()));
    const delays = outcomes.flatMap((each) => (each.type === 'later' ? [each.delayMs] : []));
    expect(delays)
      .to.deep.equal([...delays].sort((a, b) => a - b))
      .and.have.length(FETCH_DELAYS_MS.length);
    expect(delays.reduce((sum, delayMs) => sum + delayMs, 0)).to.be.below(7 * 86_400_000);
    expect(outcomes.at(-1)).to.deep.equal({ type: 'refused', reason: 'attempts_exhausted' });
  });

  for (const [what, error, reason] of [
    ['too large at Meta', new MediaError('too_large', 'x'), 'too_large'],
    ['gone', new MediaError('gone', 'x'), 'gone'],
    ['said to be elsewhere', new MediaError('refused', 'x'), 'gone'],
    ['of a kind we don’t keep', new AppError('file.unsupported_type', 'x'), 'unsupported_type'],
    ['beyond the day’s room', new AppError('file.quota_exceeded', 'x'), 'quota_exceeded'],
    ['too large for the store', new AppError('file.too_large', 'x'), 'too_large'],
  ] as const) {
    it(`gives up a file that is ${what}`, async () => {
      expect(await attach(error)(OWNER, atMeta, 1, never())).to.deep.equal({ type: 'refused', reason });
    });
  }

  it('passes on that the store is away', async () => {
    const away = new AppError('store.unavailable', 'x');
    expect(await attach(away)(OWNER, atMeta, 1, never()).catch((error: unknown) => error)).to.equal(away);
  });

  it('asks for nothing that isn’t at Meta', async () => {
    const fetchAttachment = attach();
    expect(await fetchAttachment(OWNER, { kind: 'image' }, 1, never())).to.include({ reason: 'gone' });
    const large: Attachment = { ...atMeta, refused: 'too_large' };
    expect(await fetchAttachment(OWNER, large, 1, never())).to.include({ reason: 'too_large' });
  });
});
