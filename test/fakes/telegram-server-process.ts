import { spawn } from 'node:child_process';
import { once } from 'node:events';

const ENTRY = new URL('./telegram-server-service.ts', import.meta.url).pathname;

/** The service with its channels as configured, as a child process. */
export interface TelegramService {
  /** All it wrote. */
  output(): string;
  /** Resolves when the process has ended, however. */
  readonly ended: Promise<void>;
  kill(): Promise<void>;
  /** Asks it to end, as an operator or a deployment does. */
  stop(): Promise<void>;
  /** Asks it to end, and waits until it has. */
  terminate(): Promise<void>;
}

/** Resolves when it is ready. @param entry another script that says so as well */
export async function startTelegramService(
  env: Readonly<Record<string, string>>,
  entry = ENTRY,
): Promise<TelegramService> {
  const child = spawn(process.execPath, ['--import', 'tsx', entry], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], MONGODB_URI: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = once(child, 'exit').then(() => undefined);
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk;
      if (output.includes('"ready":true')) resolve();
    });
    void ended.then(() => reject(new Error(`the service ended before it was ready:\n${output}`)));
  });
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await ended;
  };
  return {
    output: () => output,
    ended,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    async terminate() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
