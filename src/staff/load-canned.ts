import { join } from 'node:path';
import { z } from 'zod';
import { loadDataFile } from '../cases/data-file.js';
import { CannedAnswer } from './api/settings.js';

/** What {@link shippedId} begins with; an answer made in the console has an id of its own. */
const SHIPPED = 'shipped-';
const PLACEHOLDERS: ReadonlySet<string> = new Set(['nama', 'nomor', 'petugas', 'unit']);

const text = z
  .string()
  .trim()
  .min(10, 'must be a sentence')
  .max(2000)
  .refine(
    (words) => [...words.matchAll(/\{(\w*)\}/g)].every(([, name = '']) => PLACEHOLDERS.has(name)),
    'may hold {nama}, {nomor}, {petugas} and {unit}, and no other placeholder',
  );

const cannedSchema = z.strictObject({
  version: z.literal(1),
  answers: z.record(
    CannedAnswer.shape.shortcut,
    z.strictObject({
      title: CannedAnswer.shape.title,
      texts: z.strictObject({ id: text, en: text, jv: text.optional(), su: text.optional() }),
    }),
  ),
});

/**
 * Reads `canned.yaml`, the ready answers that come with the service.
 *
 * @throws {AppError} `config.invalid` naming the line and what is wrong there
 */
export function loadCanned(flowsDir: string): readonly CannedAnswer[] {
  const { answers } = loadDataFile(join(flowsDir, 'canned.yaml'), cannedSchema);
  return Object.entries(answers).map(([shortcut, { title, texts }]) => ({
    id: `${SHIPPED}${shortcut}`,
    ...{ shortcut, title },
    texts: Object.fromEntries(Object.entries(texts).filter((each): each is [string, string] => each[1] !== undefined)),
  }));
}
