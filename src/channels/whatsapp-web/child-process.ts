import { type ChildProcess, fork } from 'node:child_process';
import { homedir, tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type FromChild, FromChildSchema, type ToChild } from './wire.js';

/** A browser needs a home and a place for temporary files; the service's keys and tokens are none of its business. */
const ENVIRONMENT = {
  HOME: homedir(),
  TMPDIR: tmpdir(),
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LANG: 'C.UTF-8',
};
const MAX_STDERR_CHARS = 1000;

/** How a child ended. `stderr` is kept only until it said hello: before that it has seen nobody's words. */
export interface ChildEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stderr: string;
}

/** A running browser process, as the supervisor needs it. */
export interface Child {
  readonly pid: number | undefined;
  post(message: ToChild): void;
  /** Ends it at once. */
  kill(): void;
  /** Lets go of it, as the death of this process would: it closes its browser and ends. */
  disconnect(): void;
}

export interface ChildEvents {
  readonly onMessage: (message: FromChild) => void;
  /** It said something that isn't in the protocol. */
  readonly onGarbage: () => void;
  /** Once, and last. */
  readonly onEnd: (end: ChildEnd) => void;
}

export type StartChild = (events: ChildEvents) => Child;

/** Starts `child/main` the way this process was started: compiled or through the same loader. */
export const startBrowserProcess: StartChild = (events) => {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const script = fileURLToPath(new URL(`./child/main.${extension}`, import.meta.url));
  const child = fork(script, {
    execPath: process.execPath,
    execArgv: process.execArgv,
    env: ENVIRONMENT,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // files cross as bytes
    serialization: 'advanced',
  });
  attach(child, events);
  return {
    pid: child.pid,
    post: (message) => {
      if (child.connected) child.send(message, () => undefined);
    },
    kill: () => child.kill('SIGKILL'),
    disconnect: () => child.disconnect(),
  };
};

function attach(child: ChildProcess, events: ChildEvents): void {
  let stderr = '';
  let saidHello = false;
  let ended = false;
  const end = (code: number | null, signal: string | null) => {
    if (ended) return;
    ended = true;
    events.onEnd({ code, signal, stderr: saidHello ? '' : stderr });
  };
  child.stderr?.setEncoding('utf8');
  child.stderr?.on('data', (text: string) => {
    if (!saidHello) stderr = (stderr + text).slice(-MAX_STDERR_CHARS);
  });
  child.on('message', (raw) => {
    const parsed = FromChildSchema.safeParse(raw);
    if (!parsed.success) return events.onGarbage();
    saidHello = true;
    events.onMessage(parsed.data);
  });
  child.on('error', () => end(null, null));
  child.on('exit', end);
}
