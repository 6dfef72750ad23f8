import express from 'express';
import { AppError } from '../../core/errors.js';
import type { Actor } from '../../staff/actor.js';
import {
  FileBody,
  type FileCheckAnswer,
  FileCheckBody,
  FileEditBody,
  type FileKept,
  type FileList,
  FileQuery,
  FileRevertBody,
  type FileView,
} from '../../staff/api/admin-files.js';
import type { People } from '../../staff/people.js';
import { demand, type Verb } from '../../staff/rights.js';
import type { TenantChange } from '../../staff/tenant-change.js';
import type { TenantData } from '../../staff/tenant-data.js';
import type { TenantFiles } from '../../staff/tenant-files.js';
import { findTenantPath } from '../../staff/tenant-paths.js';
import type { TenantStates } from '../../staff/tenant-states.js';
import type { Gate } from './gate.js';
import { parseInput } from './read-input.js';
import { send } from './send.js';
import type { WriteOnce } from './write-once.js';

/** The categories alone are 50 kB, and every line break is two bytes in JSON. */
const MAX_FILE_BYTES = 1024 * 1024;

export interface AdminFileDeps {
  readonly gate: Pick<Gate, 'actorOf'>;
  readonly writeOnce: WriteOnce;
  readonly data: TenantData;
  readonly files: TenantFiles;
  readonly states: TenantStates;
  readonly change: TenantChange;
  readonly people: () => Promise<People>;
}

/** The office's data files as text: read, checked, written, taken back. Each takes the rights of what it holds. */
export function createAdminFileRoutes(deps: AdminFileDeps): express.Router {
  const { gate, writeOnce, data, files, states, change, people } = deps;
  const router = express.Router();
  const kept = async (path: string, actor: Actor, { retimed }: { readonly retimed?: number }) => {
    const body: FileKept = {
      file: states.stateOf(path, actor, await people()),
      ...(retimed === undefined ? {} : { retimed }),
    };
    return { status: 200, body };
  };

  router.get('/files', async (_request, response) => {
    const body: FileList = { files: states.all(gate.actorOf(response), await people()) };
    send(response, { status: 200, body });
  });

  router.get('/file', async (request, response) => {
    const actor = gate.actorOf(response);
    const { path, version } = parseInput(FileQuery, request.query);
    demandFile(actor, path, 'read');
    const [versions, known] = await Promise.all([files.versions(path), people()]);
    const body: FileView = {
      file: states.stateOf(path, actor, known),
      text: await textAt(path, version),
      versions: versions.map(({ version: each, by, at, note, isShipped }) => {
        const byName = known.nameOf(by);
        return {
          version: each,
          by,
          ...(byName === undefined ? {} : { byName }),
          at: at.toISOString(),
          ...(note === undefined ? {} : { note }),
          isShipped,
        };
      }),
    };
    send(response, { status: 200, body });
  });

  async function textAt(path: string, version: number | undefined): Promise<string> {
    if (version === undefined) return data.newest.get(path)?.text ?? data.shippedText(path) ?? '';
    if (version === 0) return data.shippedText(path) ?? '';
    const found = await files.find(path, version);
    if (!found) throw new AppError('request.not_found', `${path} has no version ${version}`);
    return found.text ?? data.shippedText(path) ?? '';
  }

  router.post(
    '/file/check',
    writeOnce(
      FileCheckBody,
      async ({ actor, body: { path, text } }) => {
        demandFile(actor, path, 'write');
        const body: FileCheckAnswer = { problems: change.check(path, text) };
        return { status: 200, body };
      },
      MAX_FILE_BYTES,
    ),
  );

  router.put(
    '/file',
    writeOnce(
      FileBody,
      async ({ actor, body: { path, text, seenVersion, note } }) => {
        demandFile(actor, path, 'write');
        return kept(path, actor, await change.write(path, text, { by: actor.staffId, seenVersion, note }));
      },
      MAX_FILE_BYTES,
    ),
  );

  router.post(
    '/file/edit',
    writeOnce(FileEditBody, async ({ actor, body: { path, edits, seenVersion, note } }) => {
      demandFile(actor, path, 'write');
      return kept(path, actor, await change.edit(path, edits, { by: actor.staffId, seenVersion, note }));
    }),
  );

  router.post(
    '/file/revert',
    writeOnce(FileRevertBody, async ({ actor, body: { path, toVersion, seenVersion, note } }) => {
      demandFile(actor, path, 'write');
      return kept(path, actor, await change.revert(path, toVersion, { by: actor.staffId, seenVersion, note }));
    }),
  );

  return router;
}

/** @throws {AppError} `request.not_found` for a file that isn't the office's, `request.forbidden` */
export function demandFile(actor: Actor, path: string, verb: Verb): void {
  const known = findTenantPath(path);
  if (!known) throw new AppError('request.not_found', `${path} is not one of the office's files`);
  demand(actor, known.object, verb);
}
