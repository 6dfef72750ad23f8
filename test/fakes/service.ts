import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const ENTRY = new URL('./service-process.ts', import.meta.url).pathname;

/** The service as a child process: to be killed, and started again on the same data. */
export interface ServiceProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** Everything it wrote to stdout and stderr. */
  readonly output: string[];
  /** Resolves when the process has ended, however. */
  readonly ended: Promise<void>;
  /** Ends it as an operator would. */
  stop(): Promise<void>;
  kill(): Promise<void>;
}

export async function startService(env: Readonly<Record<string, string>>): Promise<ServiceProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', ENTRY], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], MONGODB_URI: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  const ended = once(child, 'exit').then(() => undefined);
  child.stderr.on('data', (chunk: Buffer) => output.push(String(chunk)));
  const lines = createInterface({ input: child.stdout });
  const port = await new Promise<number>((resolve, reject) => {
    lines.on('line', (line) => {
      output.push(line);
      const ready = /^\{"ready":true,"port":(\d+)\}$/.exec(line);
      if (ready) resolve(Number(ready[1]));
    });
    void ended.then(() => reject(new Error(`the service ended before it was ready:\n${output.join('\n')}`)));
  });
  const signal = async (name: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(name);
    await ended;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    child,
    output,
    ended,
    stop: () => signal('SIGTERM'),
    kill: () => signal('SIGKILL'),
  };
}
