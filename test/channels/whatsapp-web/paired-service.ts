import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFakeClock, type FakeClock } from '../../fakes/clock.js';
import { until } from '../../fakes/until.js';
import { createScriptedPhone, type ScriptedPhone } from '../../fakes/whatsapp-page/scripted-child.js';
import { createService, type Kept, type Service } from './harness.js';

const SECOND_MS = 1000;
const PAIRED_DAYS_AGO = 30;
const DAY_MS = 24 * 60 * 60 * SECOND_MS;

/** A service whose phone was paired long ago: it has just started, and its session isn't ready yet. */
export interface PairedService {
  readonly clock: FakeClock;
  readonly phone: ScriptedPhone;
  /** The one that runs now. */
  readonly service: Service;
  /** What every process on the store has taken in. */
  readonly kept: Kept;
  /** Another process on the same store; the one before has stopped. */
  start(): Promise<void>;
  /** The session is ready, and all that was missed is taken in. */
  ready(): Promise<void>;
  upToDate(): Promise<void>;
  /** What was taken in, in order. */
  ids(): readonly string[];
  /** An instant as WhatsApp tells it. */
  secondsAgo(ms: number): number;
  end(): Promise<void>;
}

export async function startPairedService(): Promise<PairedService> {
  const dataDir = mkdtempSync(join(tmpdir(), 'whatsapp-web-'));
  const clock = createFakeClock();
  const phone = createScriptedPhone(clock.now);
  const kept: Kept = { taken: new Map() };
  let service = createService({ dataDir, clock, startChild: phone.startChild }, kept);

  const start = async () => {
    service = createService({ dataDir, clock, startChild: phone.startChild }, kept);
    await service.start();
    await clock.advance(0);
  };
  const upToDate = () => until('up to date', () => service.lane.isUpToDate());
  const ready = async () => {
    phone.ready();
    await upToDate();
  };
  await start();
  await ready();
  await service.lane.channel.stop();
  await clock.advance(PAIRED_DAYS_AGO * DAY_MS);
  phone.calls.length = 0;
  await start();
  return {
    clock,
    phone,
    kept,
    get service() {
      return service;
    },
    start,
    ready,
    upToDate,
    ids: () => service.received.map(({ externalId }) => externalId),
    secondsAgo: (ms) => Math.floor((clock.now().getTime() - ms) / SECOND_MS),
    async end() {
      await service.lane.channel.stop();
      rmSync(dataDir, { recursive: true });
    },
  };
}

/** Something to wait for until the test opens it. */
export function deferred(): { opened: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
