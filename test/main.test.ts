import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type MainProcess, runMain } from './fakes/run-main.js';
import { until } from './fakes/until.js';

describe('the service as a process', function () {
  this.timeout(60_000);
  let dataDir: string;
  const started: MainProcess[] = [];

  const start = (env: Readonly<Record<string, string>> = {}) => {
    const main = runMain({ DATA_DIR: dataDir, HTTP_PORT: '0', ...env });
    started.push(main);
    return main;
  };

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'kanal-main-'));
  });
  afterEach(async () => {
    for (const main of started.splice(0)) {
      main.child.kill('SIGKILL');
      await main.ended;
    }
    await rm(dataDir, { recursive: true, force: true });
  });

  it('starts with no configuration, says where to click and what is off, and stops cleanly', async () => {
    const main = start();
    const port = await main.ready;
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).to.equal(200);
    expect(main.output()).to.contain(`http://127.0.0.1:${port}/chat`).and.contain('TELEGRAM_BOT_TOKEN');
    main.child.kill('SIGINT');
    expect(await main.ended).to.equal(0);
  });

  it('makes its keys once, for their owner alone, and says that they want a backup', async () => {
    const first = start();
    await first.ready;
    const { mode } = await stat(join(dataDir, 'keys', 'keys.json'));
    expect(mode & 0o777).to.equal(0o600);
    expect(first.output()).to.contain('back them up');
    first.child.kill('SIGTERM');
    await first.ended;
    const second = start();
    await second.ready;
    expect(second.output()).not.to.contain('back them up');
  });

  it('prints a link for the first admin, which a restart replaces', async () => {
    const linkOf = (main: MainProcess) => /\/console\/#\/first\?token=(\S+)/.exec(main.output())?.[1];
    const become = (port: number, token: string | undefined) =>
      fetch(`http://127.0.0.1:${port}/api/staff/first`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ token, name: 'Bu Ratna', login: 'ratna', password: 'kuda nil terbang pelan' }),
      });
    const first = start();
    await first.ready;
    await until('it has said where to click', () => linkOf(first) !== undefined);
    first.child.kill('SIGTERM');
    await first.ended;
    const second = start();
    const port = await second.ready;
    await until('it has said where to click', () => linkOf(second) !== undefined);
    expect((await become(port, linkOf(first))).status).to.equal(401);
    expect((await become(port, linkOf(second))).status).to.equal(200);
  });

  it('finds everything again when started again, even after a kill', async () => {
    const first = start();
    const base = `http://127.0.0.1:${await first.ready}`;
    const { token } = (await (await fetch(`${base}/api/webchat/sessions`, { method: 'POST' })).json()) as {
      token: string;
    };
    const say = async (url: string, key: string, text: string) => {
      const response = await fetch(`${url}/api/webchat/messages`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ key, text }),
      });
      return (await response.json()) as { seq: number; entries: { text: string }[] };
    };
    await say(base, 'message-1', 'lampu jalan mati');
    first.child.kill('SIGKILL');
    await first.ended;
    const second = start();
    const again = `http://127.0.0.1:${await second.ready}`;
    expect(await say(again, 'message-1', 'lampu jalan mati')).to.include({ seq: 1 });
    const summary = await say(again, 'message-2', 'Jl. Mawar RT 03');
    expect(summary).to.include({ seq: 2 });
    expect(summary.entries.at(-1)?.text).to.match(/kapan/i);
  });

  it('ends with 1 and the names of wrong variables, never their values', async () => {
    const main = start({ HTTP_PORT: '99999', RECEIPT_KEY: 'geheim123' });
    expect(await main.ended).to.equal(1);
    expect(main.output()).to.contain('HTTP_PORT').and.contain('RECEIPT_KEY').and.not.contain('geheim123');
  });

  it('refuses a data folder that another process holds', async () => {
    await start().ready;
    const second = start();
    expect(await second.ended).to.equal(1);
    expect(second.output()).to.contain(dataDir);
  });

  it('names the port that is taken, and how to change it', async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
    const { port } = blocker.address() as AddressInfo;
    const main = start({ HTTP_PORT: String(port) });
    expect(await main.ended).to.equal(1);
    blocker.close();
    expect(main.output()).to.contain(String(port)).and.contain('HTTP_PORT');
  });
});
