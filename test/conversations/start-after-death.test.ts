import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type App, startApp } from '../../src/app.js';
import { loadConfig } from '../../src/config.js';
import type { ConversationRow } from '../../src/conversations/rows.js';
import type { Turn } from '../../src/conversations/turn.js';
import { createLog } from '../../src/core/log.js';
import { createCitizen, createShiftedClock } from '../fakes/test-app.js';

const ROOT = new URL('../..', import.meta.url).pathname;
const REPORT = 'Lampu jalan mati di Jl. Mawar RT 03 sejak seminggu';
const HOUR_MS = 60 * 60_000;

describe('a start an hour after the last process died', () => {
  const clock = createShiftedClock();
  let dataDir: string;
  let app: App;
  const start = async () => {
    const config = loadConfig({ DATA_DIR: dataDir, HTTP_PORT: '0' });
    app = await startApp({ config, log: createLog('silent'), clock, root: ROOT });
  };
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'kanal-death-'));
    await start();
  });
  after(async () => {
    await app.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const stored = () => {
    const db = app.connection.getClient().db(app.connection.name);
    return { turns: db.collection<Turn>('turns'), rows: db.collection<ConversationRow>('conversations') };
  };

  /** A chat whose report is filed; as if its process had died before that. */
  async function unfiled(name: string): Promise<string> {
    const citizen = createCitizen(app, name, clock);
    await citizen.say(REPORT);
    const { conversationId, seq } = await citizen.say('kirim');
    await app.conversations.drain();
    const { turns, rows } = stored();
    // not due while this process lives
    const applyAt = new Date(clock.now().getTime() + HOUR_MS / 2);
    await turns.updateOne({ conversationId, seq }, { $set: { applyAt, 'effects.0.state': 'due' } });
    await rows.updateOne({ _id: conversationId }, { $unset: { unit: '' } });
    return conversationId;
  }

  const later = async () => {
    await app.stop();
    clock.shift(HOUR_MS);
    await start();
  };

  it('writes the rows that it left out, though it first does what a filing still owed', async () => {
    const filed = await unfiled('lapor');
    const { conversationId } = await createCitizen(app, 'hilang', clock).say('petugas');
    await app.conversations.drain();
    await stored().rows.deleteOne({ _id: conversationId });
    await later();
    expect(await app.conversations.rows.find(filed)).to.have.property('unit');
    expect(await app.conversations.rows.find(conversationId)).to.include({ lastSeq: 1 });
  });

  it('leaves to a later version what only that understands, and does the rest', async () => {
    const filed = await unfiled('lapor-lagi');
    const strange = await unfiled('dari-versi-baru');
    const change = { schema: 99, after: {} as never, applyAt: clock.now() };
    await stored().turns.updateOne({ conversationId: strange, seq: 2 }, { $set: change });
    await stored().rows.deleteOne({ _id: strange });
    await later();
    expect(await app.conversations.rows.find(filed)).to.have.property('unit');
    expect(await stored().turns.findOne({ conversationId: strange, seq: 2 })).to.have.property('applyAt');
  });
});
