import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { PathPoint } from '../../../src/conversations/points.js';
import type { Turn } from '../../../src/conversations/turn.js';
import { readStore } from '../../fakes/inspect-store.js';
import {
  type TelegramService as ServiceProcess,
  startTelegramService as startService,
} from '../../fakes/telegram-server-process.js';
import { until } from '../../fakes/until.js';
import { type PhoneServer, startPhoneServer } from '../../fakes/whatsapp-page/phone-server.js';

const ENTRY = fileURLToPath(new URL('../../fakes/whatsapp-page/phone-service.ts', import.meta.url));
/** On a busy machine a service takes a while to come back, and may be killed again at once. */
const PATIENCE_MS = 120_000;
/** At once. */
const CITIZENS = 2;
const NUMBER = /LP-\d{6}-\d{4}/;

/** How often the point is passed before the kill: in the middle of the work, where there is some. */
const POINTS: readonly (readonly [PathPoint, number])[] = [
  ['decided', 1],
  ['inserted', 2],
  ['acknowledged', 2],
  ['effect_half_applied', 0],
  ['effect_applied', 0],
  ['sending', 1],
  ['sent_unmarked', 1],
];

describe('a service on WhatsApp Web', function () {
  this.timeout(300_000);
  let dataDir: string;
  let server: PhoneServer;
  let service: ServiceProcess | undefined;

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'kanal-kill-'));
    server = await startPhoneServer();
  });
  after(async () => {
    await service?.kill();
    await server.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const heardBy = (chat: string) => server.sent.filter((each) => each.chat === chat).map(({ text }) => text);
  const report = async (chat: string) => {
    server.say(chat, 'lampu jalan mati di Jl. Mawar RT 03 RW 05 sejak seminggu lalu');
    await until(`${chat} hears the summary`, () => heardBy(chat).length >= 1, PATIENCE_MS);
    server.say(chat, 'kirim');
    const isFiled = () => heardBy(chat).some((text) => NUMBER.test(text));
    await until(`${chat} hears a number`, isFiled, PATIENCE_MS).catch((cause: unknown) => {
      throw new Error(`heard: ${heardBy(chat).join(' | ')}`, { cause });
    });
  };

  it('loses nothing and doubles nothing unflagged, killed at each point in turn', async () => {
    const env = { DATA_DIR: dataDir, HTTP_PORT: '0', PHONE_PORT: String(server.port), WHATSAPP_WEB_PER_MINUTE: '120' };
    const chats: string[] = [];
    let output = '';
    let point: PathPoint | undefined;
    const killings = (async () => {
      for (const [each, after] of POINTS) {
        point = each;
        const kill = { KILL_AT: each, KILL_AFTER: String(after) };
        // recovery passes some points too, so it may die before it is ready
        service = await startService({ ...env, ...kill }, ENTRY).catch(() => undefined);
        await service?.ended;
        output += service?.output() ?? '';
      }
      point = undefined;
      service = await startService(env, ENTRY);
    })();
    // people keep coming until every point has had its kill
    let isOver = false;
    void killings.finally(() => {
      isOver = true;
    });
    while (!isOver) {
      const some = Array.from({ length: CITIZENS }, (_, each) => `628130${100_000 + chats.length + each}@c.us`);
      chats.push(...some);
      await Promise.all(some.map(report)).catch(async (failure: unknown) => {
        const { turns } = await readStore(dataDir);
        const modes = turns.map(({ seq, source, after }) => `${source.kind} ${seq}: ${after.mode}`);
        const cause = new Error(modes.join(', '), { cause: failure });
        throw new Error(`while to be killed just after "${point}": ${service?.output().slice(-3000)}`, { cause });
      });
    }
    await killings;
    await until('nothing is owed any more', async () => {
      const { turns } = await readStore(dataDir);
      return turns.every((turn) => !turn.sendAt && !turn.applyAt);
    });

    const store = await readStore(dataDir);
    expect(store.turns.filter((turn) => turn.source.kind === 'citizen')).to.have.length(2 * chats.length);
    expect(
      store.turns.filter((turn) => turn.after.mode !== 'bot').map(({ _id }) => _id),
      'no takeover',
    ).to.have.length(0);
    expect(store.cases, 'one case a citizen').to.have.length(chats.length);
    const told = chats.flatMap((chat) => heardBy(chat).flatMap((text) => NUMBER.exec(text)?.[0] ?? []));
    expect([...new Set(told)].sort()).to.deep.equal(store.cases.map((each) => each._id).sort());
    expectSentOnceOrFlagged(store.turns, server);
    expect(output).not.to.include('canary').and.not.to.include('6281301');
  });
});

/** What stands in WhatsApp beyond what the turns say was sent, was sent in doubt and is flagged. */
function expectSentOnceOrFlagged(turns: readonly Turn[], { sent }: PhoneServer): void {
  const outs = turns.flatMap((turn) => turn.out);
  expect(outs.filter(({ state }) => state !== 'sent' && state !== 'superseded')).to.deep.equal([]);
  const ids = outs.flatMap((out) => (out.state === 'sent' ? [out.platformId] : []));
  const there = new Set(sent.map(({ id }) => id));
  expect(
    ids.filter((id) => !there.has(id)),
    'what counts as sent is there',
  ).to.deep.equal([]);
  const flagged = outs.filter((out) => out.state === 'sent' && out.resent === true).length;
  expect(sent.length - ids.length, 'unflagged doubles').to.be.within(0, flagged);
}
