import { readdir, readFile } from 'node:fs/promises';

const KB = 1024;

/** A process and all its descendants, itself first; only itself where there is no /proc. */
export async function processTree(rootPid: number): Promise<readonly number[]> {
  const children = new Map<number, number[]>();
  const pids = await readdir('/proc').then(
    (names) => names.filter((name) => /^\d+$/.test(name)).map(Number),
    () => [],
  );
  for (const pid of pids) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    // the name before it may hold anything, brackets too
    const parent = Number(/^ \S (\d+)/.exec(stat.slice(stat.lastIndexOf(')') + 1))?.[1]);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const tree = [rootPid];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []));
  return tree;
}

/**
 * What a process and its descendants hold in memory, in bytes; undefined where there is no /proc. A browser's processes
 * share most of theirs, so a plain sum would be twice too much: what is shared is counted in parts (Pss), or, where the
 * kernel keeps that to itself as it does of sandboxed processes, not at all (RssAnon).
 */
export async function treeMemoryBytes(rootPid: number): Promise<number | undefined> {
  let total: number | undefined;
  for (const pid of await processTree(rootPid)) {
    const kilobytes = (await readKb(pid, 'smaps_rollup', 'Pss')) ?? (await readKb(pid, 'status', 'RssAnon'));
    if (kilobytes !== undefined) total = (total ?? 0) + kilobytes * KB;
  }
  return total;
}

async function readKb(pid: number, file: string, field: string): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
  const found = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** Ends a process and its descendants at once. */
export function killAll(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it ended meanwhile
    }
  }
}
