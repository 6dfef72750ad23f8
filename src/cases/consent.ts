import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Db } from 'mongodb';
import { z } from 'zod';
import type { Texts } from '../flows/i18n.js';
import { DO_NAMES, type DoName, type Locale } from '../flows/state.js';
import { invalidData, loadDataFile } from './data-file.js';

/** To which words somebody agreed, and when. */
export interface Consent {
  /** The key in locales/. */
  readonly text: string;
  readonly locale: Locale;
  /** Of the words themselves: 16 hexadecimal digits; see {@link keepConsentTexts}. */
  readonly version: string;
  readonly at: Date;
}

/** What was agreed to by having `effect` done; undefined where nothing is asked. */
export type ConsentOf = (effect: DoName, locale: Locale, at: Date) => Consent | undefined;

const consentSchema = z.strictObject({
  version: z.literal(1),
  texts: z.partialRecord(z.enum(DO_NAMES), z.string().regex(/^[a-z][a-z0-9_.]*$/)),
});

const VERSION_CHARS = 16;

/**
 * Reads `consent.yaml` in `dir`.
 *
 * @throws {AppError} `config.invalid` naming file and line, also for a text that isn't in locales/
 */
export function loadConsent(dir: string, texts: Texts): ConsentOf {
  const path = join(dir, 'consent.yaml');
  const keys = loadDataFile(path, consentSchema).texts;
  const lost = Object.values(keys).filter((key) => !texts.has(key));
  if (lost.length > 0)
    throw invalidData(
      path,
      lost.map((key) => `there is no text called "${key}"`),
    );
  return (effect, locale, at) => {
    const text = keys[effect];
    return text === undefined ? undefined : { text, locale, version: versionOf(texts, text, locale), at };
  };
}

function versionOf(texts: Texts, key: string, locale: Locale): string {
  return createHash('sha256').update(texts.source(key, locale)).digest('hex').slice(0, VERSION_CHARS);
}

/** One version of a text that somebody may have agreed to. */
interface ConsentText {
  /** Its version. */
  readonly _id: string;
  readonly key: string;
  readonly locale: Locale;
  readonly text: string;
  /** When this service first showed it. */
  readonly since: Date;
}

/** Keeps the words of every consent text as they are now, so that a version can be read years later. */
export async function keepConsentTexts(db: Db, consentOf: ConsentOf, texts: Texts, now: Date): Promise<void> {
  const kept = db.collection<ConsentText>('consent_texts');
  for (const effect of DO_NAMES) {
    for (const locale of texts.locales) {
      const consent = consentOf(effect, locale, now);
      if (!consent) continue;
      const { version, text: key } = consent;
      const text = texts.source(key, locale);
      await kept.updateOne({ _id: version }, { $setOnInsert: { key, locale, text, since: now } }, { upsert: true });
    }
  }
}
