import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { readStore } from '../fakes/inspect-store.js';
import { type ServiceProcess, startService } from '../fakes/service.js';
import { until } from '../fakes/until.js';

const CITIZENS = 8;
const SCRIPT = ['halo', 'lampu jalan mati di Jl. Mawar RT 03 sejak seminggu', 'ubah', 'waktu', 'kemarin sore', 'kirim'];

describe('a store killed under load', function () {
  this.timeout(90_000);
  let dataDir: string;
  let service: ServiceProcess;

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'kanal-store-'));
    service = await startService({ DATA_DIR: dataDir });
  });
  after(async () => {
    await service?.kill();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('loses no message that was answered and files each report once', async () => {
    let answered = 0;
    let refused = 0;
    const post = async (token: string, key: string, text: string): Promise<boolean> => {
      const response = await fetch(`${service.url}/api/webchat/messages`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ key, text }),
      });
      await response.arrayBuffer();
      expect(response.status, 'answered, or refused to be sent again').to.be.oneOf([200, 503]);
      if (response.status === 503) refused += 1;
      return response.status === 200;
    };
    const citizen = async () => {
      const session = await fetch(`${service.url}/api/webchat/sessions`, { method: 'POST' });
      const { token } = (await session.json()) as { token: string };
      for (const [index, text] of SCRIPT.entries()) {
        await until(`"${text}" is answered`, () => post(token, `message-${index}`, text));
        answered += 1;
        if (answered === CITIZENS * 2 || answered === CITIZENS * 4) killStore(service);
      }
    };
    await Promise.all(Array.from({ length: CITIZENS }, citizen));

    expect(refused, 'the store was really away').to.be.greaterThan(0);
    const { turns, cases } = await readStore(dataDir);
    expect(turns.length).to.equal(CITIZENS * SCRIPT.length);
    expect(cases.length).to.equal(CITIZENS);
    expect((await fetch(`${service.url}/readyz`)).status).to.equal(200);
  });
});

/** By its entry file: under tsx the service has a compiler for a child as well. */
function killStore(service: ServiceProcess): void {
  const parent = String(service.child.pid);
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (parentOf(pid) === parent && isStore(pid)) process.kill(Number(pid), 'SIGKILL');
  }
}

function parentOf(pid: string): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
  } catch {
    return undefined; // it ended meanwhile
  }
}

function isStore(pid: string): boolean {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('store/embedded/main');
}
