import { expect } from 'chai';
import { cutDown } from '../../../src/channels/whatsapp-web/child/cut-down.js';
import { isKeptFromUs, type Parsed, parseMessage, wasEdited } from '../../../src/channels/whatsapp-web/parse.js';
import { mutationsOf } from '../whatsapp-cloud/mutations.js';
import { MODELS, SENT_AT_SECONDS } from './models.js';

const receivedAt = new Date('2026-11-24T03:00:00Z');
const context = { account: 'main', ownId: '628110000000@c.us', receivedAt };

function read(model: unknown, event: 'new' | 'edited' | 'undecryptable' = 'new'): Parsed {
  return parseMessage(cutDown(model), event, context);
}

function messageOf(parsed: Parsed) {
  if (parsed.type !== 'inbound') throw new Error(`is ${parsed.type}`);
  return parsed.message;
}

describe('reading a message of WhatsApp Web', () => {
  it('takes a text with the words, the sender and the time', () => {
    expect(messageOf(read(MODELS.text))).to.deep.equal({
      externalId: '3EB0AAAA01',
      address: { channel: 'whatsapp_web', account: 'main', chatId: '6281234567890@c.us' },
      sentAt: new Date(SENT_AT_SECONDS * 1000),
      text: 'Lampu jalan mati',
      attachments: [],
      displayName: 'Warga Baik',
    });
  });

  it('takes the text of a link from another channel for what the link carries', () => {
    const linked = messageOf(read({ ...MODELS.text, body: 'TAUTKAN-abcdefghijklmnopqrstuvwxy2' }));
    expect(linked).to.include({ text: '', startPayload: 'abcdefghijklmnopqrstuvwxy2' });
    expect(messageOf(read(MODELS.text))).to.not.have.property('startPayload');
  });

  it('keeps the phone number out of the id, which is stored in clear', () => {
    expect(messageOf(read(MODELS.text)).externalId).to.not.include('6281234567890');
  });

  it('reads an opaque id like any other', () => {
    expect(messageOf(read(MODELS.fromLid)).address.chatId).to.equal('123456789012345@lid');
  });

  it('takes the caption of a photo as its words, never the thumbnail', () => {
    const message = messageOf(read(MODELS.photo));
    expect(message.text).to.equal('Ini fotonya');
    expect(message.attachments).to.deep.equal([
      {
        kind: 'image',
        platformRef: 'false_6281234567890@c.us_3EB0AAAA02',
        mimeType: 'image/jpeg',
        sizeBytes: 300_000,
      },
    ]);
    expect(cutDown(MODELS.photo)).to.not.have.property('body');
  });

  it('says of a photo that may be seen only once that it can not be used', () => {
    expect(messageOf(read(MODELS.photoOnce))).to.include({ unsupported: true, text: '' });
  });

  it('knows the photos of an album as one set, and waits for them', () => {
    expect(messageOf(read(MODELS.photoOfAlbum)).albumId).to.equal('3EB0ALBUM');
    expect(read(MODELS.album)).to.include({ type: 'ignore', reason: 'service_message' });
  });

  it('refuses a document of 101 MB by its size alone', () => {
    expect(messageOf(read(MODELS.hugeDocument)).attachments[0]).to.include({ refused: 'too_large' });
  });

  it('takes a voice message as sound', () => {
    expect(messageOf(read(MODELS.voice)).attachments[0]).to.include({ kind: 'audio' });
  });

  it('takes a round video recorded in the chat as a video', () => {
    expect(messageOf(read({ ...MODELS.photo, type: 'ptv', caption: undefined })).attachments[0]).to.include({
      kind: 'video',
    });
  });

  it('takes a place with what it is called, and not the picture of its map', () => {
    const message = messageOf(read(MODELS.place));
    expect(message).to.deep.include({
      text: '',
      location: { latitude: -7.79, longitude: 110.36, name: 'Pasar Beringharjo, Jl. Margo Mulyo' },
    });
  });

  it('treats a place off the globe as something it can not use', () => {
    expect(messageOf(read({ ...MODELS.place, lat: 123 }))).to.include({ unsupported: true });
  });

  it('is polite about stickers, polls and contact cards', () => {
    for (const type of ['sticker', 'poll_creation', 'vcard', 'multi_vcard', 'order', 'something_new']) {
      expect(messageOf(read({ ...MODELS.text, type })), type).to.include({ unsupported: true, text: '' });
    }
  });

  it('ignores groups, channels, statuses, broadcasts and WhatsApp itself', () => {
    for (const remote of [
      '120363@g.us',
      '120363@newsletter',
      'status@broadcast',
      '1234@broadcast',
      '0@c.us',
      'x@bot',
    ]) {
      expect(read({ ...MODELS.text, id: { ...MODELS.text.id, remote } }), remote).to.include({ type: 'ignore' });
    }
    expect(read({ ...MODELS.text, broadcast: true })).to.include({ reason: 'broadcast' });
    expect(read({ ...MODELS.text, isStatusV3: true })).to.include({ reason: 'broadcast' });
  });

  it('ignores notes of the paired phone to itself', () => {
    const id = { ...MODELS.ownText.id, remote: '628110000000@c.us' };
    expect(read({ ...MODELS.ownText, id })).to.include({ type: 'ignore', reason: 'not_a_person' });
  });

  it('ignores what a chat reports of itself', () => {
    for (const type of ['e2e_notification', 'call_log', 'revoked', 'protocol', 'reaction', 'gp2']) {
      expect(read({ ...MODELS.text, type }), type).to.include({ type: 'ignore', reason: 'service_message' });
    }
  });

  it('tells apart what our number wrote, with the words as they stand', () => {
    expect(read(MODELS.ownText)).to.deep.equal({
      type: 'own',
      own: {
        address: { channel: 'whatsapp_web', account: 'main', chatId: '6281234567890@c.us' },
        externalId: '3EB0OWN1',
        text: 'Saya bantu ya',
        at: new Date(SENT_AT_SECONDS * 1000),
      },
    });
  });

  it('gives an edit an id of its own that is the same each time', () => {
    const edit = { ...MODELS.text, body: 'Lampu taman mati', latestEditSenderTimestampMs: 1_795_489_150_000 };
    const message = messageOf(read(edit, 'edited'));
    expect(message).to.deep.include({ externalId: '3EB0AAAA01:1795489150000', edited: { of: '3EB0AAAA01' } });
    expect(message.text).to.equal('Lampu taman mati');
    expect(wasEdited(cutDown(edit))).to.equal(true);
  });

  it('is not fooled by a body that changes because it was decrypted', () => {
    expect(read(MODELS.text, 'edited')).to.include({ type: 'ignore', reason: 'not_an_edit' });
    expect(wasEdited(cutDown(MODELS.text))).to.equal(false);
  });

  it('waits for a message that is not decrypted yet, and leaves its id free for then', () => {
    const closed = { ...MODELS.text, type: 'ciphertext', body: undefined };
    expect(read(closed)).to.include({ type: 'ignore', reason: 'not_decrypted_yet' });
    expect(messageOf(read(closed, 'undecryptable'))).to.include({ externalId: '3EB0AAAA01:closed', unsupported: true });
  });

  it('knows a message whose words the page is never given', () => {
    const closed = { ...MODELS.text, type: 'ciphertext' };
    expect(isKeptFromUs(cutDown({ ...closed, subtype: 'view_once_unavailable_fanout' }))).to.equal(true);
    expect(isKeptFromUs(cutDown(closed))).to.equal(false);
  });

  it('takes the time of arrival for times that can not be', () => {
    const future = receivedAt.getTime() / 1000 + 3600;
    for (const t of [future, -1, 0, 'yesterday', undefined, Number.NaN]) {
      expect(messageOf(read({ ...MODELS.text, t })).sentAt, String(t)).to.deep.equal(receivedAt);
    }
  });

  it('returns something for every model with one field removed or of another type', () => {
    let read = 0;
    for (const model of Object.values(MODELS)) {
      for (const mutated of mutationsOf(model)) {
        for (const event of ['new', 'edited', 'undecryptable'] as const) {
          read += 1;
          const { type } = parseMessage(cutDown(mutated), event, context);
          expect(['inbound', 'own', 'ignore', 'unreadable'], JSON.stringify(mutated)).to.include(type);
        }
      }
    }
    expect(read).to.be.above(3000);
  });

  it('keeps what is no message at all for a person to look at', () => {
    for (const raw of [undefined, null, 7, 'x', [], {}, { id: 'x' }]) {
      expect(parseMessage(raw, 'new', context)).to.deep.equal({ type: 'unreadable', reason: 'not_a_message' });
    }
  });
});
