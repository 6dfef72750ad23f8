import { expect } from 'chai';
import { expectedNow, mergeEntries, openQuestionOf, wordsOf } from '../../src/console/chat/entries.js';
import { createOutbox, type QueuedMessage, type Store } from '../../src/console/chat/outbox.js';
import { createEventParser } from '../../src/console/chat/sse.js';
import { preferredLang, refusalText, TEXTS } from '../../src/console/chat/texts.js';
import { dayName } from '../../src/console/chat/time.js';
import type { Entry } from '../../src/console/chat/wire.js';
import { splitLinks } from '../../src/console/shared/links.js';

function entry(seq: number, part: number, more: Partial<Entry> = {}): Entry {
  return {
    seq,
    part,
    from: part === 0 ? 'citizen' : 'bot',
    at: '2026-08-03T02:00:00Z',
    text: `${seq}/${part}`,
    ...more,
  };
}

describe('entries of the chat page', () => {
  it('stand in order, each once, the newer form winning', () => {
    const known = [entry(1, 0), entry(2, 0), entry(2, 1)];
    const merged = mergeEntries(known, [entry(2, 1, { text: 'lebih baru' }), entry(1, 1), entry(2, 0)]);
    expect(merged.map((each) => each.text)).to.deep.equal(['1/0', '1/1', '2/0', 'lebih baru']);
  });

  it('keep a question open until the citizen says something', () => {
    const options = [{ id: 'a', label: 'A' }];
    const question = entry(1, 1, { options, expect: 'choice' });
    expect(openQuestionOf([entry(1, 0), question, entry(2, 1)])).to.equal(question);
    expect(openQuestionOf([entry(1, 0), question, entry(2, 0)])).to.equal(undefined);
    expect(expectedNow([question])).to.equal('choice');
    expect(expectedNow([question, entry(2, 0)])).to.equal(undefined);
  });

  it('do not say twice what the buttons say', () => {
    const options = [
      { id: 'a', label: 'Kirim' },
      { id: 'b', label: 'Ubah' },
    ];
    expect(wordsOf({ text: 'Sudah benar?\n\n1. Kirim\n2. Ubah', options })).to.equal('Sudah benar?');
    expect(wordsOf({ text: 'Sudah benar?\n\n1. Kirim\n2. Hapus', options })).to.contain('2. Hapus');
    expect(wordsOf({ text: 'Tanpa pilihan' })).to.equal('Tanpa pilihan');
  });
});

describe('links in messages', () => {
  const hrefs = (text: string) => splitLinks(text).flatMap((part) => part.href ?? []);

  it('are http and https, without the punctuation behind them', () => {
    expect(hrefs('Lihat https://contoh.go.id/a?b=1&c=2#d, atau (http://contoh.go.id).')).to.deep.equal([
      'https://contoh.go.id/a?b=1&c=2#d',
      'http://contoh.go.id',
    ]);
  });

  it('are never anything else', () => {
    for (const text of [
      'javascript:alert(1)',
      'data:text/html,<script>',
      'https://xn--80ak6aa92e.com/',
      'https://a.xn--p1ai',
      'https://\u0430pple.com',
      'https://a\u0440ple.com',
      'https://contoh.go.id/\u202Egpj.exe',
      'http://user:pass@contoh.go.id',
      'tel:112',
      'file:///etc/passwd',
    ]) {
      expect(
        hrefs(text).filter((href) => !/^http:\/\/user$/.test(href)),
        text,
      ).to.deep.equal([]);
    }
  });

  it('lose no letter of the text', () => {
    const text = 'a https://b.id/\u202Ec d http://e.id! f';
    expect(
      splitLinks(text)
        .map((part) => part.text)
        .join(''),
    ).to.equal(text);
    expect(splitLinks('')).to.deep.equal([{ text: '' }]);
  });
});

describe('outbox of the chat page', () => {
  function memoryStore(fails = false): Store & { readonly items: Map<string, string> } {
    const items = new Map<string, string>();
    return {
      items,
      get length() {
        return items.size;
      },
      key: (index) => [...items.keys()][index] ?? null,
      getItem: (name) => items.get(name) ?? null,
      setItem(name, value) {
        if (fails) throw new Error('QuotaExceededError');
        items.set(name, value);
      },
      removeItem: (name) => void items.delete(name),
    };
  }
  const message = (key: string, queuedAt: number): QueuedMessage => ({ key, queuedAt, text: key });

  it('gives messages back oldest first, also to another page of the device', () => {
    const store = memoryStore();
    const here = createOutbox(store);
    const there = createOutbox(store);
    here.add(message('b', 20));
    there.add(message('a', 3));
    here.add(message('c', 100));
    expect(
      createOutbox(store)
        .list()
        .map((each) => each.key),
    ).to.deep.equal(['a', 'b', 'c']);
    there.remove('b');
    expect(here.list().map((each) => each.key)).to.deep.equal(['a', 'c']);
  });

  it('keeps a message in memory when the device takes no more, and says so', () => {
    const outbox = createOutbox(memoryStore(true));
    expect(outbox.add(message('a', 1))).to.equal(false);
    expect(outbox.list()).to.have.length(1);
    outbox.remove('a');
    expect(outbox.list()).to.deep.equal([]);
  });

  it('overlooks what is not its own, and what is damaged', () => {
    const store = memoryStore();
    store.items.set('kanal.token', 'x');
    store.items.set('kanal.out.000000000000001.a', '{half');
    store.items.set('other', '{}');
    expect(createOutbox(store).list()).to.deep.equal([]);
  });
});

describe('event parser of the chat page', () => {
  it('finds the same events however the text is cut', () => {
    const text = 'retry: 3000\n\n:\n\nid: 1\ndata: ["satu"]\n\nid: 2\ndata: ["d\u00fca"]\n\n';
    for (let size = 1; size <= text.length; size++) {
      const events: string[] = [];
      const take = createEventParser(({ id, data }) => events.push(`${id} ${data}`));
      for (let at = 0; at < text.length; at += size) take(text.slice(at, at + size));
      expect(events, `in pieces of ${size}`).to.deep.equal(['1 ["satu"]', '2 ["d\u00fca"]']);
    }
  });
});

describe('texts of the chat page', () => {
  it('are Indonesian unless the browser wants English and no Indonesian', () => {
    expect(preferredLang(['en-US', 'id'])).to.equal('id');
    expect(preferredLang(['en-GB'])).to.equal('en');
    expect(preferredLang(['jv', 'en'])).to.equal('id');
    expect(preferredLang([])).to.equal('id');
  });

  it('tell each refusal, and any other in general', () => {
    expect(refusalText(TEXTS.id, 'file.too_large')).to.contain('20 MB');
    expect(refusalText(TEXTS.id, 'constructor')).to.equal(TEXTS.id.refused);
  });

  it('name days by the calendar, not by 24 hours', () => {
    const now = new Date(2026, 7, 3, 0, 30);
    expect(dayName(new Date(2026, 7, 2, 23, 50), now, 'id', TEXTS.id)).to.equal('Kemarin');
    expect(dayName(new Date(2026, 7, 3, 0, 1), now, 'id', TEXTS.id)).to.equal('Hari ini');
    expect(dayName(new Date(2026, 7, 1, 12), now, 'id', TEXTS.id)).to.equal('Sabtu, 1 Agustus 2026');
  });
});
