import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const TICKS_PER_SECOND = 100;
/** As the start script of package.json has them: with a bound it never reaches, the heap is kept smaller. */
const START_FLAGS = ['--max-old-space-size=1024'];

/** The built service, started as a person would start it, and what it and its children use. */
export interface MeasuredService {
  readonly port: number;
  /** From spawn to ready. */
  readonly readyMs: number;
  /** CPU milliseconds used so far by the service and its store together. */
  cpuMs(): number;
  /** Highest resident memory of the service alone, in MB. */
  peakOwnRssMb(): number;
  /** Highest resident memory of the service and its store, added up, in MB. */
  peakRssMb(): number;
  stop(): Promise<void>;
}

/** Linux only: reads /proc. */
export async function startMeasured(main: string, env: Readonly<Record<string, string>>): Promise<MeasuredService> {
  const startedAtMs = performance.now();
  const child = spawn(process.execPath, [...START_FLAGS, main], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const ready = /"port":(\d+).*"msg":"service ready"/.exec(line);
      if (ready) resolve(Number(ready[1]));
    });
    child.once('exit', () => reject(new Error('the service ended before it was ready')));
  });
  const readyMs = performance.now() - startedAtMs;
  return {
    port,
    readyMs,
    cpuMs: () => sum(child, cpuMsOf),
    peakOwnRssMb: () => peakRssMbOf(child.pid ?? 0),
    peakRssMb: () => sum(child, peakRssMbOf),
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
      }),
  };
}

function sum(child: ChildProcess, read: (pid: number) => number): number {
  const pid = child.pid ?? 0;
  return [pid, ...childrenOf(pid)].reduce((total, each) => total + read(each), 0);
}

function childrenOf(pid: number): number[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return all.map(Number).filter((each) => fieldsOf(each)[1] === String(pid));
}

/** The fields after the process name; [0] is the state, [1] the parent. */
function fieldsOf(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return []; // it ended meanwhile
  }
}

function cpuMsOf(pid: number): number {
  const fields = fieldsOf(pid);
  return ((Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND) * 1000;
}

function peakRssMbOf(pid: number): number {
  const kB = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kB ?? 0) / 1024;
}
