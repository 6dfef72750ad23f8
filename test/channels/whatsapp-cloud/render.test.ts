import { expect } from 'chai';
import fc from 'fast-check';
import { readButtonId } from '../../../src/channels/whatsapp-cloud/button-id.js';
import { renderMessage, withoutButtons } from '../../../src/channels/whatsapp-cloud/render.js';
import { splitText } from '../../../src/core/split-text.js';
import { at, refusalOf } from '../../fakes/graph-server-rules.js';
import { outbound, question } from './outbound.js';

const words = { choose: 'Pilih' };
const render = (message: Parameters<typeof renderMessage>[0]) => renderMessage(message, words);
const labels = (count: number) => Array.from({ length: count }, (_, index) => `Pilihan ${index + 1}`);

function onlyRequest(message: Parameters<typeof renderMessage>[0]): unknown {
  const requests = render(message);
  expect(requests).to.have.length(1);
  return requests[0];
}

describe('renderMessage', () => {
  it('sends plain text without a preview of its links', () => {
    expect(render(outbound({ text: 'Lihat http://contoh.id' }))).to.deep.equal([
      { type: 'text', text: { body: 'Lihat http://contoh.id', preview_url: false } },
    ]);
  });

  it('makes up to three options buttons, and leaves out the numbered lines that say the same', () => {
    const request = onlyRequest(question(['Kirim', 'Ubah', 'Batal'], 'Sudah benar?'));
    expect(at(request, 'interactive', 'type')).to.equal('button');
    expect(at(request, 'interactive', 'body', 'text')).to.equal('Sudah benar?');
    expect(at(request, 'interactive', 'action', 'buttons')).to.deep.equal([
      { type: 'reply', reply: { id: '1z:pick:o1', title: 'Kirim' } },
      { type: 'reply', reply: { id: '1z:pick:o2', title: 'Ubah' } },
      { type: 'reply', reply: { id: '1z:pick:o3', title: 'Batal' } },
    ]);
  });

  it('gives a button back as the choice it stood for', () => {
    const request = onlyRequest(question(['Kirim']));
    const id = at(request, 'interactive', 'action', 'buttons', '0', 'reply', 'id');
    const choice = { seq: 71, step: 'pick', option: 'o1' };
    expect(readButtonId(String(id))).to.deep.equal({ type: 'choice', choice });
  });

  it('numbers buttons that have to be cut, and keeps the lines that say them whole', () => {
    const message = question(['Jalan dan jembatan kabupaten', 'Jalan dan jembatan provinsi']);
    const request = onlyRequest(message);
    expect(at(request, 'interactive', 'body', 'text')).to.equal(message.text);
    const titles = [0, 1].map((index) =>
      at(request, 'interactive', 'action', 'buttons', String(index), 'reply', 'title'),
    );
    expect(titles).to.deep.equal(['1. Jalan dan jembat…', '2. Jalan dan jembat…']);
  });

  it('numbers buttons that would be equal', () => {
    const request = onlyRequest(question(['Lainnya', 'Lainnya']));
    expect(at(request, 'interactive', 'action', 'buttons', '1', 'reply', 'title')).to.equal('2. Lainnya');
  });

  it('keeps a text that is nothing but its numbered lines', () => {
    const message = outbound({ text: '1. Ya', options: [{ id: 'y', label: 'Ya' }], step: 's', expect: 'choice' });
    expect(at(onlyRequest(message), 'interactive', 'body', 'text')).to.equal('1. Ya');
  });

  it('makes four to ten options a list, with the numbered lines to be read and answered', () => {
    const message = question(labels(10));
    const request = onlyRequest(message);
    expect(at(request, 'interactive', 'type')).to.equal('list');
    expect(at(request, 'interactive', 'body', 'text')).to.equal(message.text);
    expect(at(request, 'interactive', 'action', 'button')).to.equal('Pilih');
    expect(at(request, 'interactive', 'action', 'sections', '0', 'rows')).to.have.length(10);
    expect(at(request, 'interactive', 'action', 'sections', '0', 'rows', '9')).to.deep.equal({
      id: '1z:pick:o10',
      title: 'Pilihan 10',
    });
  });

  it('describes list rows in full when a title has to be cut', () => {
    const request = onlyRequest(question([...labels(3), 'Penerangan jalan umum dan lampu taman']));
    expect(at(request, 'interactive', 'action', 'sections', '0', 'rows', '3')).to.deep.include({
      title: '4. Penerangan jalan umu…',
      description: 'Penerangan jalan umum dan lampu taman',
    });
  });

  it('leaves more than ten options as numbered text', () => {
    const message = question(labels(11));
    expect(onlyRequest(message)).to.deep.equal({ type: 'text', text: { body: message.text, preview_url: false } });
  });

  it('asks for a location with a button of its own', () => {
    const request = onlyRequest(outbound({ text: 'Di mana?', expect: 'location' }));
    expect(at(request, 'interactive')).to.deep.equal({
      type: 'location_request_message',
      body: { text: 'Di mana?' },
      action: { name: 'send_location' },
    });
  });

  it('leaves a question that is longer than an interactive message may be as one plain text', () => {
    const message = question(['Ya', 'Tidak'], 'a'.repeat(1020));
    expect(at(onlyRequest(message), 'type')).to.equal('text');
    expect(at(onlyRequest(question(['Ya', 'Tidak'], 'a'.repeat(1004))), 'type')).to.equal('interactive');
  });

  it('splits what is longer than a message may be', () => {
    const requests = render(outbound({ text: `${'a'.repeat(4000)}\n\n${'b'.repeat(200)}` }));
    expect(requests.map((request) => String(at(request, 'text', 'body')).length)).to.deep.equal([4000, 200]);
  });

  it('puts a short text under the last file', () => {
    const [first, second] = [
      { kind: 'image', fileId: 'f1' },
      { kind: 'document', fileId: 'f2' },
    ] as const;
    expect(render(outbound({ text: 'Buktinya', attachments: [first, second] }))).to.deep.equal([
      { type: 'image', file: first },
      { type: 'document', file: second, caption: 'Buktinya' },
    ]);
  });

  it('puts text behind sound, which has no caption', () => {
    const types = render(outbound({ attachments: [{ kind: 'audio', fileId: 'f1' }] })).map((each) => each.type);
    expect(types).to.deep.equal(['audio', 'text']);
  });

  it('puts buttons behind files', () => {
    const message = { ...question(['Ya']), attachments: [{ kind: 'image', fileId: 'f1' } as const] };
    expect(render(message).map((each) => each.type)).to.deep.equal(['image', 'interactive']);
  });

  it('sends a photo of a kind or size that can’t be shown as a document', () => {
    const heic = { kind: 'image', fileId: 'f1', mimeType: 'image/heic', sizeBytes: 100 } as const;
    const huge = { kind: 'image', fileId: 'f2', mimeType: 'image/jpeg', sizeBytes: 5_242_881 } as const;
    const fine = { kind: 'image', fileId: 'f3', mimeType: 'image/png', sizeBytes: 5_242_880 } as const;
    const types = render(outbound({ text: '', attachments: [heic, huge, fine] })).map((each) => each.type);
    expect(types).to.deep.equal(['document', 'document', 'image']);
  });

  it('has nothing to send for nothing said', () => {
    expect(render(outbound({ text: ' \n ' }))).to.deep.equal([]);
  });

  it('keeps the whole question when its buttons go', () => {
    const message = question(['Kirim', 'Ubah']);
    const [request] = render(message);
    expect(request && withoutButtons(request)).to.deep.equal({
      type: 'text',
      text: { body: message.text, preview_url: false },
    });
  });

  it('makes nothing that the Cloud API would refuse, whatever texts and labels are', () => {
    const label = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(fc.array(label, { maxLength: 12 }), fc.string({ unit: 'grapheme', maxLength: 6000 }), (all, text) => {
        const refused = render(question(all, text || 'x'))
          .map((request) => refusalOf({ messaging_product: 'whatsapp', to: '1', ...request }))
          .filter((refusal) => refusal !== undefined);
        expect(refused).to.deep.equal([]);
      }),
      { numRuns: 500 },
    );
  });

  it('makes ids that fit, however long a step or an option is named', () => {
    const message = { ...question(labels(4)), step: 'é'.repeat(120) };
    const request = onlyRequest(message);
    expect(at(request, 'interactive', 'action', 'sections', '0', 'rows', '2', 'id')).to.equal('1z::#2');
  });
});

describe('splitText', () => {
  it('cuts where a reader would pause', () => {
    expect(splitText('satu dua tiga', 9)).to.deep.equal(['satu dua', 'tiga']);
    expect(splitText('satu\ndua tiga', 9)).to.deep.equal(['satu\ndua', 'tiga']);
  });

  it('never cuts within a grapheme', () => {
    const family = '👨‍👩‍👧‍👦';
    expect(splitText(family.repeat(3), family.length + 3)).to.deep.equal([family, family, family]);
  });

  it('cuts one grapheme that is longer than a message between characters', () => {
    const zalgo = `a${'\u0301'.repeat(20)}`;
    expect(splitText(zalgo, 10).join('')).to.equal(zalgo);
    expect(splitText('😀😀', 3).join('')).to.equal('😀😀');
  });

  it('loses nothing but white space, and keeps every part within bounds', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 300 }),
        fc.integer({ min: 4, max: 40 }),
        (text, maxChars) => {
          const parts = splitText(text, maxChars);
          expect(parts.every((part) => part.length >= 1 && part.length <= maxChars)).to.equal(true);
          expect(parts.join('').replace(/\s/g, '')).to.equal(text.replace(/\s/g, ''));
        },
      ),
    );
  });
});
