import { expect } from 'chai';
import type { Case } from '../../src/cases/case.js';
import { scopeOfCases } from '../../src/conversations/row-scope.js';
import type { Turn, TurnContent } from '../../src/conversations/turn.js';
import { receiptCodeOf } from '../../src/core/ids.js';
import { csvField } from '../../src/staff/export-cases.js';
import { alertsOfCase, alertsOfTurn } from '../../src/staff/feed-alerts.js';
import { unreadOf } from '../../src/staff/inbox-row.js';
import { maskName } from '../../src/staff/mask-name.js';
import { wordsOf as newestWordsOf } from '../../src/staff/newest-words.js';
import { firstResponseOf, hoursOf } from '../../src/staff/shift-figures.js';
import { staffEntriesOf } from '../../src/staff/staff-entries.js';
import { createHideCodes } from '../../src/staff/typed-codes.js';

const NOW = new Date('2026-11-24T03:00:00Z');
const ago = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);

const KEYS = { receiptKey: Buffer.alloc(32, 7) };

describe('a code that a citizen typed', () => {
  const number = 'LP-261124-0001';
  const code = receiptCodeOf(KEYS.receiptKey, number);
  const shown = code.replace(/(\d{4})(?=\d)/g, '$1 ');

  it('is hidden from staff, however it is written, where it is that of a case', () => {
    for (const text of [`kode ${shown}`, `kode ${code}`, `${shown.replaceAll(' ', '-')}.`]) {
      const hidden = createHideCodes(KEYS.receiptKey, [number], [text])(text);
      expect(hidden).to.contain('••••').and.not.to.match(/\d{4}/);
    }
    const both = `${number.toLowerCase()} ${shown}`;
    expect(createHideCodes(KEYS.receiptKey, [], [both])(both)).to.equal('lp-261124-0001 •••• •••• •••• ••••');
  });

  it('leaves other long numbers alone', () => {
    const text = 'NIK saya 3174012304560001';
    expect(createHideCodes(KEYS.receiptKey, [number], [text])(text)).to.equal(text);
  });
});

describe('a masked name', () => {
  it('is the first letter of its first three words, and dots', () => {
    expect(maskName('Siti Aminah')).to.equal('S••• A•••');
    expect(maskName('Raden Mas Bagus Suryo')).to.equal('R••• M••• B•••');
    expect(maskName('  "Éva"  (RT 03)')).to.equal('É••• R••• 0•••');
  });

  it('is nothing where nothing can be read', () => {
    for (const name of [undefined, '', '   ', '🙂', '---']) expect(maskName(name)).to.equal('');
  });
});

describe('a field of an export', () => {
  it('is no formula, whatever it begins with', () => {
    for (const text of ['=1+1', '+62812', '-1', '@x', '\t=1', '\r=1', '  =1']) {
      expect(csvField(text), JSON.stringify(text)).to.equal(`"'${text}"`);
    }
  });

  it('is none in a spreadsheet that takes semicolons for commas, as those of Indonesia do', () => {
    expect(csvField('Jalan rusak;=HYPERLINK("http://x")')).to.equal(`"Jalan rusak;'=HYPERLINK(""http://x"")"`);
    expect(csvField('a; +b\n@c\t-d')).to.equal(`"a;' +b\n'@c\t'-d"`);
    expect(csvField('＝1+1')).to.equal(`"'＝1+1"`);
    expect(csvField('RT 02/05; a=b')).to.equal('RT 02/05; a=b');
  });

  it('keeps its quotes, commas and lines together', () => {
    expect(csvField('a "b", c\nd')).to.equal('"a ""b"", c\nd"');
    expect(csvField('biasa saja')).to.equal('biasa saja');
  });
});

describe('the newest words of a chat', () => {
  const turn = (out: Turn['out']) => ({ source: { kind: 'citizen', key: 'k' }, out, after: {} }) as unknown as Turn;
  const wordsOf = (of: Turn, said: TurnContent) => newestWordsOf(of, said, KEYS);
  const sent = { state: 'sent', at: NOW, platformId: '' } as const;
  const content = (more: Partial<TurnContent>): TurnContent => ({
    ...{ address: { channel: 'webchat', account: 'main', chatId: 'x' }, answers: [], out: [], effects: [] },
    ...more,
  });

  it('are the last that was said, and not what was overtaken', () => {
    const said = content({
      inbound: { text: 'halo', attachments: [] },
      out: [{ text: 'satu' }, { text: 'dua' }],
    });
    const out = [
      { kind: 'reply', ...sent },
      { kind: 'prompt', state: 'superseded', at: NOW },
    ] as const;
    expect(wordsOf(turn(out), said)).to.include({ text: 'satu', from: 'bot' });
    expect(wordsOf(turn([]), content({ inbound: { text: 'halo', attachments: [] } }))).to.include({ from: 'citizen' });
  });

  it('are one line of at most 120 characters, with dots for a receipt code', () => {
    const long = content({ out: [{ text: `Kode {{receipt}}\n${'panjang '.repeat(40)}` }] });
    const { text } = wordsOf(turn([{ kind: 'reply', ...sent }]), long);
    expect(text.length).to.be.at.most(120);
    expect(text).to.match(/^Kode •••• •••• •••• •••• panjang/);
  });

  it('show that something was sent, where nothing was said', () => {
    const photo = content({ inbound: { text: '', attachments: [{ kind: 'image', fileId: 'f' }] } });
    expect(wordsOf(turn([]), photo).text).to.equal('📎');
  });
});

describe('an entry of a chat', () => {
  it('tells staff what became of a message: on its way, arrived, read, given up and why', () => {
    const facts = {
      nameOf: () => 'Sari',
      fileOf: (_lane: string, file: unknown) => file as never,
      hideCodes: (text: string) => text,
      receiptOf: (id: string) => (id === 'wamid.1' ? { state: 'read' as const } : undefined),
    };
    const out: Turn['out'] = [
      { kind: 'staff', state: 'due', dueAt: NOW, attempt: 0 },
      { kind: 'staff', state: 'sent', at: NOW, platformId: 'wamid.1' },
      { kind: 'notice', state: 'sent', at: NOW, platformId: 'fetched' },
      { kind: 'staff', state: 'dead', at: NOW, reason: 'blocked' },
    ];
    const turn = {
      seq: 7,
      at: NOW,
      lane: 'whatsapp_cloud:1',
      source: { kind: 'staff', key: 'k' },
      out,
      after: { staffId: 's' },
    };
    const content = { out: out.map((_, index) => ({ text: `${index}` })), answers: [], effects: [] };
    const entries = staffEntriesOf(turn as unknown as Turn, content as unknown as TurnContent, facts);
    expect(entries.map(({ delivery }) => delivery)).to.deep.equal([
      { state: 'due' },
      { state: 'read' },
      { state: 'delivered' },
      { state: 'dead', reason: 'blocked' },
    ]);
    expect(entries.map(({ from, part }) => `${part} ${from}`)).to.deep.equal([
      '1 staff',
      '2 staff',
      '3 bot',
      '4 staff',
    ]);
  });
});

describe('unread messages', () => {
  it('are those that came since staff answered, less those that somebody has looked at', () => {
    const row = (more: object) => ({ unread: 5, inbound: 9, ...more }) as Parameters<typeof unreadOf>[0];
    expect(unreadOf(row({}))).to.equal(5);
    expect(unreadOf(row({ readInbound: 8 }))).to.equal(1);
    expect(unreadOf(row({ readInbound: 9 }))).to.equal(0);
    expect(unreadOf(row({ unread: 0, readInbound: 3 }))).to.equal(0);
  });
});

describe('who may see a chat', () => {
  const found = (more: object) =>
    ({
      _id: 'LP',
      unit: 'a',
      circle: 'open',
      naming: { anonim: false, rahasia: false },
      receivedAt: NOW,
      ...more,
    }) as Case;

  it('follows from its newest case, every circle of its cases, and whether one is anonim', () => {
    expect(scopeOfCases([])).to.deep.equal({});
    const cases = [
      found({ unit: 'lama', receivedAt: ago(60), circle: 'rahasia', naming: { anonim: true, rahasia: true } }),
      found({ unit: 'baru' }),
      found({ unit: 'tua', receivedAt: ago(90), circle: 'pungli_korupsi' }),
    ];
    expect(scopeOfCases(cases)).to.deep.equal({ unit: 'baru', circles: ['pungli_korupsi', 'rahasia'], anonim: true });
  });
});

describe('alerts', () => {
  const turn = (mode: string, handover?: object) =>
    ({ conversationId: 'c', seq: 4, at: NOW, after: { mode, ...(handover ? { handover } : {}) } }) as unknown as Turn;

  it('are raised when a chat begins to wait, once, and louder for danger', () => {
    expect(alertsOfTurn(turn('queued', { seq: 4, reason: 'asked' }))[0]).to.include({ _id: 'queue_waiting:c:4' });
    expect(alertsOfTurn(turn('queued', { seq: 4, reason: 'danger' }))[0]).to.include({ what: 'danger' });
    expect(alertsOfTurn(turn('queued', { seq: 3, reason: 'asked' })), 'it waited before').to.deep.equal([]);
    expect(alertsOfTurn(turn('staff', { seq: 4, reason: 'staff' }))).to.deep.equal([]);
  });

  it('tell whoever was given a case by somebody else, and whom lateness was put before', () => {
    const event = { at: NOW, by: { kind: 'staff', id: 'koord' }, staffId: 'sari' };
    const given = { _id: 'LP', rev: 3, history: [event] } as unknown as Case;
    expect(alertsOfCase(given)).to.deep.equal([
      { _id: 'assigned:LP:3:sari', what: 'assigned', subject: 'LP', staffId: 'sari', at: NOW },
    ]);
    const own = { ...given, history: [{ ...event, by: { kind: 'staff', id: 'sari' } }] } as unknown as Case;
    expect(alertsOfCase(own)).to.deep.equal([]);
    const late = {
      ...{ _id: 'LP', rev: 4, alert: { level: 'coordinator', staffIds: ['koord', 'kabid'] } },
      history: [{ at: NOW, by: { kind: 'system' }, steps: [{ kind: 'escalate', level: 'coordinator' }] }],
    } as unknown as Case;
    expect(alertsOfCase(late).map(({ what, staffId }) => `${what} ${staffId}`)).to.deep.equal([
      'breached koord',
      'breached kabid',
    ]);
  });
});

describe('figures of a shift', () => {
  it('are the median and the slow tenth of first responses; none when nobody was answered', () => {
    expect(firstResponseOf([{ since: ago(10) }])).to.equal(undefined);
    const handovers = [1, 2, 3, 4, 5, 6, 7, 8, 9, 60].map((wait) => ({ since: ago(100), repliedAt: ago(100 - wait) }));
    expect(firstResponseOf(handovers)).to.deep.equal({ medianSeconds: 360, p90Seconds: 3600, count: 10 });
  });

  it('are by the hour, the last 24 and nothing before', () => {
    const movement = { received: [ago(30), ago(24 * 60 + 1)], resolved: [ago(61)] };
    const hours = hoursOf([{ since: ago(30), claimedAt: ago(20) }], movement, NOW);
    expect(hours.length).to.equal(24);
    expect(hours[23]).to.include({ handovers: 1, claims: 1, received: 1, resolved: 0 });
    expect(hours[22]).to.include({ received: 0, resolved: 1 });
    expect(hours.reduce((sum, { received }) => sum + received, 0)).to.equal(1);
  });
});
