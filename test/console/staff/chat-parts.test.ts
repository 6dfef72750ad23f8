import { expect } from 'chai';
import {
  cannedText,
  fillCanned,
  findCanned,
  mentionsIn,
  openPlaceholders,
  openShortcut,
} from '../../../src/console/staff/pages/conversation/canned.js';
import {
  cutNewest,
  cutOldest,
  mergeEntries,
  readFrom,
  type Stretch,
  toLog,
  withDeliveries,
} from '../../../src/console/staff/pages/conversation/entries.js';
import type { Note, StaffEntry } from '../../../src/staff/api/conversation.js';

const at = (minute: number) => `2026-11-24T08:${String(minute).padStart(2, '0')}:00.000Z`;

function entry(seq: number, more: Partial<StaffEntry> = {}): StaffEntry {
  return { seq, part: 0, from: 'citizen', at: at(seq), text: `pesan ${seq}`, ...more };
}

describe('bubbles of a chat', () => {
  it('are in order, once each, and the newer word about one holds', () => {
    const sent = entry(2, { part: 1, from: 'staff', delivery: { state: 'sent' } });
    const read = { ...sent, delivery: { state: 'read' as const } };
    const merged = mergeEntries([sent, entry(3)], [entry(1), read]);
    expect(merged.map(({ seq }) => seq)).to.deep.equal([1, 2, 3]);
    expect(merged[1]?.delivery?.state).to.equal('read');
  });

  it('are read again from before what is still under way to its reader', () => {
    const ours = (seq: number, state: 'sent' | 'read') => entry(seq, { from: 'staff', delivery: { state } });
    expect(readFrom([ours(4, 'read'), ours(5, 'sent'), entry(6)])).to.equal(4);
    expect(readFrom([ours(4, 'read'), entry(6)])).to.equal(6);
    expect(readFrom([ours(1, 'sent'), entry(30)]), 'an old receipt is not waited for').to.equal(30);
    expect(readFrom([])).to.equal(0);
  });

  it('change their ticks, and nothing else is drawn anew', () => {
    const entries = [
      entry(4, { part: 1, delivery: { state: 'sent' } }),
      entry(5),
      entry(6, { part: 1, delivery: { state: 'read' } }),
    ];
    const changed = withDeliveries(entries, [{ seq: 4, part: 1, delivery: { state: 'delivered' } }]);
    expect(changed[0]?.delivery).to.deep.equal({ state: 'delivered' });
    expect(changed.slice(1)).to.deep.equal(entries.slice(1));
    expect(withDeliveries(entries, [{ seq: 6, part: 1, delivery: { state: 'read' } }])).to.equal(entries);
    expect(withDeliveries(entries, [{ seq: 99, part: 1, delivery: { state: 'read' } }])).to.equal(entries);
  });

  it('have notes between them by time, those of the unread past left out', () => {
    const note = (id: string, minute: number): Note => ({
      id,
      by: 's',
      byName: 'S',
      at: at(minute),
      text: id,
      mentions: [],
    });
    const notes = [note('late', 9), note('early', 1), note('between', 5)];
    const names = (beyond: { olderBefore?: number; newerAfter?: number }) =>
      toLog({ entries: [entry(4), entry(6)], ...beyond }, notes).map((item) =>
        item.kind === 'note' ? item.note.id : item.entry.seq,
      );
    expect(names({})).to.deep.equal(['early', 4, 'between', 6, 'late']);
    expect(names({ olderBefore: 4 })).to.deep.equal([4, 'between', 6, 'late']);
    expect(names({ newerAfter: 6 })).to.deep.equal(['early', 4, 'between', 6]);
  });

  it('are dropped by whole turns at the far end once there are too many', () => {
    const entries = [entry(1), entry(2), { ...entry(2), part: 1 }, entry(3)];
    const seqs = ({ entries: kept, ...beyond }: Stretch) => [kept.map(({ seq }) => seq), beyond];
    expect(seqs(cutNewest({ entries }, 4))[0]).to.deep.equal([1, 2, 2, 3]);
    expect(seqs(cutNewest({ entries }, 2))).to.deep.equal([[1], { olderBefore: undefined, newerAfter: 1 }]);
    expect(seqs(cutOldest({ entries }, 2))).to.deep.equal([[3], { olderBefore: 3, newerAfter: undefined }]);
    expect(seqs(cutOldest({ entries, newerAfter: 3 }, 3))).to.deep.equal([
      [2, 2, 3],
      { olderBefore: 2, newerAfter: 3 },
    ]);
  });
});

describe('ready answers', () => {
  const canned = [
    { id: 'a', shortcut: 'salam', title: 'Salam pembuka', texts: { id: 'Halo {nama}', en: 'Hello {nama}' } },
    { id: 'b', shortcut: 'lokasi', title: 'Minta lokasi, dengan salam', texts: { id: 'Di mana?' } },
    { id: 'c', shortcut: 'salam2', title: 'Lain', texts: { id: 'x' }, unit: 'dinas_pu' },
  ];

  it('are asked for by a slash that begins a word, up to the caret', () => {
    expect(openShortcut('/sal', 4, '/')).to.deep.equal({ typed: 'sal', from: 0 });
    expect(openShortcut('Baik. /SA', 9, '/')).to.deep.equal({ typed: 'sa', from: 6 });
    expect(openShortcut('RT 03/04', 8, '/'), 'a slash inside a word').to.equal(undefined);
    expect(openShortcut('/salam pagi', 11, '/'), 'behind the word').to.equal(undefined);
  });

  it('are found by shortcut before title, those of other units left out', () => {
    expect(findCanned(canned, 'sal', undefined).map(({ id }) => id)).to.deep.equal(['a', 'b']);
    expect(findCanned(canned, 'sal', 'dinas_pu').map(({ id }) => id)).to.deep.equal(['a', 'c', 'b']);
  });

  it('come in the language of their reader, else in Indonesian', () => {
    const [salam, lokasi] = canned;
    expect(salam && cannedText(salam, 'en')).to.equal('Hello {nama}');
    expect(lokasi && cannedText(lokasi, 'su')).to.equal('Di mana?');
  });

  it('have their placeholders filled, what is unknown left to be seen', () => {
    const text = fillCanned('{nama} {nomor} {petugas} {unit} {lain}', { nama: 'Siti', petugas: 'Rina' }, 'id');
    expect(text).to.equal('Siti {nomor} Rina {unit} {lain}');
    expect(openPlaceholders(text)).to.deep.equal(['{nomor}', '{unit}']);
  });

  for (const nama of ['S••• A•••', '', 'Anonim']) {
    it(`never address anybody as "${nama}"`, () => {
      expect(fillCanned('Halo {nama}', { nama, petugas: 'Rina' }, 'id')).to.equal('Halo Bapak/Ibu');
    });
  }

  it('take a name with dollar signs as it is', () => {
    expect(fillCanned('{nama}', { nama: '$& $1', petugas: '' }, 'id')).to.equal('$& $1');
  });
});

describe('mentions', () => {
  it('are of colleagues whose whole name stands behind an @', () => {
    const staff = [
      { id: 's1', name: 'Rina Kartika' },
      { id: 's2', name: 'Agus' },
    ];
    expect(mentionsIn('@Rina Kartika tolong cek, bukan agus', staff)).to.deep.equal(['s1']);
  });
});
