import { join } from 'node:path';
import { z } from 'zod';
import { keySchema, loadDataFile, timeSchema } from './data-file.js';
import { NOTICE_ASKS, NOTICE_EVENTS, NOTICE_PARAMS } from './notice-events.js';
import { CASE_STATUSES } from './status.js';

const textKey = z.string().regex(/^notice\.[a-z][a-z0-9_]*$/, 'must be a text key notice.<name>');
const params = z.array(z.enum(NOTICE_PARAMS));

const audienceSchema = z.strictObject({ text: textKey, params, asks: z.enum(NOTICE_ASKS).optional() }).nullable();

const eventSchema = z.strictObject({
  holdsWhile: z.array(z.enum(CASE_STATUSES)).min(1).optional(),
  urgent: z.boolean().default(false),
  complainant: audienceSchema,
  supporter: audienceSchema,
});

const templateSchema = z.strictObject({ name: keySchema, params });

const noticesSchema = z
  .strictObject({
    version: z.literal(1),
    quietHours: z.strictObject({ from: timeSchema, to: timeSchema }),
    channels: z.strictObject({
      webchat: z.enum(['pull', 'push', 'windowed']),
      terminal: z.enum(['pull', 'push', 'windowed']),
      telegram: z.enum(['pull', 'push', 'windowed']),
      whatsapp_web: z.enum(['pull', 'push', 'windowed']),
      whatsapp_cloud: z.enum(['pull', 'push', 'windowed']),
    }),
    windowHours: z.number().positive(),
    neutral: z.strictObject({ plain: textKey, confirm: textKey, info: textKey, rating: textKey, chronology: textKey }),
    templates: z.strictObject({
      locales: z.array(z.enum(['id', 'en', 'jv', 'su'])).min(1),
      plain: templateSchema,
      confirm: templateSchema.optional(),
      info: templateSchema.optional(),
      rating: templateSchema.optional(),
      chronology: templateSchema.optional(),
      neutral: templateSchema,
    }),
    footer: textKey,
    events: z.record(z.enum(NOTICE_EVENTS), eventSchema),
  })
  .superRefine((file, ctx) => {
    if (file.templates.neutral.params.length > 0) {
      ctx.addIssue({
        code: 'custom',
        path: ['templates', 'neutral', 'params'],
        message: 'must tell nothing of the case',
      });
    }
  });

export type NoticeRules = Readonly<z.infer<typeof noticesSchema>>;
export type NoticeText = NonNullable<z.infer<typeof audienceSchema>>;

/**
 * Reads `notices.yaml` in `dir`. An event without a row doesn't load.
 *
 * @throws {AppError} `config.invalid` naming file and line
 */
export function loadNotices(dir: string): NoticeRules {
  return loadDataFile(join(dir, 'notices.yaml'), noticesSchema);
}
