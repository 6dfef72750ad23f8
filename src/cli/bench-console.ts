import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type App, startApp } from '../app.js';
import { chatIdOf, issueToken } from '../channels/webchat/token.js';
import { findChromium } from '../channels/whatsapp-web/find-chromium.js';
import { loadConfig } from '../config.js';
import { systemClock } from '../core/clock.js';
import { conversationIdOf } from '../core/ids.js';
import { createLog } from '../core/log.js';
import type { Received } from '../messages/chat-entry.js';
import type { Role } from '../staff/actor.js';
import { csrfTokenOf } from '../staff/csrf.js';
import { createPasswords } from '../staff/password.js';
import { findRunningStore } from '../store/embedded/start.js';
import { type FillSize, fillCity } from './bench-console-fill.js';
import { measureFirstPaint } from './bench-console-paint.js';
import { type BenchStaff, openStreams } from './bench-console-streams.js';
import { openClient } from './bench-http.js';
import { startMeasured } from './bench-process.js';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const MAIN = join(ROOT, 'dist', 'main.js');
const STAFF = 100;
const CHATS = 50;
const MESSAGES_EACH = 20;
/** How long somebody takes to write; with fifty chats, twenty-five messages and answers a second. */
const PAUSE_MS = 2000;
const PAGES = 400;
const FULL: FillSize = { cases: 1_000_000, turns: 5_000_000 };
const QUICK: FillSize = { cases: 10_000, turns: 50_000 };
const PASSWORD = 'hanya untuk mengukur ini';
const UNITS = ['meja_bantuan', 'dinas_pu', 'dinas_perkim', 'dinas_lingkungan_hidup', 'dinas_kesehatan'];
const VIEWS = ['mine', 'queue', 'unit', 'all', 'all&unread=true', 'unit&channel=webchat'];
const CASE_VIEWS = ['unit', 'all', 'overdue', 'unassigned', 'mine'];
const LEADS: ReadonlySet<Role> = new Set(['supervisor', 'coordinator']);

/**
 * The staff console against the built service: how soon an open console hears of what happens (100 streams, 50 chats
 * at once), how long a page of the inbox takes with a million cases and five million turns (or what `--cases` and
 * `--turns` say), and how soon the page paints on a slow machine.
 */
export async function benchConsole(isQuick: boolean, given: Partial<FillSize> = {}): Promise<Record<string, number>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'kanal-console-'));
  const env = { DATA_DIR: dataDir, HTTP_PORT: '0', LOG_LEVEL: 'info', MONGODB_URI: '', OFFER_SIMILAR: '0' };
  const size = { ...(isQuick ? QUICK : FULL), ...given };
  try {
    const { filledPerSecond, ...prepared } = await prepare(env, size);
    const service = await startMeasured(MAIN, env);
    try {
      const cpuBeforeMs = service.cpuMs();
      const beganMs = performance.now();
      const events = await measureEvents(service.port, prepared);
      const cpuShare = (service.cpuMs() - cpuBeforeMs) / (performance.now() - beganMs);
      const inbox = await measureInbox(service.port, prepared.staff);
      const chromium = findChromium(process.env['CHROMIUM_PATH']);
      const hasPage = existsSync(join(ROOT, 'dist', 'console', 'console', 'index.html'));
      const paint =
        chromium && hasPage
          ? { firstPaintMs: await measureFirstPaint(service.port, chromium, prepared.staff[0]?.cookie ?? '') }
          : {};
      return {
        ...size,
        filledPerSecond,
        ...events,
        eventCpuShare: Math.round(cpuShare * 100) / 100,
        ...inbox,
        ...paint,
        rssMb: Math.round(service.peakRssMb()),
      };
    } finally {
      await service.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Somebody on the web chat. */
interface Citizen {
  readonly token: string;
  readonly conversationId: string;
}

interface Prepared {
  readonly staff: readonly BenchStaff[];
  readonly citizens: readonly Citizen[];
  /** Documents written a second. */
  readonly filledPerSecond: number;
}

/** Staff and a city, made with the service's own parts, which is then stopped. */
async function prepare(env: Readonly<Record<string, string>>, size: FillSize): Promise<Prepared> {
  const app = await startApp({
    ...{ config: loadConfig(env), log: createLog('error'), clock: systemClock, root: ROOT },
    passwords: createPasswords({ memoryCost: 64, timeCost: 1, parallelism: 1 }),
  });
  try {
    const staff: BenchStaff[] = [];
    for (let index = 0; index < STAFF; index++) staff.push(await hire(app, index));
    const uri = (await findRunningStore(join(env['DATA_DIR'] ?? '', 'store'))) ?? '';
    const staffIds = staff.map(({ id }) => id);
    const tell = (line: string) => void process.stderr.write(`${line}\n`);
    const filledPerSecond = await fillCity({ uri, app, root: ROOT, staffIds, tell }, size);
    return { staff, filledPerSecond, citizens: Array.from({ length: CHATS }, () => arrive(app)) };
  } finally {
    await app.stop();
  }
}

function arrive({ keys }: App): Citizen {
  const token = issueToken(keys, 'main');
  const chatId = chatIdOf(keys, 'main', token) ?? '';
  return { token, conversationId: conversationIdOf(keys.addressKey, 'webchat', 'main', chatId) };
}

function roleAt(index: number): Role {
  return index % 10 === 9 ? 'supervisor' : index % 10 === 8 ? 'coordinator' : 'agent';
}

async function hire(app: App, index: number): Promise<BenchStaff> {
  const role = roleAt(index);
  const units = role === 'supervisor' ? [] : [UNITS[index % UNITS.length] ?? ''];
  const { accounts, sessions } = app.staff;
  const { invitation } = await accounts.invite(
    { login: `bench${index}`, name: `Petugas ${index}`, role, units },
    'cli:bench',
  );
  const account = await accounts.acceptInvitation(invitation.token, { password: PASSWORD });
  const { session, token } = await sessions.open(account._id, 'bench');
  return { id: account._id, cookie: `kanal_staff=${token}`, csrf: csrfTokenOf(app.keys, `session:${session._id}`) };
}

/** Each chat is held by somebody; citizen and staff write in turn, and all hundred streams hear of it. */
async function measureEvents(
  port: number,
  { staff, citizens }: Pick<Prepared, 'staff' | 'citizens'>,
): Promise<Record<string, number>> {
  const streams = await openStreams(port, staff);
  const waits: number[] = [];
  let lost = 0;
  const said: { readonly conversationId: string; readonly seq: number; readonly atMs: number }[] = [];
  const chat = async ({ token, conversationId }: Citizen, index: number) => {
    const client = openClient(port);
    const holder = staff[index % staff.length];
    if (!holder) throw new Error('nobody works here');
    const write = async (count: number) => {
      const atMs = performance.now();
      const { status, body } = await client.post('/api/webchat/messages', token, {
        key: `message-${count}`,
        text: `pesan ${count}`,
      });
      if (status !== 200) throw new Error(`a message was answered ${status}`);
      return { atMs, seq: (body as Received).seq };
    };
    await write(0);
    await ask(port, holder, 'POST', `/conversations/${conversationId}/claim`, {});
    for (let count = 1; count <= MESSAGES_EACH; count++) {
      await pause(PAUSE_MS * (0.5 + ((index * 7 + count * 13) % 10) / 10));
      const written = await write(count);
      said.push({ conversationId, ...written });
    }
    client.close();
  };
  await Promise.all(citizens.map(chat));
  await pause(PAUSE_MS);
  for (const { conversationId, seq, atMs } of said) {
    const heard = streams.waitsOf(conversationId, seq, atMs);
    waits.push(...heard.waits);
    lost += heard.lost;
  }
  streams.close();
  return {
    events: waits.length,
    eventsLost: lost,
    eventP50Ms: percentile(waits, 0.5),
    eventP95Ms: percentile(waits, 0.95),
  };
}

/** Pages of every view, by people of every role, one after the other. */
async function measureInbox(port: number, staff: readonly BenchStaff[]): Promise<Record<string, number>> {
  const times: number[] = [];
  const caseTimes: number[] = [];
  for (let count = 0; count < PAGES; count++) {
    const reader = staff[(count * 7) % staff.length];
    if (!reader) throw new Error('nobody works here');
    const view = VIEWS[count % VIEWS.length] ?? 'all';
    times.push(await timed(() => ask(port, reader, 'GET', `/inbox?view=${view}`)));
    const cases = CASE_VIEWS[count % CASE_VIEWS.length] ?? 'all';
    if (count % 4 === 0) caseTimes.push(await timed(() => ask(port, reader, 'GET', `/cases?view=${cases}`)));
  }
  const shiftTimes: number[] = [];
  for (const leader of staff.filter((_, index) => LEADS.has(roleAt(index))))
    shiftTimes.push(await timed(() => ask(port, leader, 'GET', '/shift')));
  return {
    ...{ inboxP50Ms: percentile(times, 0.5), inboxP95Ms: percentile(times, 0.95) },
    ...{ casesP95Ms: percentile(caseTimes, 0.95), shiftP95Ms: percentile(shiftTimes, 0.95) },
  };
}

let keys = 0;

async function ask(
  port: number,
  { cookie, csrf }: BenchStaff,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  keys += 1;
  const response = await fetch(`http://127.0.0.1:${port}/api/staff${path}`, {
    method,
    headers: {
      ...{ Cookie: cookie, 'Sec-Fetch-Site': 'same-origin', 'X-CSRF-Token': csrf },
      ...(body === undefined ? {} : { 'Content-Type': 'application/json', 'Idempotency-Key': `bench-key-${keys}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${await response.text()}`);
  return response.json();
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now();
  await work();
  return performance.now() - startedAtMs;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 10) / 10;
}
