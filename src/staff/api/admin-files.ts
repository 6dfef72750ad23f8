import { z } from 'zod';
import { Instant } from './inbox.js';

const path = z.string().min(1).max(100);
const note = z.string().trim().max(300);

/** How one of the office's data files stands. Version 0 is the one that came with the service. */
export const FileState = z.object({
  path,
  version: z.number().int(),
  by: z.string().optional(),
  byName: z.string().optional(),
  at: Instant.optional(),
  /**
   * `live`: in force at once. `after_restart`: the version kept is in force once every process has been started anew;
   * until then `versionInForce` is. `refused`: an update of the service no longer takes it, and `why` says why; the
   * shipped one is in force.
   */
  state: z.enum(['live', 'after_restart', 'refused']),
  versionInForce: z.number().int(),
  why: z.string().optional(),
  /** An update has brought another shipped file since the office's own was written: worth a look. */
  shippedHasChanged: z.boolean(),
  mayWrite: z.boolean(),
  /** Changes of this file are in force only once the service has been started anew; of the others at once. */
  needsRestart: z.boolean(),
});
export type FileState = z.infer<typeof FileState>;

/** `GET /api/staff/admin/files`. */
export const FileList = z.object({ files: z.array(FileState) });
export type FileList = z.infer<typeof FileList>;

/** `GET /api/staff/admin/file?path=sla.yaml`, or with `&version=3` as it was then. `versions` newest first. */
export const FileQuery = z.object({ path, version: z.coerce.number().int().min(0).optional() });
export const FileView = z.object({
  file: FileState,
  text: z.string(),
  versions: z.array(
    z.object({
      version: z.number().int(),
      by: z.string(),
      byName: z.string().optional(),
      at: Instant,
      note: z.string().optional(),
      /** The shipped file again. */
      isShipped: z.boolean(),
    }),
  ),
});
export type FileView = z.infer<typeof FileView>;

/** `POST /api/staff/admin/file/check`: nothing is kept. */
export const FileCheckBody = z.strictObject({ path, text: z.string().max(400_000) });
export const FileCheckAnswer = z.object({ problems: z.array(z.string()) });
export type FileCheckAnswer = z.infer<typeof FileCheckAnswer>;

/**
 * `PUT /api/staff/admin/file`. 422 `admin.file_refused` with the loader's own words (line and mend, one a line of
 * `title`) when it can't be used; 409 `request.conflict` when somebody else was first (`seenVersion` is old).
 */
export const FileBody = FileCheckBody.extend({ seenVersion: z.number().int().min(0), note: note.optional() });
export type FileBody = z.infer<typeof FileBody>;

/**
 * `POST /api/staff/admin/file/edit`: single values of a file, for forms; comments and the rest stay as they are.
 * `at` is the way to the value (`['units','dinas_pu','name']`); `add` appends to the list there (or makes one).
 */
export const FileEditBody = z.strictObject({
  path,
  seenVersion: z.number().int().min(0),
  edits: z
    .array(
      z.discriminatedUnion('do', [
        z.strictObject({
          do: z.literal('set'),
          at: z.array(z.union([z.string(), z.number()])).min(1),
          value: z.json(),
        }),
        z.strictObject({
          do: z.literal('add'),
          at: z.array(z.union([z.string(), z.number()])).min(1),
          value: z.json(),
        }),
        z.strictObject({ do: z.literal('remove'), at: z.array(z.union([z.string(), z.number()])).min(1) }),
      ]),
    )
    .min(1)
    .max(100),
  note: note.optional(),
});
export type FileEditBody = z.infer<typeof FileEditBody>;

/** `POST /api/staff/admin/file/revert`: an earlier version becomes the newest; 0 is the shipped one. */
export const FileRevertBody = z.strictObject({
  path,
  seenVersion: z.number().int().min(0),
  toVersion: z.number().int().min(0),
  note: note.optional(),
});
/** Answer of every write of a file. `retimed` is how many cases got another deadline by it. */
export const FileKept = z.object({ file: FileState, retimed: z.number().int().optional() });
export type FileKept = z.infer<typeof FileKept>;
