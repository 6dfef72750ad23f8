import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../core/clock.js';
import type { Audit, AuditAnchor } from './audit.js';

const LINE = /^(\d{4}-\d{2}-\d{2}) (\d+) ([0-9a-f]{64})$/;

/** What was noted in the anchor file; empty when there is none. Lines that aren't anchors are passed over. */
export async function readAnchors(path: string): Promise<AuditAnchor[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text.split('\n').flatMap((line) => {
    const [, , seq, hash] = LINE.exec(line) ?? [];
    return seq && hash ? [{ seq: Number(seq), hash }] : [];
  });
}

/**
 * Notes once a day (UTC) how far the audit log has got, in a file outside the database: who could rewrite the whole
 * chain there would have to rewrite this too. Copy it away with the backups.
 *
 * @returns true when a line was added
 */
export async function anchorAudit(audit: Pick<Audit, 'last'>, path: string, clock: Clock): Promise<boolean> {
  const day = clock.now().toISOString().slice(0, 10);
  const last = await audit.last();
  if (!last) return false;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const noted = await readFile(path, 'utf8').catch(() => '');
  if (noted.split('\n').some((line) => line.startsWith(`${day} `))) return false;
  await appendFile(path, `${day} ${last._id} ${last.hash}\n`, { mode: 0o600 });
  return true;
}
