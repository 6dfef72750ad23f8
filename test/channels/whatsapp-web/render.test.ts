import { expect } from 'chai';
import { receiptOf } from '../../../src/channels/whatsapp-web/receipts.js';
import { renderMessage } from '../../../src/channels/whatsapp-web/render.js';
import { outbound } from './harness.js';

const CHAT = '6281234567890@c.us';
const photo = { kind: 'image' as const, fileId: 'f1', mimeType: 'image/jpeg' };
const options = [
  { id: 'yes', label: 'Kirim' },
  { id: 'no', label: 'Batal' },
];

describe('rendering for WhatsApp Web', () => {
  it('numbers the options under the text, because buttons do not arrive', () => {
    const [only, ...more] = renderMessage(outbound(CHAT, 'Sudah benar?', { options }));
    expect(only).to.deep.equal({ text: 'Sudah benar?\n\n1. Kirim\n2. Batal' });
    expect(more).to.deep.equal([]);
  });

  it('does not number twice what the flow has numbered', () => {
    const text = 'Sudah benar?\n\n1. Kirim\n2. Batal';
    expect(renderMessage(outbound(CHAT, text, { options }))).to.deep.equal([{ text }]);
  });

  it('puts the text under the last of several files', () => {
    const pdf = { kind: 'document' as const, fileId: 'f2', mimeType: 'application/pdf' };
    expect(renderMessage(outbound(CHAT, 'Berkasnya', { attachments: [photo, pdf] }))).to.deep.equal([
      { text: '', file: photo },
      { text: 'Berkasnya', file: pdf },
    ]);
  });

  it('sends the text by itself after a sound, which has no caption', () => {
    const sound = { kind: 'audio' as const, fileId: 'f3', mimeType: 'audio/ogg' };
    expect(renderMessage(outbound(CHAT, 'Dengarkan', { attachments: [sound] }))).to.deep.equal([
      { text: '', file: sound },
      { text: 'Dengarkan' },
    ]);
  });

  it('sends nothing for a message without words and files', () => {
    expect(renderMessage(outbound(CHAT, '  '))).to.deep.equal([]);
  });
});

describe('reading how far a message got', () => {
  it('maps each ack to its rank, and a pending one to nothing', () => {
    const ranks = [-1, 0, 1, 2, 3, 4].map((ack) => receiptOf('X', ack)?.rank);
    expect(ranks).to.deep.equal([4, undefined, 1, 2, 3, 3]);
  });
});
