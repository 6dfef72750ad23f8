import type { AppDeps } from '../../../src/app.js';
import { systemClock } from '../../../src/core/clock.js';
import type { InboundMessage } from '../../../src/messages/message.js';
import type { Actor, Role } from '../../../src/staff/actor.js';
import type { LiveEvent } from '../../../src/staff/api/live.js';
import { createWarga } from '../../cases/case-life.js';
import { CHEAP, createStaffClient, GOOD_PASSWORD, type StaffClient } from '../../fakes/staff-client.js';
import {
  createShiftedClock,
  type ShiftedClock,
  startTestApp,
  type TestApp,
  type TestCitizen,
} from '../../fakes/test-app.js';
import { until } from '../../fakes/until.js';

/** Somebody of staff, signed in. */
export interface Colleague extends StaffClient {
  readonly id: string;
  readonly actor: Actor;
  /** A write with a key of its own, or the one given. */
  write(method: string, path: string, body?: unknown, key?: string): Promise<Response>;
  /** The same person at another process. */
  at(url: string): Promise<Colleague>;
  /** The same, for its answer. @throws {Error} with the problem */
  done<T>(path: string, body?: unknown, key?: string): Promise<T>;
}

let keys = 0;

export function newKey(): string {
  keys += 1;
  return `key-${String(keys).padStart(8, '0')}`;
}

/** An app with staff in it. */
export interface Office {
  readonly test: TestApp;
  hire(name: string, role: Role, units?: readonly string[]): Promise<Colleague>;
  /** Opens a stream; {@link Stream.events} grows as they come. */
  follow(colleague: Colleague, lastEventId?: string): Promise<Stream>;
  close(): Promise<void>;
}

export interface Stream {
  readonly events: (LiveEvent & { readonly id: string })[];
  readonly ended: () => boolean;
  /** Resolves once an event fits. */
  see(what: string, fits: (event: LiveEvent) => boolean): Promise<LiveEvent>;
  stop(): void;
}

export async function openOffice(more: Partial<AppDeps> = {}): Promise<Office> {
  const test = await startTestApp({ ...CHEAP, ...more });
  const streams: Stream[] = [];
  return {
    test,
    async hire(name, role, units = []) {
      const { accounts } = test.app.staff;
      const login = name.toLowerCase().replace(/\W/g, '.');
      const { account, invitation } = await accounts.invite({ login, name, role, units }, 'cli:test');
      const first = createStaffClient(test.url);
      const accepted = await first.send('POST', '/invite/accept', {
        token: invitation.token,
        password: GOOD_PASSWORD,
      });
      if (!accepted.ok) throw new Error(await accepted.text());
      return signIn(test.url, login, { staffId: account._id, name, role, units, via: 'session' });
    },
    async follow(colleague, lastEventId) {
      const stream = await openStream(test.url, colleague, lastEventId);
      streams.push(stream);
      return stream;
    },
    async close() {
      for (const stream of streams) stream.stop();
      await test.close();
    },
  };
}

async function signIn(url: string, login: string, actor: Actor): Promise<Colleague> {
  const client = createStaffClient(url);
  await client.login(login);
  const write: Colleague['write'] = (method, path, body = {}, key = newKey()) =>
    client.send(method, path, body, { 'Idempotency-Key': key });
  return Object.assign(client, {
    id: actor.staffId,
    actor,
    write,
    at: (other: string) => signIn(other, login, actor),
    async done<T>(path: string, body?: unknown, key?: string) {
      const response = await write('POST', path, body, key);
      const text = await response.text();
      if (!response.ok) throw new Error(`${response.status}: ${text}`);
      return (text === '' ? undefined : JSON.parse(text)) as T;
    },
  });
}

async function openStream(url: string, { cookies }: Colleague, lastEventId?: string): Promise<Stream> {
  const abort = new AbortController();
  const response = await fetch(`${url}/api/staff/live`, {
    headers: {
      'Sec-Fetch-Site': 'same-origin',
      Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      ...(lastEventId ? { 'Last-Event-ID': lastEventId } : {}),
    },
    signal: abort.signal,
  });
  if (!response.ok || !response.body) throw new Error(`${response.status}: ${await response.text()}`);
  const events: Stream['events'] = [];
  let ended = false;
  void read(response.body, (id, event) => events.push({ ...event, id }))
    .catch(() => undefined)
    .finally(() => {
      ended = true;
    });
  await until('the stream is open', () => ended || events.length > 0);
  return {
    events,
    ended: () => ended,
    stop: () => abort.abort(),
    async see(what, fits) {
      await until(what, () => events.some(fits));
      const found = events.find(fits);
      if (!found) throw new Error(what);
      return found;
    },
  };
}

async function read(body: ReadableStream<Uint8Array>, take: (id: string, event: LiveEvent) => void): Promise<void> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of body) {
    text += decoder.decode(piece, { stream: true });
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const lines = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      const data = lines.find((line) => line.startsWith('data: '))?.slice(6);
      const id = lines.find((line) => line.startsWith('id: '))?.slice(4) ?? '';
      if (data) take(id, JSON.parse(data) as LiveEvent);
    }
  }
}

/** Ten in the morning of the next working day in Jakarta, and going on from there. */
export function officeClock(): ShiftedClock {
  const clock = createShiftedClock();
  const now = systemClock.now();
  const days = [1, 2, 3, 4].map((ahead) => new Date(now.getTime() + ahead * 86_400_000));
  const day = days.find((each) => ![0, 6].includes(each.getUTCDay())) ?? now;
  const at = Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate(), 3);
  clock.shift(at - now.getTime());
  return clock;
}

/** A citizen who has asked for a person and waits. */
export async function waitingCitizen(
  { test }: Pick<Office, 'test'>,
  more: Partial<InboundMessage> = {},
): Promise<{ readonly conversationId: string; readonly citizen: TestCitizen }> {
  const citizen = createWarga(test.app);
  const { conversationId } = await citizen.say('petugas', more);
  return { conversationId, citizen };
}
