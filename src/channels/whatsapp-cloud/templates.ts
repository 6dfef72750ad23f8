import { z } from 'zod';
import { keySchema, loadDataFile } from '../../cases/data-file.js';

/** As Meta has them. */
export const MAX_TEMPLATE_CHARS = 1024;
const MAX_BUTTON_CHARS = 25;
const MAX_BUTTONS = 3;
const MARK = /\{\{(.*?)\}\}/g;

/** What the channel itself can fill in, for a message that comes without a template of its own. */
export const OWN_PARAMETERS = ['number', 'text', 'service'] as const;
export type OwnParameter = (typeof OWN_PARAMETERS)[number];

const LanguageSchema = z.strictObject({
  code: z
    .string()
    .regex(/^[a-z]{2,3}(_[A-Z]{2})?$/, 'must be a language code such as id or en_US')
    .optional(),
  body: z.string().min(1).max(MAX_TEMPLATE_CHARS),
  buttons: z.array(z.string().min(1).max(MAX_BUTTON_CHARS)).min(1).max(MAX_BUTTONS).optional(),
});

const TemplateSchema = z
  .strictObject({
    parameters: z.array(keySchema),
    languages: z.record(z.string().regex(/^[a-z]{2}$/), LanguageSchema),
  })
  .superRefine(({ parameters, languages }, ctx) => {
    if (Object.keys(languages).length === 0)
      ctx.addIssue({ code: 'custom', path: ['languages'], message: 'needs at least one' });
    for (const [language, { body }] of Object.entries(languages)) {
      const fault = faultOf(body, parameters.length);
      if (fault) ctx.addIssue({ code: 'custom', path: ['languages', language, 'body'], message: fault });
    }
  });
export type Template = z.infer<typeof TemplateSchema>;

export const TemplatesSchema = z
  .strictObject({
    version: z.literal(1),
    fallback: z.strictObject({ notice: keySchema.optional(), staff: keySchema.optional() }),
    /** By the name under which Meta approved it. */
    templates: z.record(keySchema, TemplateSchema),
  })
  .superRefine(({ fallback, templates }, ctx) => {
    for (const [kind, name] of Object.entries(fallback)) {
      const template: Template | undefined = name === undefined ? undefined : templates[name];
      const own: readonly string[] = OWN_PARAMETERS;
      if (template?.parameters.every((parameter) => own.includes(parameter))) continue;
      const message = template ? `may only need ${OWN_PARAMETERS.join(', ')}` : 'must be one of templates';
      ctx.addIssue({ code: 'custom', path: ['fallback', kind], message });
    }
  });
export type Templates = Readonly<z.infer<typeof TemplatesSchema>>;

/**
 * Reads flows/templates.yaml, at start-up.
 *
 * @throws {AppError} `config.invalid`, naming each fault and its line
 */
export function loadTemplates(path: string): Templates {
  return loadDataFile(path, TemplatesSchema);
}

/** What Meta would refuse, found before it is submitted. */
function faultOf(body: string, parameters: number): string | undefined {
  const found = [...body.matchAll(MARK)].map((match) => match[1]);
  const wanted = Array.from({ length: parameters }, (_, index) => String(index + 1));
  if (found.join() !== wanted.join())
    return `must hold ${wanted.map((n) => `{{${n}}}`).join(', ') || 'no parameter'} once each, in order`;
  if (/^\s*\{\{|\}\}[\s.,!?]*$/.test(body)) return 'must not begin or end with a parameter';
  if (/\n{3,}|\t| {5,}/.test(body)) return 'must not hold tabs, three line breaks or five spaces in a row';
  return undefined;
}
