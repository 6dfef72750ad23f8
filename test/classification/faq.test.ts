import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { loadFaq } from '../../src/classification/faq.js';
import { CATEGORIES_FILE, shippedCategories } from './classifier.js';

describe('faq', () => {
  const { lexicon } = shippedCategories;
  const find = loadFaq(join(dirname(CATEGORIES_FILE), 'faq.yaml'), lexicon);

  const answered: readonly (readonly [string, string])[] = [
    ['how_to_report', 'gimana cara lapor ya'],
    ['check_status', 'laporan saya udah sampe mana'],
    ['anonymous', 'nama sy bakal ketahuan ga'],
    ['emergency', 'nomor pemadam berapa'],
    ['cost', 'bayar gak sih lapor di sini'],
    ['talk_to_person', 'can I talk to a human please'],
  ];
  for (const [entry, question] of answered) {
    it(`answers "${question}" with ${entry}`, () => {
      expect(find(question)?.entry).to.equal(entry);
    });
  }

  const unanswered: readonly string[] = [
    'syarat bikin KTP apa saja',
    'kapan jalan di desa kami diaspal',
    'harga beras berapa',
    'lampu jalan mati',
    '',
    '😀😀',
  ];
  for (const question of unanswered) {
    it(`has no answer to "${question}"`, () => {
      expect(find(question)).to.equal(undefined);
    });
  }

  it('tells verified emergency numbers only', () => {
    const verified = ['112', '110', '113', '115', '118', '119', '123', '129'];
    const told = find('nomor darurat yang bisa dihubungi')?.answer.id.match(/\b1\d\d\b/g);
    expect(verified).to.include.members(told ?? ['none told']);
  });

  it('answers in Javanese and Sundanese too, with the same numbers', () => {
    for (const question of [
      'cara lapor',
      'nomor darurat yang bisa dihubungi',
      'bagaimana melapor ke ombudsman',
      'kode saya hilang',
    ]) {
      const { id, jv = '', su = '' } = find(question)?.answer ?? { id: '' };
      const numbers = (text: string) => (text.match(/\d[\d-]+/g) ?? []).join();
      expect([numbers(jv), numbers(su)], question).to.deep.equal([numbers(id), numbers(id)]);
      expect(new Set([id, jv, su]).size, question).to.equal(3);
    }
  });

  describe('a file with a mistake', () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'faq-'));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    it('is refused with file, path and mend', () => {
      const file = join(folder, 'faq.yaml');
      writeFileSync(file, 'version: 1\nsilent: di\nentries:\n  cost: { asked: [a, b], answer: { id: x } }\n');
      expect(() => loadFaq(file, lexicon)).to.throw(/faq\.yaml: entries\.cost\.answer\.en/);
    });
  });
});
