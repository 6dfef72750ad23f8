import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { issueToken } from '../channels/webchat/token.js';
import { loadConfig } from '../config.js';
import { loadKeys } from '../keys.js';
import type { ChatEntry } from '../messages/chat-entry.js';
import { type HttpClient, openClient } from './bench-http.js';
import { startMeasured } from './bench-process.js';

const MAIN = join(dirname(fileURLToPath(import.meta.url)), '..', 'main.js');
const COMPLAINTS = 1000;
const AT_ONCE = 100;
/** What one citizen writes, and a word that the service's answer must hold: a wrong answer ends the run. */
const SCRIPT: readonly (readonly [string, RegExp])[] = [
  ['halo', /Ceritakan/],
  ['lampu jalan mati sudah gelap sekali', /mana/i],
  ['Jl. Mawar RT 03 RW 05 depan masjid', /kapan/i],
  ['sejak seminggu yang lalu', /Kirim/],
  ['ubah', /diubah/],
  ['waktu', /kapan/i],
  ['kemarin sore', /Kirim/],
  ['kirim', /LP-\d{6}-\d{4}/],
];

/**
 * Files 1,000 complaints of 8 messages over the web chat's HTTP API, 100 at once, from this process against the built
 * service and its embedded store on a fresh data folder. Each answer carries the reply and is given when durable.
 */
export async function benchService(): Promise<Record<string, number>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'kanal-bench-'));
  const env = { DATA_DIR: dataDir, HTTP_PORT: '0', LOG_LEVEL: 'info', MONGODB_URI: '', OFFER_SIMILAR: '0' };
  const service = await startMeasured(MAIN, env);
  try {
    const { keys } = await loadKeys(loadConfig(env), true);
    const ackMs: number[] = [];
    let started = 0;
    let filed = 0;
    const cpuBeforeMs = service.cpuMs();
    const startedAtMs = performance.now();
    const citizen = async () => {
      const client = openClient(service.port);
      while (started < COMPLAINTS) {
        started += 1;
        if (await complain(client, issueToken(keys, 'main'), ackMs)) filed += 1;
      }
      client.close();
    };
    await Promise.all(Array.from({ length: AT_ONCE }, citizen));
    const elapsedS = (performance.now() - startedAtMs) / 1000;
    const messages = ackMs.length;
    const cpuMs = service.cpuMs() - cpuBeforeMs;
    ackMs.sort((a, b) => a - b);
    return {
      started,
      filed,
      messagesPerSecond: Math.round(messages / elapsedS),
      cpuMsPerMessage: round(cpuMs / messages),
      ackP50Ms: round(ackMs[Math.floor(messages * 0.5)] ?? 0),
      ackP99Ms: round(ackMs[Math.floor(messages * 0.99)] ?? 0),
      rssMb: Math.round(service.peakRssMb()),
    };
  } finally {
    await service.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** @returns whether it ended with a case number and its receipt code */
async function complain(client: HttpClient, token: string, ackMs: number[]): Promise<boolean> {
  let last: ChatEntry | undefined;
  for (const [index, [text, expected]] of SCRIPT.entries()) {
    const sentAtMs = performance.now();
    const answer = await client.post('/api/webchat/messages', token, { key: `message-${index}`, text });
    ackMs.push(performance.now() - sentAtMs);
    if (answer.status !== 200) throw new Error(`"${text}" was answered ${answer.status}`);
    last = (answer.body as { entries: ChatEntry[] }).entries.at(-1);
    if (!last || !expected.test(last.text)) throw new Error(`"${text}" was answered "${last?.text}"`);
  }
  return last?.receipt?.code.length === 16;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** From spawn to ready, on an empty store: the median of five starts. */
export async function benchStart(): Promise<Record<string, number>> {
  const times: number[] = [];
  for (let count = 0; count < 5; count++) {
    const dataDir = await mkdtemp(join(tmpdir(), 'kanal-bench-'));
    const service = await startMeasured(MAIN, {
      DATA_DIR: dataDir,
      HTTP_PORT: '0',
      MONGODB_URI: '',
      OFFER_SIMILAR: '0',
    });
    times.push(service.readyMs);
    await service.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
  times.sort((a, b) => a - b);
  return { readyMs: Math.round(times[2] ?? 0) };
}
