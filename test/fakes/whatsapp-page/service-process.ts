import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { PathPoint } from '../../../src/conversations/points.js';
import type { FarSide } from './far-side.js';

const ENTRY = fileURLToPath(new URL('./killable-service.ts', import.meta.url));

/** The whole service with WhatsApp Web as a child process, whose browser is its own child. */
export interface WebService {
  /** All it wrote. */
  output(): string;
  /** Resolves when the process has ended, however. */
  readonly ended: Promise<void>;
  /** It is to kill itself when it has passed this point `after` times and passes it once more. */
  killAt(point: PathPoint, after: number): void;
  /** Asks it to end, as an operator or a deployment does. */
  stop(): Promise<void>;
}

/** A service whose code is loaded, so that it starts at once: loading takes longer than all else. */
export interface LoadedService {
  /** Resolves when it is ready to take requests; its browser may not be yet. */
  start(): Promise<WebService>;
  kill(): void;
}

export function loadWebService(far: FarSide, env: Readonly<Record<string, string>>): LoadedService {
  const child = fork(ENTRY, {
    execArgv: ['--import', 'tsx'],
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      MONGODB_URI: '',
      PAGE_DIR: far.localPage.dir,
      PAGE_VERSION: far.localPage.version,
      BROWSER_ARGS: far.extraArgs.join(' '),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  const ended = once(child, 'exit').then(() => undefined);
  child.stderr?.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  const ready = new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk;
      if (output.includes('"ready":true')) resolve();
    });
    void ended.then(() => reject(new Error(`the service ended before it was ready:\n${output}`)));
  });
  ready.catch(() => undefined); // one that is never started is missed by nobody
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await ended;
  };
  return {
    async start() {
      child.send({});
      await ready;
      return {
        output: () => output,
        ended,
        killAt: (at, after) => void child.send({ kill: { at, after } }),
        stop,
      };
    },
    kill: () => void child.kill('SIGKILL'),
  };
}
