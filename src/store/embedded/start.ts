import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, extname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../core/errors.js';
import type { Logger } from '../../core/log.js';
import { uriOfPort, uriOfSocket } from './address.js';
import { answers, isAlive, readHolder } from './lock.js';
import type { StoreMessage } from './main.js';

/** Of sun_path on Linux (108) and macOS (104), with the NUL. */
const MAX_SOCKET_PATH_BYTES = 100;
const SOCKET_NAME = 'store.sock';
const FIRST_RESTART_MS = 100;
const LAST_RESTART_MS = 5000;
/** A child that ran so long had started well; the next restart is quick again. */
const STEADY_MS = 60_000;

export interface EmbeddedStore {
  /** For the driver; percent-encoded Unix socket path. Holds a password where it names a port. */
  readonly uri: string;
  /** Resolves when the child has ended cleanly (all synced, lock released). */
  stop(): Promise<void>;
}

/**
 * Starts the store as a supervised child: restarted when it dies (bounded backoff, same address), ended when this
 * process ends however it ends (stdin EOF).
 *
 * @param options.transport a private Unix socket, or, where there are none, a port of this machine with a random
 *   password; by default what the system has
 * @throws {AppError} `store.in_use` naming the folder and the pid that holds it, and the mend, when another process
 *   holds `dataDir`; `store.unavailable` when the data can't be opened
 */
export async function startEmbeddedStore(options: {
  dataDir: string;
  log: Logger;
  transport?: 'socket' | 'port';
}): Promise<EmbeddedStore> {
  const folder = resolve(options.dataDir);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const transport = options.transport ?? (process.platform === 'win32' ? 'port' : 'socket');
  const { uri, temporary } = transport === 'port' ? await choosePort() : await chooseSocket(folder);
  const supervisor = new Supervisor(folder, uri, options.log);
  try {
    await supervisor.start();
  } catch (error) {
    if (temporary) await rm(temporary, { recursive: true, force: true });
    throw error;
  }
  return {
    uri,
    async stop() {
      await supervisor.stop();
      if (temporary) await rm(temporary, { recursive: true, force: true });
    },
  };
}

/** Uri of the running store of this folder, if one is running (for the admin command line); undefined otherwise. */
export async function findRunningStore(dataDir: string): Promise<string | undefined> {
  const holder = await readHolder(resolve(dataDir));
  return holder && isAlive(holder) && (await answers(holder.uri)) ? holder.uri : undefined;
}

interface Place {
  readonly uri: string;
  /** A folder to be removed with the store. */
  readonly temporary: string | undefined;
}

/** In the folder, or, where its path is too long for a socket, in a private folder of its own; the lock file says where. */
async function chooseSocket(folder: string): Promise<Place> {
  const own = join(folder, SOCKET_NAME);
  if (Buffer.byteLength(own) <= MAX_SOCKET_PATH_BYTES) return { uri: uriOfSocket(own), temporary: undefined };
  // mkdtemp makes it readable for this user only
  const temporary = await mkdtemp(join(tmpdir(), 'kanal-'));
  return { uri: uriOfSocket(join(temporary, SOCKET_NAME)), temporary };
}

/** A port that is free now; chosen here so that a restarted child answers at the same one. */
async function choosePort(): Promise<Place> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return { uri: uriOfPort(address.port, randomBytes(24).toString('base64url')), temporary: undefined };
}

class Supervisor {
  private child: ChildProcess | undefined;
  private stopping = false;
  private restartMs = FIRST_RESTART_MS;
  private timer: NodeJS.Timeout | undefined;
  private starting: Promise<void> | undefined;

  constructor(
    private readonly folder: string,
    private readonly uri: string,
    private readonly log: Logger,
  ) {}

  start(): Promise<void> {
    this.starting = this.startChild();
    return this.starting;
  }

  private async startChild(): Promise<void> {
    const child = this.spawnChild();
    const message = await firstMessage(child);
    if ('ready' in message) {
      this.child = child;
      this.watch(child);
      return;
    }
    if ('inUse' in message) {
      const { pid } = message;
      throw new AppError(
        'store.in_use',
        `The data folder ${this.folder} is in use by process ${pid}. Stop that process, or set DATA_DIR to another folder`,
        { folder: this.folder, pid },
      );
    }
    throw new AppError('store.unavailable', `The embedded store in ${this.folder} did not start: ${message.failed}`, {
      folder: this.folder,
    });
  }

  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    // a restart that has begun ends with a child to be ended
    await this.starting?.catch(() => undefined);
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.stdin?.end();
    await ended;
  }

  private spawnChild(): ChildProcess {
    const own = fileURLToPath(import.meta.url);
    const entry = join(dirname(own), `main${extname(own)}`);
    const args = [...childArguments(process.execArgv), entry, this.folder, this.log.level];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    // writing to a child that died is told by its exit
    child.stdin?.on('error', () => undefined);
    child.stdin?.write(`${this.uri}\n`);
    return child;
  }

  private watch(child: ChildProcess): void {
    const steady = setTimeout(() => {
      this.restartMs = FIRST_RESTART_MS;
    }, STEADY_MS);
    steady.unref();
    child.once('exit', (code, signal) => {
      clearTimeout(steady);
      if (this.stopping) return;
      this.log.error({ code, signal, restartMs: this.restartMs }, 'embedded store ended by itself, starting it again');
      this.scheduleRestart();
    });
  }

  private scheduleRestart(): void {
    this.timer = setTimeout(() => {
      this.start().catch((error: unknown) => {
        if (this.stopping) return;
        this.log.error({ err: error }, 'embedded store did not start again');
        this.scheduleRestart();
      });
    }, this.restartMs);
    this.restartMs = Math.min(this.restartMs * 2, LAST_RESTART_MS);
  }
}

/** Options of node that take a module to load first; how TypeScript is run in development. */
const LOADERS = new Set(['--import', '--require', '-r', '--loader', '--experimental-loader']);

/**
 * Of the options this process was started with, those without which the child could not load its code, and those that
 * bound memory. No others: a script given by `-e` would be run again by the child, and by its child, without end.
 */
export function childArguments(execArgv: readonly string[]): string[] {
  return execArgv.filter((argument, at) => {
    const previous = execArgv[at - 1];
    if (argument.startsWith('--max-')) return true;
    return LOADERS.has(argument.split('=')[0] ?? '') || (previous !== undefined && LOADERS.has(previous));
  });
}

/** The line the child writes once it is ready or has failed; a child that ends without one has failed. */
function firstMessage(child: ChildProcess): Promise<StoreMessage> {
  return new Promise((resolveMessage) => {
    const fail = (why: string) => resolveMessage({ failed: why });
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code, signal) => fail(`its process ended with ${signal ?? `code ${code}`}`));
    if (!child.stdout) return fail('its output can not be read');
    createInterface({ input: child.stdout }).once('line', (line) => {
      // our own process wrote it, in the form of StoreMessage
      resolveMessage(JSON.parse(line) as StoreMessage);
    });
  });
}
