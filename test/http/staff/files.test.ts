import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect } from 'chai';
import sharp from 'sharp';
import { caseFilesOf } from '../../../src/cases/case.js';
import { parseRange, sliceBytes } from '../../../src/http/staff/byte-range.js';
import type { CaseView } from '../../../src/staff/api/case.js';
import type { ConversationView } from '../../../src/staff/api/conversation.js';
import { createWarga, fileCase } from '../../cases/case-life.js';
import { cutJpeg, eicar, lockedPdf, wholePdf } from '../../fakes/sample-files.js';
import { filmThatSaysWhere, PLACE } from '../../fakes/sample-film.js';
import { type Colleague, type Office, officeClock, openOffice, waitingCitizen } from './console-office.js';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
/** An Ogg page with an Opus head: what voice messages are. */
const OGG = Buffer.concat([
  Buffer.from('4f676753000200000000000000000000000000000000000000000113', 'hex'),
  Buffer.from('OpusHead'),
  Buffer.from('0101380180bb0000000000', 'hex'),
  Buffer.alloc(2000, 7),
]);
/** As an iPhone's photo begins; no decoder here reads it. */
const HEIC = Buffer.concat([
  Buffer.from('00000018667479706865696300000000686569636d696631', 'hex'),
  Buffer.from('0000000c6d65746100000000', 'hex'),
]);

describe('files on the console', () => {
  let office: Office;
  let sari: Colleague;
  let budi: Colleague;
  before(async () => {
    office = await openOffice({ clock: officeClock() });
    sari = await office.hire('Sari', 'agent', ['meja_bantuan']);
    budi = await office.hire('Budi', 'agent', ['dinas_pu']);
  });
  after(() => office.close());

  const upload = (who: Colleague, path: string, bytes: Buffer, type: string) =>
    fetch(`${office.test.url}/api/staff${path}`, {
      method: 'POST',
      headers: {
        Origin: office.test.url,
        'Sec-Fetch-Site': 'same-origin',
        Cookie: [...who.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        'X-CSRF-Token': who.me?.csrf ?? '',
        'Content-Type': type,
      },
      body: new Uint8Array(bytes),
    });

  it('go with a reply once they are uploaded to the chat, and only to that chat', async () => {
    const { conversationId } = await waitingCitizen(office);
    const { conversationId: other } = await waitingCitizen(office);
    const path = `/conversations/${conversationId}/files`;
    expect((await upload(sari, path, PNG, 'image/png')).status, 'not theirs yet').to.equal(403);
    await sari.done(`/conversations/${conversationId}/claim`);
    await sari.done(`/conversations/${other}/claim`);
    const answer = await upload(sari, path, PNG, 'image/png');
    expect(answer.status).to.equal(201);
    const { fileId } = (await answer.json()) as { fileId: string };
    const wrong = await sari.write('POST', `/conversations/${other}/say`, { text: 'lihat', fileIds: [fileId] });
    expect(wrong.status).to.equal(400);
    await sari.done(`/conversations/${conversationId}/say`, { text: 'lihat', fileIds: [fileId] });
    const { entries } = await sari.get<ConversationView>(`/conversations/${conversationId}`);
    expect(entries.at(-1)?.files?.map((file) => file.fileId)).to.deep.equal([fileId]);
    const heard = await office.test.app.conversations.transcript(conversationId, 0);
    expect(heard.at(-1)?.attachments?.[0]?.fileId).to.equal(fileId);
  });

  it('are shown to whoever may read the chat or the case they are in, and to nobody else', async () => {
    const { conversationId, number } = await fileCase(
      office.test.app,
      'jalan berlubang dalam di Jl. Melati RT 02 sejak kemarin',
    );
    const evidence = await office.test.app.files.save(conversationId, PNG, {});
    const proof = await office.test.app.files.save(caseFilesOf(number), OGG, {});
    for (const { fileId } of [evidence, proof]) {
      expect((await budi.send('GET', `/files/${fileId}`)).status).to.equal(200);
      expect((await sari.send('GET', `/files/${fileId}`)).status).to.equal(404);
    }
    expect((await budi.send('GET', '/files/nothing')).status).to.equal(404);
    expect((await budi.send('GET', `/files/${'0'.repeat(24)}`)).status).to.equal(404);
  });

  it('run nothing in the page, whatever is in them', async () => {
    const { conversationId } = await waitingCitizen(office);
    const picture = await office.test.app.files.save(conversationId, PNG, {});
    const shown = await sari.send('GET', `/files/${picture.fileId}`);
    expect(shown.headers.get('content-type')).to.equal('image/jpeg');
    const original = await sari.send('GET', `/files/${picture.fileId}?original=1`);
    expect(original.headers.get('content-type')).to.equal('application/octet-stream');
    expect(original.headers.get('content-disposition')).to.match(/^attachment/);
    for (const response of [shown, original]) {
      expect(response.headers.get('content-security-policy')).to.contain('sandbox');
      expect(response.headers.get('x-content-type-options')).to.equal('nosniff');
    }
  });

  it('are played from wherever the player asks', async () => {
    const { conversationId } = await waitingCitizen(office);
    const voice = await office.test.app.files.save(conversationId, OGG, {});
    const path = `/files/${voice.fileId}`;
    const whole = await sari.send('GET', path);
    expect(whole.headers.get('accept-ranges')).to.equal('bytes');
    expect(whole.headers.get('content-disposition')).to.equal('inline');
    expect(Buffer.from(await whole.arrayBuffer()).equals(OGG)).to.equal(true);
    const part = await sari.send('GET', path, undefined, { Range: 'bytes=28-35' });
    expect(part.status).to.equal(206);
    expect(part.headers.get('content-range')).to.equal(`bytes 28-35/${OGG.length}`);
    expect(await part.text()).to.equal('OpusHead');
    expect((await sari.send('GET', path, undefined, { Range: 'bytes=999999-' })).status).to.equal(416);
  });

  it('prove a result once they are uploaded to the case', async () => {
    const { number } = await fileCase(office.test.app, 'jalan berlubang dalam di Jl. Melati RT 02 sejak kemarin');
    await budi.done(`/cases/${number}/move`, { to: 'verified', seenRev: 1 });
    await budi.done(`/cases/${number}/move`, { to: 'assigned', seenRev: 2, staffId: budi.id });
    await budi.done(`/cases/${number}/move`, { to: 'in_progress', seenRev: 3 });
    expect((await upload(sari, `/cases/${number}/files`, PNG, 'image/png')).status).to.equal(404);
    const { fileId } = (await (await upload(budi, `/cases/${number}/files`, PNG, 'image/png')).json()) as {
      fileId: string;
    };
    const step = { to: 'resolved', seenRev: 4, result: 'Sudah ditambal semua.', outcome: 'solved' };
    expect(
      (await budi.write('POST', `/cases/${number}/move`, { ...step, proofFileIds: ['0'.repeat(24)] })).status,
    ).to.equal(400);
    await budi.done(`/cases/${number}/move`, { ...step, proofFileIds: [fileId] });
    expect((await budi.get<CaseView>(`/cases/${number}`)).proof.map((file) => file.fileId)).to.deep.equal([fileId]);
  });

  it('tell staff nothing of who made them, unless they ask for the original', async () => {
    const { conversationId } = await waitingCitizen(office);
    const letter = wholePdf('/Size 1 /Info 2 0 R >> 2 0 obj <</Author (Budi Rahasia)>> endobj <<');
    const { fileId } = await office.test.app.files.save(conversationId, letter, {});
    const shown = await sari.send('GET', `/files/${fileId}`);
    expect(shown.headers.get('content-type')).to.equal('application/pdf');
    expect(shown.headers.get('content-disposition')).to.match(/^attachment; filename="[0-9a-f]+\.pdf"$/);
    expect(await shown.text())
      .to.include('%PDF')
      .and.not.include('Budi');
    expect(await (await sari.send('GET', `/files/${fileId}?original=1`)).text()).to.include('Budi Rahasia');
  });

  it('tell staff nothing of where a film was made, unless they ask for the original', async () => {
    const { conversationId } = await waitingCitizen(office);
    const { film } = filmThatSaysWhere();
    const { fileId } = await office.test.app.files.save(conversationId, film, {});
    const bytesOf = async (query: string, headers = {}) =>
      Buffer.from(await (await sari.send('GET', `/files/${fileId}${query}`, undefined, headers)).arrayBuffer());
    const shown = await bytesOf('');
    expect({ length: shown.length, saysWhere: shown.includes(PLACE) }).to.deep.equal({
      length: film.length,
      saysWhere: false,
    });
    expect((await bytesOf('', { Range: 'bytes=900-999' })).equals(shown.subarray(900, 1000))).to.equal(true);
    expect((await bytesOf('?original=1')).equals(film)).to.equal(true);
  });

  it('tell citizens nothing of which camera staff have, and where they stood', async () => {
    const { conversationId } = await waitingCitizen(office);
    await sari.done(`/conversations/${conversationId}/claim`);
    const photo = await sharp(PNG)
      .withExif({ IFD0: { Copyright: 'Kamera Sari' }, IFD3: { GPSLatitude: '6/1 12/1 0/1' } })
      .jpeg()
      .toBuffer();
    const answer = await upload(sari, `/conversations/${conversationId}/files`, photo, 'image/jpeg');
    const { fileId = '' } = (await answer.json()) as { fileId?: string };
    const sent = await office.test.app.files.open(conversationId, fileId);
    const { exif, format } = await sharp(await buffer(sent?.stream ?? Readable.from([]))).metadata();
    expect({ exif, format }).to.deep.equal({ exif: undefined, format: 'jpeg' });
    const path = `/conversations/${conversationId}/files`;
    expect((await upload(sari, path, HEIC, 'image/heic')).status, 'what can not be redrawn').to.equal(415);
  });

  it('say in the chat and in the case what is wrong with them, and none in quarantine is handed out', async () => {
    const warga = createWarga(office.test.app);
    const { conversationId } = await warga.say('jalan berlubang dalam di Jl. Anggrek RT 02 sejak kemarin');
    const bodies = [cutJpeg(), lockedPdf(), eicar(), PNG];
    const sent = await Promise.all(bodies.map((bytes) => office.test.app.files.save(conversationId, bytes, {})));
    const told = (await warga.hear('', { attachments: sent })).join(' ');
    expect(told)
      .to.include('kirim ulang')
      .and.to.include('tanpa kata sandi')
      .and.not.match(/karantina|bahaya/);
    const number = /LP-\d{6}-\d{4}/.exec((await warga.hear('kirim')).join(' '))?.[0] ?? '';
    const conditions = ['damaged', 'locked', 'quarantined', undefined];
    const { evidence } = await budi.get<CaseView>(`/cases/${number}`);
    expect(evidence.map(({ condition }) => condition)).to.deep.equal(conditions);
    const { entries } = await budi.get<ConversationView>(`/conversations/${conversationId}`);
    const files = entries.flatMap((entry) => entry.files ?? []);
    expect(files.map(({ condition }) => condition)).to.deep.equal(conditions);
    for (const way of ['', '?original=1'])
      expect((await budi.send('GET', `/files/${sent[2]?.fileId}${way}`)).status).to.equal(403);
    expect((await budi.send('GET', `/files/${sent[0]?.fileId}?original=1`)).status).to.equal(200);
  });

  it('are refused of staff when they are empty, broken or harmful: those can be sent again', async () => {
    const { conversationId } = await waitingCitizen(office);
    await sari.done(`/conversations/${conversationId}/claim`);
    const path = `/conversations/${conversationId}/files`;
    for (const bytes of [cutJpeg(), Buffer.alloc(0), eicar()])
      expect((await upload(sari, path, bytes, 'image/jpeg')).status).to.equal(415);
  });

  it('are taken as the bytes they are, and not as a form', async () => {
    const { conversationId } = await waitingCitizen(office);
    await sari.done(`/conversations/${conversationId}/claim`);
    const path = `/conversations/${conversationId}/files`;
    expect((await upload(sari, path, PNG, 'multipart/form-data; boundary=x')).status).to.equal(415);
    expect((await upload(sari, path, Buffer.from('<script>alert(1)</script>'), 'image/png')).status).to.equal(415);
  });
});

describe('a byte range', () => {
  it('is one that HTTP knows, or the whole', () => {
    expect(parseRange('bytes=0-9', 100)).to.deep.equal({ start: 0, end: 9 });
    expect(parseRange('bytes=90-', 100)).to.deep.equal({ start: 90, end: 99 });
    expect(parseRange('bytes=-10', 100)).to.deep.equal({ start: 90, end: 99 });
    expect(parseRange('bytes=50-500', 100)).to.deep.equal({ start: 50, end: 99 });
    expect(parseRange('bytes=100-', 100)).to.equal('unsatisfiable');
    expect(parseRange('bytes=-0', 100)).to.equal('unsatisfiable');
    for (const other of [undefined, 'bytes=-', 'bytes=9-1', 'bytes=0-1,5-6', 'lines=1-2', 'bytes=a-b'])
      expect(parseRange(other, 100), other).to.equal(undefined);
  });

  it('is cut out of pieces wherever they end', async () => {
    async function* pieces() {
      yield Buffer.from('abc');
      yield Buffer.from('def');
      yield Buffer.from('ghi');
    }
    const cut = async (start: number, end: number) => {
      const parts: Buffer[] = [];
      for await (const part of sliceBytes(pieces(), { start, end })) parts.push(part);
      return Buffer.concat(parts).toString();
    };
    expect(await cut(2, 6)).to.equal('cdefg');
    expect(await cut(3, 5)).to.equal('def');
    expect(await cut(0, 8)).to.equal('abcdefghi');
  });
});
