import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { loadTexts } from '../../src/flows/i18n.js';
import { LOCALES_DIR } from './real-flows.js';

const FILE = /^(?:[a-z_-]+\.)?(id|en|jv|su)\.yaml$/;
/** Labels of the staff console: staff read Indonesian or English. */
const STAFF_ONLY = /^console\./;

/** Every text key of a locale, over all its files. */
function keysOf(locale: string): string[] {
  return readdirSync(LOCALES_DIR)
    .filter((file) => FILE.exec(file)?.[1] === locale)
    .flatMap((file) => Object.keys(parse(readFileSync(join(LOCALES_DIR, file), 'utf8'))))
    .filter((key) => key !== 'words' && !STAFF_ONLY.test(key))
    .sort();
}

describe('locales', () => {
  const texts = loadTexts(LOCALES_DIR);
  const indonesian = keysOf('id');

  for (const locale of ['en', 'jv', 'su'] as const) {
    it(`${locale} says everything that Indonesian says, and nothing else`, () => {
      expect(keysOf(locale)).to.deep.equal(indonesian);
    });

    it(`${locale} fills the same placeholders`, () => {
      for (const key of indonesian) {
        expect([...texts.placeholders(key, locale)].sort(), key).to.deep.equal([...texts.placeholders(key)].sort());
      }
    });

    it(`${locale} tells the same numbers`, () => {
      const numbers = (of: 'id' | typeof locale, key: string): string[] =>
        [...texts.format(of, key).matchAll(/\d[\d-]*\d/g)].map(([number]) => number).sort();
      for (const key of indonesian.filter((each) => each.startsWith('danger.'))) {
        expect(numbers(locale, key), key).to.deep.equal(numbers('id', key));
      }
    });
  }

  it('jv and su are no copies of Indonesian', () => {
    for (const locale of ['jv', 'su'] as const) {
      const sentences = indonesian.filter((key) => texts.format('id', key).split(' ').length > 4);
      const same = sentences.filter((key) => texts.format(locale, key) === texts.format('id', key));
      expect(same, locale).to.deep.equal([]);
    }
  });
});
