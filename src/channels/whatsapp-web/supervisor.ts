import { rm } from 'node:fs/promises';
import type { Clock } from '../../core/clock.js';
import type { Logger } from '../../core/log.js';
import type { Problems } from '../problems.js';
import { type Calls, createCalls } from './calls.js';
import type { Child, ChildEnd, StartChild } from './child-process.js';
import { SessionFailure } from './errors.js';
import type { WhatsappWebProblem } from './problems.js';
import { killAll, processTree, treeMemoryBytes } from './process-tree.js';
import { type QrCode, qrCodeOf } from './qr.js';
import { createRestartBudget, MAX_RESTARTS } from './restart-budget.js';
import type { Answer, Call, CallOf, FromChild, Settings } from './wire.js';

const SECOND_MS = 1000;
const PING_EVERY_MS = 30 * SECOND_MS;
const PING_LIMIT_MS = 20 * SECOND_MS;
/** Between two signs of life before ready; a large account loads for minutes, and says so. */
const START_LIMIT_MS = 90 * SECOND_MS;
const RESTART_DELAYS_MS = [SECOND_MS, 5 * SECOND_MS, 15 * SECOND_MS];
/** With what a send may still take, within the ten seconds that the whole service has for stopping. */
const STOP_LIMIT_MS = 5 * SECOND_MS;
const MEGABYTE = 1024 * 1024;
/** A page that hangs at 99 % still answers when asked. */
const SIGNS_OF_LIFE: ReadonlySet<FromChild['type']> = new Set(['hello', 'progress', 'qr', 'ready']);
/** WhatsApp Web's own words for a login that is over; LOGOUT also when it was ended on the phone. */
const LOGGED_OUT: ReadonlySet<string> = new Set(['LOGOUT', 'AUTH_FAILURE']);

/**
 * - `starting`: the browser opens, or chats are being loaded
 * - `qr`: somebody must scan the code
 * - `ready`: messages come and go
 * - `lost`: the session ended; it is started again, or waits until it may be
 */
export type SessionState = 'starting' | 'qr' | 'ready' | 'lost';

export interface SessionStatus {
  readonly state: SessionState;
  readonly since: Date;
  /** Only in state `qr`. */
  readonly qr?: QrCode;
  /** Why it was lost, until it is ready again. */
  readonly lostReason?: string;
  /** Within the last half hour. */
  readonly restarts: number;
  /** Of the child and its browser, as last looked at. */
  readonly memoryMb?: number;
}

export interface SupervisorDeps {
  readonly startChild: StartChild;
  readonly settings: Settings;
  readonly memoryLimitMb: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly lane: string;
  readonly problems: Problems<WhatsappWebProblem>;
  readonly onState: (status: SessionStatus) => void;
  readonly onReady: (account: string) => void;
  readonly onMessage: (message: Extract<FromChild, { type: 'message' }>) => void;
  readonly onAck: (id: string, ack: number) => void;
}

/** Keeps one browser session alive, in a process of its own. */
export interface Supervisor {
  start(): void;
  /** Ends it in order, or by force after some seconds. */
  stop(): Promise<void>;
  /** @throws {SessionFailure} */
  call<K extends Call['do']>(call: CallOf<K>, timeoutMs: number): Promise<Answer<K>>;
  status(): SessionStatus;
}

interface Life {
  readonly child: Child;
  readonly calls: Calls;
  readonly ended: Promise<void>;
  lastSignMs: number;
}

export function createSupervisor(deps: SupervisorDeps): Supervisor {
  const { clock, log, lane, problems, settings } = deps;
  const budget = createRestartBudget();
  let life: Life | undefined;
  let running = false;
  let cancelTimer: () => void = () => undefined;
  let cancelRestart: () => void = () => undefined;
  let failures = 0;
  let status: Omit<SessionStatus, 'restarts'> = { state: 'lost', since: clock.now() };

  const current = (): SessionStatus => ({ ...status, restarts: budget.used(clock.monotonicMs()) });

  const become = (state: SessionState, more: Pick<SessionStatus, 'qr' | 'lostReason'> = {}) => {
    const { since, memoryMb, lostReason } = status;
    status = {
      state,
      since: state === status.state ? since : clock.now(),
      ...(memoryMb === undefined ? {} : { memoryMb }),
      // who looks a second later, when it starts again, must see it too
      ...(lostReason === undefined || state === 'ready' ? {} : { lostReason }),
      ...more,
    };
    deps.onState(current());
  };

  const begin = () => {
    become('starting');
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    let reason: string | undefined;
    let detail: string | undefined;
    const child = deps.startChild({
      onMessage(message) {
        if (life?.child !== child) return;
        if (SIGNS_OF_LIFE.has(message.type)) life.lastSignMs = clock.monotonicMs();
        if (message.type === 'lost') ({ reason, detail } = message);
        else hear(life, message);
      },
      onGarbage: () => log.warn({ lane }, 'browser process said something unknown'),
      onEnd(how) {
        end();
        if (life?.child === child) void over(life, reason ?? 'process_ended', detail, how);
      },
    });
    life = { child, calls: createCalls(clock, child.post), ended, lastSignMs: clock.monotonicMs() };
    watch(life);
  };

  const hear = (heard: Life, message: FromChild) => {
    switch (message.type) {
      case 'hello':
        return heard.child.post({ type: 'start', settings });
      case 'progress':
        // the code was scanned, or none was needed
        if (status.state === 'qr') become('starting');
        return;
      case 'qr':
        problems.raise('needs_qr', 'scan');
        return become('qr', { qr: qrCodeOf(message.data, clock.now()) });
      case 'ready':
        failures = 0;
        problems.clear('needs_qr', 'needs_person', 'memory');
        become('ready');
        return deps.onReady(message.account);
      case 'message':
        return deps.onMessage(message);
      case 'ack':
        return deps.onAck(message.id, message.ack);
      case 'answer':
      case 'failed':
        return heard.calls.settle(message);
    }
  };

  /** Ends a life that is no good; what follows is the same as when it ended by itself. */
  const end = async (bad: Life, reason: string) => {
    if (life !== bad) return;
    life = undefined;
    const pids = bad.child.pid === undefined ? [] : await processTree(bad.child.pid);
    bad.child.kill();
    killAll(pids);
    await bad.ended;
    await over(bad, reason);
  };

  const over = async (dead: Life, reason: string, detail?: string, how?: ChildEnd) => {
    if (life === dead) life = undefined;
    cancelTimer();
    dead.calls.failAll('gone');
    if (!running) return;
    log.warn({ lane, reason, detail, exit: how?.signal ?? how?.code, stderr: how?.stderr }, 'browser session lost');
    become('lost', { lostReason: reason });
    if (LOGGED_OUT.has(reason)) await forget();
    if (running && !life) again(reason);
  };

  /** Without this the next start would fail on half a login. */
  const forget = async () => {
    await rm(settings.sessionDir, { recursive: true, force: true, maxRetries: 4 }).catch((error: unknown) =>
      log.error({ lane, err: error }, 'old login could not be removed'),
    );
  };

  const again = (reason: string) => {
    const waitMs = budget.take(clock.monotonicMs());
    if (waitMs > 0) {
      problems.raise('needs_person', reason);
      cancelRestart = clock.after(waitMs, () => {
        if (running) again(reason);
      });
      return;
    }
    const delayMs = RESTART_DELAYS_MS[Math.min(failures, MAX_RESTARTS - 1)] ?? SECOND_MS;
    failures += 1;
    cancelRestart = clock.after(delayMs, () => {
      if (running && !life) begin();
    });
  };

  /** Looks after one life until it ends: does it answer, does it get on, does it stay small. */
  const watch = (watched: Life) => {
    cancelTimer = clock.after(PING_EVERY_MS, () => {
      void look(watched)
        .then((wrong) => (wrong ? end(watched, wrong) : undefined))
        .catch((error: unknown) => log.error({ lane, err: error }, 'browser session could not be looked after'))
        .finally(() => {
          if (life === watched) watch(watched);
        });
    });
  };

  /** @returns what is wrong, or undefined */
  const look = async ({ child, calls, lastSignMs }: Life): Promise<string | undefined> => {
    if (status.state === 'starting' && clock.monotonicMs() - lastSignMs > START_LIMIT_MS) return 'start_hung';
    const pong = await calls.make<'ping'>({ do: 'ping' }, PING_LIMIT_MS).catch(() => undefined);
    if (!pong && status.state !== 'starting') return 'not_answering';
    const memory = child.pid === undefined ? undefined : await treeMemoryBytes(child.pid);
    if (memory === undefined) return undefined;
    status = { ...status, memoryMb: Math.round(memory / MEGABYTE) };
    if (memory <= deps.memoryLimitMb * MEGABYTE) return undefined;
    problems.raise('memory', `${Math.round(memory / MEGABYTE)} MB`);
    return 'memory';
  };

  return {
    start() {
      if (running) return;
      running = true;
      failures = 0;
      status = { state: 'lost', since: clock.now() };
      begin();
    },

    async stop() {
      running = false;
      cancelTimer();
      cancelRestart();
      const last = life;
      if (last) {
        last.child.post({ type: 'stop' });
        const cancel = clock.after(STOP_LIMIT_MS, () => void end(last, 'stop'));
        await last.ended;
        cancel();
        last.calls.failAll('gone');
        life = undefined;
      }
      become('lost', { lostReason: 'stopped' });
      problems.clear('needs_qr', 'needs_person', 'memory');
    },

    async call(call, timeoutMs) {
      if (!life || status.state !== 'ready') throw new SessionFailure('not_running', `the session is ${status.state}`);
      return life.calls.make(call, timeoutMs);
    },

    status: current,
  };
}
