import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { IntlMessageFormat } from 'intl-messageformat';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadNotices, type NoticeText } from '../../src/cases/notice-rules.js';
import { CASE_OUTCOMES, outcomeLabelKey } from '../../src/cases/status.js';
import { FLOWS_DIR } from './shipped-rules.js';

const rules = loadNotices(FLOWS_DIR);
const LOCALES = ['id', 'en'] as const;
/** Telegram cuts at 4,096 and WhatsApp at 1,024 in a template; a bubble on a small phone holds about this much. */
const MAX_CHARS = 420;

function textsOf(locale: string): Record<string, string> {
  const path = join(FLOWS_DIR, '..', 'locales', `notices.${locale}.yaml`);
  return z.record(z.string(), z.string()).parse(parse(readFileSync(path, 'utf8')));
}

function placeholders(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort();
}

const said: readonly NoticeText[] = Object.values(rules.events)
  .flatMap(({ complainant, supporter }) => [complainant, supporter])
  .filter((each) => each !== null);
const neutral = Object.values(rules.neutral);
const labels = CASE_OUTCOMES.map(outcomeLabelKey);

for (const locale of LOCALES) {
  describe(`locales/notices.${locale}.yaml`, () => {
    const texts = textsOf(locale);

    it('has every text that notices name and every label, and no other', () => {
      const wanted = new Set([...said.map(({ text }) => text), ...neutral, rules.footer, ...labels]);
      expect(Object.keys(texts)).to.have.members([...wanted]);
    });

    it('uses exactly the parameters that its row gives', () => {
      for (const { text, params } of said) {
        expect([...new Set(placeholders(texts[text] ?? ''))], text).to.deep.equal([...params].sort());
      }
    });

    it('is MessageFormat that can be read', () => {
      for (const [key, text] of Object.entries(texts)) {
        expect(() => new IntlMessageFormat(text, locale, undefined, { ignoreTag: true }), key).not.to.throw();
      }
    });

    it('says nothing of the case where it must be neutral', () => {
      for (const key of neutral) {
        expect(placeholders(texts[key] ?? ''), key).to.deep.equal([]);
        expect(texts[key], key).not.to.match(/laporan|aduan|kasus|report|complaint|case/i);
      }
    });

    it('fits one bubble, the footer included', () => {
      for (const [key, text] of Object.entries(texts)) {
        const length = text.length + (key.startsWith('notice.') ? (texts[rules.footer]?.length ?? 0) : 0);
        expect(length, key).to.be.at.most(MAX_CHARS + (texts[rules.footer]?.length ?? 0));
        expect(text.split('\n').length, key).to.be.at.most(4);
      }
    });

    it('blames nobody and uses no office jargon', () => {
      for (const [key, text] of Object.entries(texts)) {
        expect(text, key).not.to.match(
          /disposisi|OPD|tupoksi|kesalahan Anda|Anda salah|harap maklum|SLA|ticket|your fault|you failed/i,
        );
      }
    });
  });
}
