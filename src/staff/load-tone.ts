import { join } from 'node:path';
import * as z from 'zod';
import { keySchema, loadDataFile } from '../cases/data-file.js';
import type { ToneRule } from './api/settings.js';

const phrase = z.string().trim().min(2, 'is too short to mean anything').max(80);
const sentence = z.string().trim().min(10, 'must be a sentence of advice').max(200);
const ruleSchema = z
  .strictObject({
    kind: z.enum(['blame', 'jargon', 'promise', 'no_next_step']),
    words: z.array(phrase).default([]),
    advice: z.strictObject({ id: sentence, en: sentence }),
    minWords: z.int().min(1).max(200).optional(),
  })
  .refine(({ kind, words }) => kind === 'promise' || words.length > 0, {
    path: ['words'],
    message: 'must name words; only a promise rule may be without (it then looks for times after the deadline)',
  });

const toneSchema = z.strictObject({ version: z.literal(1), rules: z.record(keySchema, ruleSchema) });

/**
 * Reads `tone.yaml`, the rules of the guide beside the reply box.
 *
 * @throws {AppError} `config.invalid` naming the line and what is wrong there
 */
export function loadTone(flowsDir: string): readonly ToneRule[] {
  const { rules } = loadDataFile(join(flowsDir, 'tone.yaml'), toneSchema);
  return Object.entries(rules).map(([id, { minWords, ...rule }]) => ({
    id,
    ...rule,
    ...(minWords !== undefined && { minWords }),
  }));
}
