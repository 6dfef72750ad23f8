import { expect } from 'chai';
import sharp from 'sharp';
import type { CaseView } from '../../../src/staff/api/case.js';
import { type Colleague, newKey, type Office, officeClock, openOffice, waitingCitizen } from './console-office.js';

const MAX_FILES = 10;

describe('files of a case that staff file from a chat', () => {
  let office: Office;
  let sari: Colleague;
  let png: Buffer;
  before(async () => {
    office = await openOffice({ clock: officeClock() });
    sari = await office.hire('Sari', 'supervisor');
    png = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#486' } })
      .png()
      .toBuffer();
  });
  after(() => office.close());

  const taken = async () => {
    const { conversationId } = await waitingCitizen(office);
    await sari.done(`/conversations/${conversationId}/claim`);
    return `/conversations/${conversationId}`;
  };
  const upload = (path: string, bytes: Buffer | string, type = 'image/png') =>
    fetch(`${office.test.url}/api/staff${path}/files`, {
      method: 'POST',
      headers: {
        ...{ Origin: office.test.url, 'Sec-Fetch-Site': 'same-origin', 'Content-Type': type },
        Cookie: [...sari.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        'X-CSRF-Token': sari.me?.csrf ?? '',
      },
      body: typeof bytes === 'string' ? bytes : new Uint8Array(bytes),
    });
  const uploaded = async (path: string) => ((await (await upload(path, png)).json()) as { fileId: string }).fileId;
  const wanted = { description: 'Warga menunjukkan lampu yang mati', category: 'lampu_jalan', kind: 'pengaduan' };

  it('become its evidence, once, and are read with the case', async () => {
    const chat = await taken();
    const fileIds = [await uploaded(chat), await uploaded(chat)];
    const key = newKey();
    const { number } = await sari.done<{ number: string }>(`${chat}/cases`, { ...wanted, fileIds }, key);
    expect(await sari.done(`${chat}/cases`, { ...wanted, fileIds }, key)).to.deep.equal({ number });
    const { evidence } = await sari.get<CaseView>(`/cases/${number}`);
    expect(evidence.map(({ fileId }) => fileId)).to.deep.equal(fileIds);
    expect(evidence[0]).to.include({ kind: 'image' });
    expect((await sari.send('GET', `/files/${fileIds[0]}`)).status).to.equal(200);
  });

  it('are those of this chat, and no more than a citizen may send', async () => {
    const [chat, other] = [await taken(), await taken()];
    const strange = await uploaded(other);
    for (const fileIds of [[strange], ['0'.repeat(24)], ['../x'], Array(MAX_FILES + 1).fill(await uploaded(chat))])
      expect((await sari.write('POST', `${chat}/cases`, { ...wanted, fileIds })).status).to.equal(400);
  });

  it('are held to what they are, as the citizens’ are', async () => {
    const chat = await taken();
    expect((await upload(chat, '<script>alert(1)</script>')).status).to.equal(415);
    expect((await upload(chat, '')).status).to.be.within(400, 415);
    expect((await upload(chat, 'MZ\u0090\u0000\u0003', 'application/pdf')).status).to.equal(415);
  });
});
