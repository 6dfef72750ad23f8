import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

const PairingSchema = z.object({
  /** The paired phone's id. */
  account: z.string(),
  /** What stood in its chats before isn't ours to answer. */
  since: z.iso.datetime().transform((at) => new Date(at)),
});
export type Pairing = z.infer<typeof PairingSchema>;

/**
 * When this phone was first paired, kept in a file beside its login. A phone that is paired again after a logout keeps
 * its date, so that what came meanwhile is answered; another phone starts anew.
 *
 * @throws when the file can't be written: without it, old private chats would be answered after the next start
 */
export async function notePairing(path: string, account: string, now: Date): Promise<Pairing> {
  const known = await readPairing(path);
  if (known?.account === account) return known;
  const pairing = { account, since: now };
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(`${path}.new`, JSON.stringify(pairing), { mode: 0o600 });
  await rename(`${path}.new`, path);
  return pairing;
}

async function readPairing(path: string): Promise<Pairing | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  try {
    return PairingSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
