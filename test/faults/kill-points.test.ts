import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { PathPoint } from '../../src/conversations/points.js';
import type { Turn } from '../../src/conversations/turn.js';
import { readStore } from '../fakes/inspect-store.js';
import { type PushPlatform, startPushPlatform, type Update } from '../fakes/push-platform.js';
import { type ServiceProcess, startService } from '../fakes/service.js';
import { until } from '../fakes/until.js';

const CITIZENS = 6;
const SCRIPT = [
  'lampu jalan mati sudah gelap sekali',
  'Jl. Mawar RT 03 depan masjid',
  'sejak seminggu yang lalu',
  'kirim',
];
/** Written long after any question: nobody's answer counts as given before it was asked. */
const SENT_AT = '2036-01-01T00:00:00Z';

/** How often the point is passed before the kill: in the middle of the work, where there is some. */
const POINTS: readonly (readonly [PathPoint, number])[] = [
  ['decided', 9],
  ['inserted', 9],
  ['acknowledged', 9],
  ['effect_half_applied', 2],
  ['effect_applied', 2],
  ['sending', 3],
  ['sent_unmarked', 3],
];

describe('a service killed at any point', function () {
  this.timeout(90_000);
  let dataDir: string;
  let platform: PushPlatform;
  let service: ServiceProcess;

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'kanal-kill-'));
    platform = await startPushPlatform();
  });
  afterEach(async () => {
    await service?.kill();
    await platform.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  for (const [point, after] of POINTS) {
    it(`just after "${point}" loses nothing and doubles nothing unflagged`, async () => {
      const env = { DATA_DIR: dataDir, PUSH_URL: platform.url };
      service = await startService({ ...env, KILL_AT: point, KILL_AFTER: String(after) });
      const restarted = service.ended.then(async () => {
        service = await startService(env);
      });

      const updates = await Promise.all(
        Array.from({ length: CITIZENS }, (_, index) => talk(platform, () => service, `warga-${index}`)),
      );
      await restarted;
      await until('every citizen has a case number', () => numbersTold(platform).size === CITIZENS);
      await until('nothing is owed any more', async () => {
        const { turns } = await readStore(dataDir);
        return turns.every((turn) => !turn.sendAt && !turn.applyAt);
      });

      const store = await readStore(dataDir);
      expectOneTurnEach(store.turns, updates.flat());
      expect(store.cases.length, 'one case a citizen').to.equal(CITIZENS);
      expect(store.reporters.length, 'one reporter a case').to.equal(CITIZENS);
      expect([...numbersTold(platform)].sort()).to.deep.equal(store.cases.map((each) => each._id).sort());
      expectSentOnceOrFlagged(store.turns, platform);
    });
  }
});

/** Delivers a citizen's messages one after the other, each again and again until it is acknowledged, as platforms do. */
async function talk(platform: PushPlatform, service: () => ServiceProcess, chatId: string): Promise<Update[]> {
  const updates = SCRIPT.map((text, index) => ({ id: `${chatId}-m${index}`, chatId, text, sentAt: SENT_AT }));
  for (const update of updates) {
    await until(
      `"${update.id}" is acknowledged`,
      async () => (await platform.deliver(`${service().url}/fake/webhook`, update)) === 200,
    );
  }
  return updates;
}

function numbersTold(platform: PushPlatform): Set<string> {
  return new Set(platform.sends.flatMap((each) => (each.taken ? (/LP-\d{6}-\d{4}/.exec(each.text)?.[0] ?? []) : [])));
}

function expectOneTurnEach(turns: readonly Turn[], updates: readonly Update[]): void {
  const keys = turns.map((turn) => turn.source.key);
  expect(keys.sort(), 'every acknowledged message is one turn').to.deep.equal(updates.map((each) => each.id).sort());
  for (const conversationId of new Set(turns.map((turn) => turn.conversationId))) {
    const chat = turns.filter((turn) => turn.conversationId === conversationId);
    const inOrder = chat.sort((a, b) => a.seq - b.seq);
    expect(inOrder.map((turn) => turn.seq)).to.deep.equal(SCRIPT.map((_, index) => index + 1));
    expect(inOrder.map((turn) => turn.source.key.at(-1))).to.deep.equal(SCRIPT.map((_, index) => String(index)));
  }
}

function expectSentOnceOrFlagged(turns: readonly Turn[], platform: PushPlatform): void {
  const counts = new Map<string, number>();
  for (const { id, taken } of platform.sends) if (taken) counts.set(id, (counts.get(id) ?? 0) + 1);
  for (const turn of turns) {
    for (const [index, out] of turn.out.entries()) {
      const count = counts.get(`${turn._id}/${index}`) ?? 0;
      if (out.state === 'superseded') continue;
      expect(out.state, `message of turn ${turn.seq}`).to.equal('sent');
      const isFlagged = out.state === 'sent' && out.resent === true;
      expect(count, 'sent once, or twice and flagged').to.be.within(isFlagged ? 0 : 1, isFlagged ? 2 : 1);
    }
  }
}
