import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { findChromium } from '../../../src/channels/whatsapp-web/find-chromium.js';
import type { PathPoint } from '../../../src/conversations/points.js';
import type { Turn } from '../../../src/conversations/turn.js';
import { readStore } from '../../fakes/inspect-store.js';
import { until } from '../../fakes/until.js';
import { type FarSide, startFarSide } from '../../fakes/whatsapp-page/far-side.js';
import { type LoadedService, loadWebService, type WebService } from '../../fakes/whatsapp-page/service-process.js';

/** On a busy machine a service takes a while to come back. */
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

// browser.test.ts complains where a Chromium is missing and must not
const hasBrowser = findChromium(process.env['CHROMIUM_PATH']) !== undefined;
const describeInBrowser: (name: string, body: (this: Mocha.Suite) => void) => unknown = hasBrowser
  ? describe
  : () => undefined;

describeInBrowser('a service on WhatsApp Web, with a browser of its own', function () {
  this.timeout(240_000);
  const chats: string[] = [];
  let dataDir: string;
  let env: Record<string, string>;
  let far: FarSide;
  let service: WebService;
  let next: LoadedService;

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'kanal-kill-'));
    far = await startFarSide();
    env = { DATA_DIR: dataDir, WHATSAPP_WEB_PER_MINUTE: '120' };
    next = loadWebService(far, env);
    await goOn();
  });
  after(async () => {
    next?.kill();
    await service?.stop();
    await far.close();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  });

  /** Starts the next service, and loads the one after it. */
  const goOn = async () => {
    service = await next.start();
    next = loadWebService(far, env);
  };

  const heardBy = (chat: string) => far.sent.filter((each) => each.chat === chat).map(({ text }) => text);

  /** Two messages, the second when the question is heard. */
  const report = async (chat: string) => {
    far.say(chat, 'lampu jalan mati di Jl. Mawar RT 03 RW 05 sejak seminggu lalu');
    await until('the summary is heard', () => heardBy(chat).length >= 1, PATIENCE_MS);
    far.say(chat, 'kirim');
    const isFiled = () => heardBy(chat).some((text) => NUMBER.test(text));
    await until('a number is heard', isFiled, PATIENCE_MS).catch((cause: unknown) => {
      throw new Error(`heard: ${heardBy(chat).join(' | ')}\n${service.output().slice(-3000)}`, { cause });
    });
  };
  const someReport = async () => {
    const some = Array.from({ length: CITIZENS }, (_, each) => `628130${100_000 + chats.length + each}@c.us`);
    chats.push(...some);
    await Promise.all(some.map(report));
  };

  /** All that anybody wrote up to now is one turn and one case each, and told. @returns how many were sent in doubt */
  const expectAllDone = async () => {
    await until('nothing is owed any more', async () => {
      const { turns } = await readStore(dataDir);
      return turns.every((turn) => !turn.sendAt && !turn.applyAt);
    });
    const store = await readStore(dataDir);
    expect(store.turns.filter((turn) => turn.source.kind === 'citizen')).to.have.length(2 * chats.length);
    expect(
      store.turns.filter((turn) => turn.source.kind === 'staff' || turn.after.mode !== 'bot'),
      'no message of ours is taken for a takeover',
    ).to.deep.equal([]);
    expect(store.cases, 'one case a citizen').to.have.length(chats.length);
    const told = chats.flatMap((chat) => heardBy(chat).flatMap((text) => NUMBER.exec(text)?.[0] ?? []));
    expect([...new Set(told)].sort()).to.deep.equal(store.cases.map((each) => each._id).sort());
    expect(service.output()).not.to.include('canary').and.not.to.include('6281301');
    return expectSentOnceOrFlagged(store.turns, far);
  };

  it('ends in order in the middle of it all within ten seconds, and leaves nothing lost or in doubt', async () => {
    const reports = someReport();
    await until('answers are on their way', () => far.sent.length > 0);
    let isGone = false;
    const stopping = service.stop().then(() => {
      isGone = true;
    });
    await until('it is gone', () => isGone, 10_000);
    await stopping;
    await goOn();
    await reports;
    expect(await expectAllDone(), 'in doubt').to.equal(0);
  });

  for (const [point, after] of POINTS) {
    it(`killed just after "${point}" loses nothing and doubles nothing unflagged`, async () => {
      service.killAt(point, after);
      await Promise.all([service.ended.then(goOn), someReport()]);
      await expectAllDone();
    });
  }
});

/** What stands in WhatsApp beyond what the turns say was sent, was sent in doubt and is flagged. @returns how many are */
function expectSentOnceOrFlagged(turns: readonly Turn[], { sent }: FarSide): number {
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
  return flagged;
}
