import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const ROOT = new URL('../..', import.meta.url).pathname;

const LAST_OF_WELCOME = 'Ctrl-C stops it.';

/** `src/main.ts` as a person starts it. */
export interface MainProcess {
  readonly child: ChildProcess;
  /** stdout and stderr so far. */
  output(): string;
  /** Resolves to the port once it is ready and has said what people are told; rejects when it ends before. */
  readonly ready: Promise<number>;
  /** Resolves to the exit code, or the signal's name. */
  readonly ended: Promise<number | string>;
}

export function runMain(env: Readonly<Record<string, string>>): MainProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => written.push(String(chunk)));
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string);
  let port = 0;
  let isWelcomed = false;
  const ready = new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      written.push(`${line}\n`);
      port = Number(/"port":(\d+).*"msg":"service ready"/.exec(line)?.[1] ?? port);
      isWelcomed ||= line === LAST_OF_WELCOME;
      // either may be first
      if (port > 0 && isWelcomed) resolve(port);
    });
    void ended.then(() => reject(new Error(`ended before it was ready:\n${written.join('')}`)));
  });
  ready.catch(() => undefined); // a test that expects the end doesn't wait for it
  return { child, output: () => written.join(''), ready, ended };
}
