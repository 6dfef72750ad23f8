import { buffer } from 'node:stream/consumers';
import { expect } from 'chai';
import { MediaError, type MediaFailureReason, type SaveFile } from '../../../src/channels/whatsapp-cloud/media.js';
import { MAX_FILE_BYTES } from '../../../src/store/files.js';
import type { FakeMedia } from '../../fakes/graph-server.js';
import { PHONE } from './payloads.js';
import { type CloudService, startCloudService } from './service.js';

const JPEG = Buffer.from('ffd8ffe000104a46494600010100000100010000ffd9', 'hex');

describe('fetching what people sent', () => {
  let service: CloudService;
  const save: SaveFile = (body, declared) => service.files.save(service.ownerOf(PHONE), body, declared);
  const fetchMedia = (id: string, keep = save) => service.lane.fetchMedia(id, keep, new AbortController().signal);
  const failure = async (id: string, keep = save): Promise<MediaError> => {
    const error: unknown = await fetchMedia(id, keep).catch((cause: unknown) => cause);
    if (error instanceof MediaError) return error;
    throw new Error(`not a MediaError: ${String(error)}`);
  };

  before(async () => {
    service = await startCloudService();
  });
  after(() => service.close());
  beforeEach(() => {
    service.graph.calls.length = 0;
  });

  it('streams a file into the store', async () => {
    service.graph.addMedia('501', { bytes: JPEG, mimeType: 'image/jpeg' });
    const attachment = await fetchMedia('501');
    expect(attachment).to.include({ kind: 'image', mimeType: 'image/jpeg', sizeBytes: JPEG.length });
    expect(service.graph.calls.map((call) => call.path)).to.deep.equal(['/v25.0/501', '/files/501']);
  });

  it('hands the declared type on, and what the store says back', async () => {
    service.graph.addMedia('502', { bytes: Buffer.from('%PDF-1.4'), mimeType: 'application/pdf' });
    const declared: unknown[] = [];
    const refusal = new Error('not this one');
    const refuse: SaveFile = async (body, given) => {
      declared.push(given, (await buffer(body)).toString());
      throw refusal;
    };
    expect(await fetchMedia('502', refuse).catch((error: unknown) => error)).to.equal(refusal);
    expect(declared).to.deep.equal([{ mimeType: 'application/pdf' }, '%PDF-1.4']);
  });

  for (const [what, media, reason] of [
    ['a file larger than we take, by what is declared', { declaredBytes: MAX_FILE_BYTES + 1 }, 'too_large'],
    ['a file larger than was declared', { bytes: Buffer.alloc(MAX_FILE_BYTES + 1), declaredBytes: 9 }, 'too_large'],
    ['a place that isn’t Meta’s', { url: 'http://169.254.169.254/latest/meta-data' }, 'refused'],
    ['Meta’s name as the user of another place', { url: 'https://lookaside.fbsbx.com@evil.example/x' }, 'refused'],
    ['Meta’s name as part of another', { url: 'https://lookaside.fbsbx.com.evil.example/x' }, 'refused'],
    ['another port of a right place', { url: 'https://lookaside.fbsbx.com:8443/x' }, 'refused'],
    ['a file of this machine', { url: 'file:///etc/passwd' }, 'refused'],
    ['no place at all', { url: 'lookaside' }, 'refused'],
    ['a redirect to another place', { redirectTo: 'http://127.0.0.1:1/secret' }, 'refused'],
    ['a file that breaks off', { bytes: Buffer.alloc(2_000_000), breaksOff: true }, 'unreachable'],
  ] as const satisfies readonly (readonly [string, Partial<FakeMedia>, MediaFailureReason])[]) {
    it(`refuses ${what}`, async () => {
      service.graph.addMedia('600', { bytes: JPEG, mimeType: 'image/jpeg', ...media });
      const drain: SaveFile = async (body) => ({ kind: 'image', sizeBytes: (await buffer(body)).length });
      expect((await failure('600', drain)).reason).to.equal(reason);
    });
  }

  it('asks no place that isn’t Meta’s for anything', async () => {
    service.graph.addMedia('600', {
      bytes: JPEG,
      mimeType: 'image/jpeg',
      url: `http://localhost:${service.graph.host.split(':')[1]}/files/501`,
    });
    await failure('600');
    expect(service.graph.calls.map((call) => call.path)).to.deep.equal(['/v25.0/600']);
  });

  it('tells a file that is gone from one that is late', async () => {
    expect(await failure('999')).to.include({ reason: 'gone', retryable: false });
    service.graph.addMedia('700', {
      bytes: JPEG,
      mimeType: 'image/jpeg',
      url: `http://${service.graph.host}/files/nothing`,
    });
    expect(await failure('700')).to.include({ reason: 'gone' });
  });

  it('can be tried again when nobody answers', async () => {
    const other = await startCloudService();
    await other.graph.close();
    const error: unknown = await other.lane
      .fetchMedia('501', save, new AbortController().signal)
      .catch((cause: unknown) => cause);
    await other.close();
    expect(error).to.include({ reason: 'unreachable', retryable: true });
  });

  it('stops in the middle when it is given up', async () => {
    service.graph.addMedia('800', { bytes: Buffer.alloc(4_000_000), mimeType: 'image/jpeg' });
    const aborter = new AbortController();
    const slow: SaveFile = async (body) => {
      for await (const _ of body) aborter.abort();
      return { kind: 'image' };
    };
    const error: unknown = await service.lane.fetchMedia('800', slow, aborter.signal).catch((cause: unknown) => cause);
    expect(error).to.include({ name: 'MediaError', reason: 'unreachable' });
  });
});
