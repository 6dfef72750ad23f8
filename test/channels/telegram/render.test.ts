import { expect } from 'chai';
import fc from 'fast-check';
import { buttonDataOf, readButtonData } from '../../../src/channels/telegram/button-data.js';
import { renderMessage, withoutKeyboard } from '../../../src/channels/telegram/render.js';
import type { OutboundMessage } from '../../../src/messages/message.js';

const WORDS = { sendLocation: 'Kirim lokasi', leaving: 'Pamit' };

function outbound(fields: Partial<OutboundMessage>): OutboundMessage {
  const address = { channel: 'telegram', account: '7001', chatId: '90210' } as const;
  return { id: 'c#1/0', address, seq: 48, kind: 'prompt', text: 'Halo', ...fields };
}

function payloadsOf(fields: Partial<OutboundMessage>): Record<string, unknown>[] {
  return renderMessage(outbound(fields), WORDS).map(({ payload }) => ({ ...payload }));
}

const lampu = { id: 'street_light', label: 'Lampu jalan' };
const jalan = { id: 'road', label: 'Jalan' };

describe('renderMessage', () => {
  it('sends text as it is, without any mode that could read markup in it', () => {
    const text = '<b>x</b> *y* _z_ [a](tg://user?id=1) `c`';
    const [payload] = payloadsOf({ text, kind: 'staff' });
    expect(payload).to.deep.equal({ chat_id: '90210', text, link_preview_options: { is_disabled: true } });
  });

  it('offers options as buttons that carry step, turn and option', () => {
    const [payload] = payloadsOf({ options: [lampu, jalan], step: 'category', expect: 'choice' });
    expect(payload?.['reply_markup']).to.deep.equal({
      inline_keyboard: [
        [
          { text: 'Lampu jalan', callback_data: '1c:category:street_light' },
          { text: 'Jalan', callback_data: '1c:category:road' },
        ],
      ],
    });
  });

  it('gives long labels a row of their own', () => {
    const long = { id: 'x', label: 'Penerangan jalan umum dan taman kota' };
    const [payload] = payloadsOf({ options: [jalan, long, lampu], step: 's' });
    expect(payload).to.have.nested.property('reply_markup.inline_keyboard').with.length(3);
  });

  it('asks for a location with the only keyboard that can, the options beside it as words', () => {
    const [payload] = payloadsOf({ expect: 'location', options: [{ id: 'skip', label: 'Lewati' }], step: 'place' });
    expect(payload?.['reply_markup']).to.deep.equal({
      keyboard: [[{ text: 'Kirim lokasi', request_location: true }], [{ text: 'Lewati' }]],
      one_time_keyboard: true,
      resize_keyboard: true,
    });
  });

  it('takes the location keyboard away with the next word of the flow, not with a notice or staff', () => {
    expect(payloadsOf({ kind: 'reply' })[0]).to.have.deep.property('reply_markup', { remove_keyboard: true });
    for (const kind of ['notice', 'staff', 'urgent', 'broadcast'] as const) {
      expect(payloadsOf({ kind })[0]).not.to.have.property('reply_markup');
    }
  });

  it('splits a long text and puts the keyboard on its last part', () => {
    const payloads = payloadsOf({ text: 'Kalimat pendek. '.repeat(700), options: [jalan], step: 's' });
    expect(payloads).to.have.length(3);
    expect(payloads.map((payload) => 'reply_markup' in payload)).to.deep.equal([false, false, true]);
    expect(payloads.every(({ text }) => String(text).length <= 4096 && String(text).endsWith('.'))).to.equal(true);
  });

  it('sends files as what Telegram shows in place, or as documents, a short text as the caption of the last', () => {
    const attachments = [
      { kind: 'image', fileId: 'f1', mimeType: 'image/jpeg', sizeBytes: 10 * 1024 * 1024 },
      { kind: 'image', fileId: 'f2', mimeType: 'image/jpeg', sizeBytes: 10 * 1024 * 1024 + 1 },
      { kind: 'image', fileId: 'f3', mimeType: 'image/heic' },
      { kind: 'video', fileId: 'f4', mimeType: 'video/mp4' },
      { kind: 'audio', fileId: 'f5', mimeType: 'audio/ogg' },
      { kind: 'document', fileId: 'f6', mimeType: 'application/pdf' },
    ] as const;
    const requests = renderMessage(outbound({ text: 'Surat balasan', attachments, kind: 'staff' }), WORDS);
    expect(requests.map((each) => ('file' in each ? `${each.method} ${each.file.fileId}` : ''))).to.deep.equal([
      'sendPhoto f1',
      'sendDocument f2',
      'sendDocument f3',
      'sendVideo f4',
      'sendDocument f5',
      'sendDocument f6',
    ]);
    expect(requests.map(({ payload }) => payload)).to.deep.equal([
      ...Array.from({ length: 5 }, () => ({ chat_id: '90210' })),
      { chat_id: '90210', caption: 'Surat balasan' },
    ]);
  });

  it('sends a text too long for a caption on its own, behind the file', () => {
    const attachments = [{ kind: 'image', fileId: 'f1', mimeType: 'image/png' }] as const;
    const requests = renderMessage(outbound({ text: 'a '.repeat(600), attachments, kind: 'staff' }), WORDS);
    expect(requests.map(({ method }) => method)).to.deep.equal(['sendPhoto', 'sendMessage']);
    expect(requests[0]?.payload).not.to.have.property('caption');
  });

  it('asks for nothing when there is nothing to say', () => {
    expect(renderMessage(outbound({ text: ' \n ' }), WORDS)).to.deep.equal([]);
  });

  it('never sends half a character', () => {
    expect(payloadsOf({ text: 'rusak\ud83d' })[0]?.['text']).to.equal('rusak\ufffd');
  });

  it('keeps the text when the keyboard goes', () => {
    const [request] = renderMessage(outbound({ options: [jalan], step: 's' }), WORDS);
    const plain = request && withoutKeyboard(request);
    expect(plain?.payload).to.deep.equal({
      chat_id: '90210',
      text: 'Halo',
      link_preview_options: { is_disabled: true },
    });
  });
});

describe('buttonDataOf', () => {
  it('is read back as the choice it was made of', () => {
    const id = fc.stringMatching(/^[a-z][a-z0-9_]{0,24}$/);
    fc.assert(
      fc.property(fc.nat(), id, id, (seq, step, option) => {
        const read = readButtonData(buttonDataOf(seq, step, { id: option, label: 'x' }, 0));
        expect(read).to.deep.equal({ type: 'choice', choice: { step, seq, option } });
      }),
    );
  });

  it('never takes more than the 64 bytes that Telegram allows', () => {
    fc.assert(
      fc.property(fc.nat(), fc.string({ minLength: 1 }), fc.string(), fc.nat(99), (seq, step, id, index) => {
        const data = buttonDataOf(seq, step, { id, label: 'x' }, index);
        return Buffer.byteLength(data) >= 1 && Buffer.byteLength(data) <= 64;
      }),
    );
  });

  it('uses all 64 bytes and not one more', () => {
    const option = (length: number) => ({ id: 'x'.repeat(length), label: 'x' });
    expect(buttonDataOf(48, 'step', option(56), 0)).to.equal(`1c:step:${'x'.repeat(56)}`);
    expect(buttonDataOf(48, 'step', option(57), 0)).to.equal('1c::#0');
  });

  it('names a long option by its place, so that the tap is read by its label', () => {
    const data = buttonDataOf(48, 'category', { id: 'penerangan_'.repeat(6), label: 'x' }, 3);
    expect(data).to.equal('1c::#3');
    expect(readButtonData(data)).to.deep.equal({ type: 'label', seq: 48 });
  });

  it('takes forged data for a choice that nothing offered', () => {
    for (const data of [
      '',
      ':',
      '::',
      '1c',
      '1c:',
      '1c:step:',
      'ZZ:a:b',
      '0123456789:a:b',
      '-1:a:b',
      '1c::send',
      '💥:a:b',
    ]) {
      expect(readButtonData(data), data).to.deep.equal({ type: 'choice', choice: { step: '', seq: 0, option: '' } });
    }
  });
});
