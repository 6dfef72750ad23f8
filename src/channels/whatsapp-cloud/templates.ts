import { z } from 'zod';
import { keySchema, loadDataFile } from '../../cases/data-file.js';

/** As Meta has them. */
export const MAX_TEMPLATE_CHARS = 1024;
const MAX_BUTTON_CHARS = 25;
const MAX_BUTTONS = 3;
const MARK = /\{\{(.*?)\}\}/g;

/** What a parameter is filled with. */
export type ParameterName = 'case_number' | 'text' | 'service';

const LanguageSchema = z.strictObject({
  /** Meta's code for it, where it isn't the key: `en_US`. */
  code: z
    .string()
    .regex(/^[a-z]{2,3}(_[A-Z]{2})?$/, 'must be a language code such as id or en_US')
    .optional(),
  body: z.string().min(1).max(MAX_TEMPLATE_CHARS),
  buttons: z.array(z.string().min(1).max(MAX_BUTTON_CHARS)).optional(),
});

const TemplateSchema = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9_]{1,512}$/, 'must be lower case letters, digits and _, as Meta has it'),
    for: z.array(z.enum(['notice', 'staff'])).min(1),
    parameters: z.array(z.enum(['case_number', 'text', 'service'])).min(1),
    options: z.array(z.string().min(1)).min(1).max(MAX_BUTTONS).optional(),
    languages: z.record(z.string().regex(/^[a-z]{2}$/), LanguageSchema),
  })
  .superRefine((template, ctx) => {
    const languages = Object.entries(template.languages);
    if (languages.length === 0) ctx.addIssue({ code: 'custom', path: ['languages'], message: 'needs at least one' });
    for (const [language, { body, buttons }] of languages) {
      const fault = faultOf(body, template.parameters.length);
      if (fault) ctx.addIssue({ code: 'custom', path: ['languages', language, 'body'], message: fault });
      if ((buttons?.length ?? 0) !== (template.options?.length ?? 0))
        ctx.addIssue({
          code: 'custom',
          path: ['languages', language, 'buttons'],
          message: 'must be as many as options',
        });
    }
  });
export type Template = z.infer<typeof TemplateSchema>;

export const TemplatesSchema = z.record(keySchema, TemplateSchema);
/** By our own key, in the order of the file: the first that fits is used. */
export type Templates = Readonly<Record<string, Template>>;

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
    return `must hold ${wanted.map((n) => `{{${n}}}`).join(', ')} once each, in order`;
  if (/^\s*\{\{|\}\}[\s.,!?]*$/.test(body)) return 'must not begin or end with a parameter';
  if (/\n{3,}|\t| {5,}/.test(body)) return 'must not hold tabs, three line breaks or five spaces in a row';
  return undefined;
}
