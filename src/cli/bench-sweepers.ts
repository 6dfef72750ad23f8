import { spawn } from 'node:child_process';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface SweepersPlan {
  readonly uri: string;
  readonly dataDir: string;
  readonly flowsDir: string;
  /** What they take for now. */
  readonly at: Date;
  /** How many sweep side by side. */
  readonly processes: number;
  /** After how many swept cases of a process it is killed and another started in its place; one entry a kill. */
  readonly killsAfter: readonly number[];
}

const HERE = fileURLToPath(import.meta.url);
const SWEEPER = join(HERE, '..', `bench-sweeper${extname(HERE)}`);

/**
 * Sweeps with several processes at once, some of which are killed (SIGKILL) in the middle and replaced, until nothing is
 * due.
 *
 * @returns how many were killed while they had work
 */
export async function sweepWithKills(plan: SweepersPlan): Promise<number> {
  const kills = [...plan.killsAfter];
  let killed = 0;
  const run = async (): Promise<void> => {
    for (;;) {
      const killAfter = kills.shift();
      if (await sweepOnce(plan, killAfter)) return;
      killed += 1;
    }
  };
  await Promise.all(Array.from({ length: plan.processes }, run));
  return killed;
}

/** @returns false when it was killed */
function sweepOnce({ uri, dataDir, flowsDir, at }: SweepersPlan, killAfter: number | undefined): Promise<boolean> {
  const child = spawn(process.execPath, [...process.execArgv, SWEEPER, uri, dataDir, flowsDir, at.toISOString()], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let swept = 0;
  let isDone = false;
  createInterface({ input: child.stdout }).on('line', (line) => {
    isDone ||= line === 'done';
    if (!isDone && ++swept === killAfter) child.kill('SIGKILL');
  });
  return new Promise((resolve, reject) => {
    child.once('exit', (code, signal) => {
      if (signal === 'SIGKILL') return resolve(false);
      return code === 0 ? resolve(true) : reject(new Error(`a sweeper ended with ${code}`));
    });
  });
}
