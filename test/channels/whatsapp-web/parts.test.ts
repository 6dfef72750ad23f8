import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { freeProfile } from '../../../src/channels/whatsapp-web/child/profile-lock.js';
import { findChromium, requireChromium } from '../../../src/channels/whatsapp-web/find-chromium.js';
import { createLruSet } from '../../../src/channels/whatsapp-web/lru-set.js';
import { notePairing } from '../../../src/channels/whatsapp-web/pairing.js';
import { processTree, treeMemoryBytes } from '../../../src/channels/whatsapp-web/process-tree.js';
import { qrCodeOf, qrSvgOf } from '../../../src/channels/whatsapp-web/qr.js';
import {
  createRestartBudget,
  MAX_RESTARTS,
  RESTART_WINDOW_MS,
} from '../../../src/channels/whatsapp-web/restart-budget.js';
import { AppError } from '../../../src/core/errors.js';

describe('the parts around the session', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'whatsapp-web-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  describe('noting when a phone was paired', () => {
    const first = new Date('2026-11-01T00:00:00Z');
    const later = new Date('2026-11-24T00:00:00Z');

    it('keeps the first date over logouts, and starts anew with another phone', async () => {
      const path = join(folder, 'data', 'pairing.json');
      expect(await notePairing(path, '1@c.us', first)).to.deep.equal({ account: '1@c.us', since: first });
      expect(await notePairing(path, '1@c.us', later)).to.deep.equal({ account: '1@c.us', since: first });
      expect(await notePairing(path, '2@c.us', later)).to.deep.equal({ account: '2@c.us', since: later });
      expect(statSync(path).mode & 0o777).to.equal(0o600);
    });

    it('starts anew when the note can not be read', async () => {
      const path = join(folder, 'pairing.json');
      writeFileSync(path, '{"account": 7');
      expect((await notePairing(path, '1@c.us', later)).since).to.deep.equal(later);
    });
  });

  describe('freeing a browser profile', () => {
    const lock = () => join(folder, 'SingletonLock');
    const idle = async (...args: string[]) => {
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', '--', ...args], { stdio: 'ignore' });
      await once(child, 'spawn');
      return child;
    };

    it('removes what a browser on another host has left', async () => {
      symlinkSync('another-host-4000000', lock());
      symlinkSync('/tmp/nowhere/SingletonSocket', join(folder, 'SingletonSocket'));
      await freeProfile(folder);
      expect(() => readlinkSync(lock())).to.throw(/ENOENT/);
      expect(() => readlinkSync(join(folder, 'SingletonSocket'))).to.throw(/ENOENT/);
    });

    it('ends the browser of an earlier process that still holds it', async () => {
      const browser = await idle(`--user-data-dir=${folder}`);
      const gone = once(browser, 'exit');
      symlinkSync(`${hostname()}-${browser.pid}`, lock());
      await freeProfile(folder);
      expect((await gone)[1]).to.equal('SIGKILL');
    });

    it('leaves another program alone that has got the same number', async () => {
      const other = await idle('--user-data-dir=/elsewhere');
      symlinkSync(`${hostname()}-${other.pid}`, lock());
      await freeProfile(folder);
      expect(other.exitCode).to.equal(null);
      expect(other.signalCode).to.equal(null);
      other.kill('SIGKILL');
    });

    it('does nothing to a new profile', async () => {
      mkdirSync(join(folder, 'Default'));
      await freeProfile(folder);
      expect(existsSync(join(folder, 'Default'))).to.equal(true);
    });
  });

  describe('looking at processes', () => {
    it('finds children, and counts what all hold', async () => {
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
      await once(child, 'spawn');
      expect(await processTree(process.pid)).to.include.members([process.pid, child.pid]);
      const [own, both] = [process.memoryUsage().rss, await treeMemoryBytes(process.pid)];
      expect(both).to.be.within(own / 4, own * 20);
      child.kill('SIGKILL');
    });

    it('says nothing of a process that is gone', async () => {
      expect(await treeMemoryBytes(4_000_000)).to.equal(undefined);
    });
  });

  it('allows three restarts in any half hour, and says when the next may be made', () => {
    const pauses = fc.array(fc.integer({ min: 0, max: RESTART_WINDOW_MS }), { maxLength: 40 });
    fc.assert(
      fc.property(pauses, (pausesMs) => {
        const budget = createRestartBudget();
        const made: number[] = [];
        let nowMs = 0;
        for (const pauseMs of pausesMs) {
          nowMs += pauseMs;
          const waitMs = budget.take(nowMs);
          expect(waitMs).to.be.at.least(0);
          if (waitMs === 0) made.push(nowMs);
          else expect(waitMs).to.equal((made.at(-MAX_RESTARTS) ?? 0) + RESTART_WINDOW_MS - nowMs);
          expect(budget.used(nowMs)).to.be.at.most(MAX_RESTARTS);
        }
        for (const [index, at] of made.entries()) {
          expect((made[index + MAX_RESTARTS] ?? Number.POSITIVE_INFINITY) - at).to.be.at.least(RESTART_WINDOW_MS);
        }
      }),
    );
  });

  it('shows a code as text for a terminal and as an image without scripts', () => {
    const code = qrCodeOf('2@REF,a,b,c,1', new Date(0));
    const lines = code.text.split('\n');
    expect(new Set(lines.map((line) => line.length)).size).to.equal(1);
    expect(code.text).to.match(/^[ █▀▄\n]+$/);
    expect(qrSvgOf(code)).to.match(/^<svg .*<\/svg>$/s);
    expect(qrSvgOf(code)).to.not.match(/script|href|REF/);
  });

  it('names what to do when there is no browser', () => {
    expect(findChromium(process.execPath)).to.equal(process.execPath);
    expect(findChromium('/nowhere/chromium')).to.equal(undefined);
    expect(() => requireChromium('/nowhere/chromium'))
      .to.throw(AppError, /CHROMIUM_PATH/)
      .with.property('code', 'config.invalid');
  });

  it('remembers the last values only', () => {
    const seen = createLruSet(2);
    for (const value of ['a', 'b', 'a', 'c']) seen.add(value);
    expect(['a', 'b', 'c'].map(seen.has)).to.deep.equal([true, false, true]);
  });
});
