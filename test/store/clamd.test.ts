import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect } from 'chai';
import { freePort } from '../../src/cli/bench-figures.js';
import { loadConfig } from '../../src/config.js';
import { createClamdScan, ScannerAway } from '../../src/store/clamd.js';
import { FAKE_VIRUS, type FakeClamd, startFakeClamd } from '../fakes/clamd-server.js';
import { createFakeClock, type FakeClock } from '../fakes/clock.js';
import { filmThatSaysWhere } from '../fakes/sample-film.js';
import { startTestApp } from '../fakes/test-app.js';
import { until } from '../fakes/until.js';

describe('asking the virus scanner', () => {
  let clock: FakeClock;
  let address: string;
  let clamd: FakeClamd;

  beforeEach(async () => {
    clock = createFakeClock();
    const port = await freePort();
    address = `127.0.0.1:${port}`;
    clamd = await startFakeClamd({ port });
  });
  afterEach(() => clamd.close());

  const scan = (...pieces: Buffer[]) => createClamdScan({ address, clock })(Readable.from(pieces));
  const failureOf = (scanning: Promise<unknown>): Promise<unknown> =>
    scanning.then(
      (verdict) => verdict,
      (error: unknown) => (error instanceof ScannerAway ? 'away' : error instanceof Error && error.message),
    );

  it('hands over every byte, and hears what it is', async () => {
    const large = Buffer.alloc(3_000_000, 'isi');
    expect(await scan(large.subarray(0, 10), Buffer.alloc(0), large.subarray(10))).to.equal('clean');
    expect(clamd.seen[0]?.equals(large)).to.equal(true);
    expect(await scan(Buffer.from(`foto ${FAKE_VIRUS} foto`))).to.equal('infected');
    expect(await scan()).to.equal('clean');
  });

  it('works by a Unix socket as well', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'clamd-'));
    const local = await startFakeClamd({ path: join(dir, 'clamd.sock') });
    const verdict = await createClamdScan({ address: join(dir, 'clamd.sock'), clock })(
      Readable.from([Buffer.from('x')]),
    );
    await local.close();
    await rm(dir, { recursive: true, force: true });
    expect(verdict).to.equal('clean');
  });

  it('knows a scanner that hangs up or does not run from a file that can not be scanned', async () => {
    clamd.script('hang_up', { line: 'INSTREAM size limit exceeded. ERROR' }, { line: 'stream: OK, or so' });
    expect(await failureOf(scan(Buffer.from('x')))).to.equal('away');
    for (let count = 0; count < 2; count++)
      expect(await failureOf(scan(Buffer.from('x')))).to.equal('the virus scanner could not scan the file');
    const broken = async function* () {
      yield Buffer.from('x');
      throw new Error('a piece is lost');
    };
    expect(await failureOf(createClamdScan({ address, clock })(broken()))).to.equal('a piece is lost');
    await clamd.close();
    expect(await failureOf(scan(Buffer.from('x')))).to.equal('away');
    clamd = await startFakeClamd({ port: Number(address.split(':')[1]) });
  });

  it('is done by the whole service where its address is set', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'kanal-clamd-'));
    const test = await startTestApp({
      config: loadConfig({ DATA_DIR: dataDir, HTTP_PORT: '0', CLAMAV_ADDRESS: address }),
    });
    const film = Buffer.concat([filmThatSaysWhere().film, Buffer.from(FAKE_VIRUS)]);
    const saved = await test.app.files.save('satu', film, {});
    await test.close();
    await rm(dataDir, { recursive: true, force: true });
    expect(saved.condition).to.equal('quarantined');
    expect(clamd.seen.map((bytes) => bytes.equals(film))).to.deep.equal([true]);
  });

  it('waits 30 s for a verdict', async () => {
    clamd.script('silence');
    const scanning = failureOf(scan(Buffer.from('x')));
    await until('it has the file', () => clamd.seen.length === 1);
    await clock.advance(30_000);
    expect(await scanning).to.equal('away');
  });
});
