import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { expect } from 'chai';
import { GridFSBucket } from 'mongodb';
import type { Case } from '../../src/cases/case.js';
import { openWords } from '../../src/cases/case-update.js';
import { openContent } from '../../src/conversations/turn-content.js';
import { systemClock } from '../../src/core/clock.js';
import { type Keys, keyIdOf, open } from '../../src/core/crypto.js';
import { base32 } from '../../src/core/ids.js';
import { createAnswers } from '../../src/staff/answers.js';
import { createFileStore } from '../../src/store/files.js';
import { rekey } from '../../src/store/rekey.js';
import { fileCase, moveCase } from '../cases/case-life.js';
import { startTestApp, type TestApp } from '../fakes/test-app.js';
import { until } from '../fakes/until.js';

const K2 = randomBytes(32);
const K9 = randomBytes(32);

/** Every key that the tests here have sealed by. */
function olderKeys(test: TestApp): Keys['contentKeys'] {
  const [first, ...others] = test.app.keys.contentKeys;
  return [first, { id: 'k2', key: K2 }, ...others];
}

describe('rekey', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
  });
  after(() => test.close());

  it('seals everything by the newest key, so that the old one can be taken out', async () => {
    const { number, conversationId } = await fileCase(test.app);
    const { event } = await moveCase(test.app, number, ['needs_info'], { question: 'Lampu yang mana?' });
    // the service goes on sealing by its own newest key; here all is told before the ring changes
    await until('nothing is pending', async () => (await test.app.cases.find(number))?.notices.length === 0);
    const fresh = { id: 'k2', key: K2 };
    const both: Keys = { ...test.app.keys, contentKeys: [fresh, ...test.app.keys.contentKeys] };
    const only: Keys = { ...test.app.keys, contentKeys: [fresh] };
    const db = test.app.connection.getClient().db(test.app.connection.name);

    const counts = await rekey(db, both);
    expect(counts['turns']).to.be.at.least(2);
    expect(counts['cases']).to.equal(1);
    expect((await rekey(db, both))['turns'], 'nothing is left').to.equal(0);

    const found = (await test.app.cases.find(number)) as Case;
    expect(keyIdOf(found.report.buffer)).to.equal('k2');
    expect(open<{ description: string }>(only, number, found.report.buffer).description).to.contain('Lampu jalan');
    const asked = found.history.find(({ rev }) => rev === event.rev);
    expect(asked && openWords(only, number, asked).question).to.equal('Lampu yang mana?');
    for (const turn of await test.app.conversations.turns.after(conversationId, 0, 10)) {
      expect(openContent(only, turn).address.channel).to.equal('webchat');
    }
  });

  it('seals second factors and kept answers too', async () => {
    const db = test.app.connection.getClient().db(test.app.connection.name);
    const { accounts, store, secondFactor, answers } = test.app.staff;
    const { account } = await accounts.invite({ login: 'ratna', name: 'Ratna', role: 'admin', units: [] }, 'cli:test');
    const { secret } = await secondFactor.offer(account);
    const write = { staffId: account._id, route: 'POST /x', key: 'kunci-0001', body: {} };
    await answers.once(write, async () => ({ status: 200, body: 'jawaban' }));
    const fresh = { id: 'k9', key: K9 };
    const counts = await rekey(db, { ...test.app.keys, contentKeys: [fresh, ...olderKeys(test)] });
    expect([counts['staff'], counts['answers']]).to.deep.equal([1, 1]);

    const only: Keys = { ...test.app.keys, contentKeys: [fresh] };
    const offered = (await store.find(account._id))?.totpOffered;
    const opened = Buffer.from(
      open<string>(only, `totp:${account._id}`, offered?.buffer ?? new Uint8Array()),
      'base64',
    );
    expect(base32(opened).toUpperCase()).to.equal(secret);
    const kept = await createAnswers(db, only, systemClock).once(write, async () => ({ status: 500 }));
    expect(kept.body).to.equal('jawaban');
  });

  it('seals files by the newest key, and those that were kept in the clear', async () => {
    const db = test.app.connection.getClient().db(test.app.connection.name);
    const bytes = (filler: number) => Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(600_000, filler)]);
    const sealed = await test.app.files.save('satu', bytes(0x41), {});
    const sha256 = createHash('sha256').update(bytes(0x42)).digest('hex');
    const metadata = { owner: 'satu', kind: 'document', mimeType: 'application/pdf', savedAt: new Date(0), sha256 };
    const upload = new GridFSBucket(db).openUploadStream('old.pdf', { metadata });
    await pipeline(Readable.from([bytes(0x42)]), upload);
    const evidence = [{ kind: 'document' as const, fileId: upload.id.toHexString(), sha256 }];
    const { number } = await fileCase(test.app);
    await db.collection<Case>('cases').updateOne({ _id: number }, { $set: { evidence } });
    const fresh = { id: 'k3', key: randomBytes(32) };

    const counts = await rekey(db, {
      ...test.app.keys,
      contentKeys: [fresh, { id: 'k9', key: K9 }, ...olderKeys(test)],
    });
    expect(counts['fs.chunks']).to.equal(6);
    const files = createFileStore(db, systemClock, { ...test.app.keys, contentKeys: [fresh] });
    for (const [fileId = '', filler] of [
      [sealed.fileId, 0x41],
      [upload.id.toHexString(), 0x42],
    ] as const) {
      const opened = await files.open('satu', fileId);
      expect(bytes(filler).equals(await buffer(opened?.stream ?? Readable.from([])))).to.equal(true);
    }
    const [proof] = (await test.app.cases.find(number))?.evidence ?? [];
    expect(proof?.sha256).to.match(/^[0-9a-f]{64}$/);
    expect(proof?.sha256).not.to.equal(sha256);
    expect(await files.find('satu', upload.id.toHexString())).to.include({ sha256: proof?.sha256 });
  });
});
