import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { ROOT } from './real-flows.js';

/** What the citizen does: words, or something else beside or instead of them. */
const TheySchema = z.union([
  z.string(),
  z.strictObject({
    text: z.string().optional(),
    /** `flow.step/option`: a button of that question. */
    tap: z.string().optional(),
    photos: z.number().int().positive().optional(),
    voice: z.boolean().optional(),
    at: z.tuple([z.number(), z.number()]).optional(),
    early: z.boolean().optional(),
    /** The case that was told of just before. */
    about: z.string().optional(),
    sticker: z.boolean().optional(),
    too_large: z.boolean().optional(),
    flaws: z.array(z.enum(['damaged', 'locked', 'quarantined'])).optional(),
  }),
]);

const answers = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

const TurnSchema = z.strictObject({
  they: TheySchema.optional(),
  timer: z.enum(['remind', 'expire']).optional(),
  /** A notice that asks. */
  starts: z.strictObject({ flow: z.string(), answers }).optional(),
  staff: z.literal('gives_back').optional(),
  /** A message that was changed; `from` is what it said before. */
  edits: z.strictObject({ from: z.string(), to: z.string() }).optional(),
  /** Keys of all that is said, in order. */
  we: z.array(z.string()),
  /** Must stand in what is shown. */
  shows: z.array(z.string()).optional(),
  hides: z.array(z.string()).optional(),
  /** `flow.step` that waits afterwards. */
  waits: z.string().nullable().optional(),
  does: z.string().optional(),
  hands_over: z.string().optional(),
});

const TranscriptSchema = z.strictObject({
  about: z.string(),
  now: z.string().default('2026-08-03T09:00:00+07:00'),
  /** What the service would find; a look-up that isn't named finds nothing. */
  reads: z
    .strictObject({
      reserve_case_number: answers.optional(),
      my_cases: answers.optional(),
      asked_case: answers.optional(),
      similar_case: answers.optional(),
      chronology: answers.optional(),
      /** Besides an open office with nobody waiting. */
      queue: answers.optional(),
      chat_link: answers.optional(),
      find_link: answers.optional(),
      /** By number, perhaps with `/code`. */
      find_case: z.record(z.string(), answers).optional(),
    })
    .default({ reserve_case_number: { case_number: 'LP-260803-0001', verify_by: 'Kamis, 6 Agustus 2026' } }),
  /** In place of what the classifier finds, where the transcript is about what follows from it. */
  finds: z
    .strictObject({
      kind: z.enum(['pengaduan', 'aspirasi', 'informasi', 'bukan_laporan']).optional(),
      candidates: z.array(z.strictObject({ category: z.string(), confidence: z.number() })).optional(),
    })
    .optional(),
  turns: z.array(TurnSchema).min(1),
  /** Fields of the filed report: `place.text`, `guess.category`, `anonim`. */
  files: answers.optional(),
});

export type Transcript = z.infer<typeof TranscriptSchema>;
export type TranscriptTurn = Transcript['turns'][number];

/** Every transcript of test/transcripts/, by file name. */
export function readTranscripts(): { readonly file: string; readonly transcript: Transcript }[] {
  const dir = join(ROOT, 'test', 'transcripts');
  return readdirSync(dir)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => {
      const parsed = TranscriptSchema.safeParse(parse(readFileSync(join(dir, file), 'utf8')));
      if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
      return { file, transcript: parsed.data };
    });
}
