import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { until } from '../until.js';

export const OUR_NUMBER = '628110000000@c.us';
const SCRIPT = fileURLToPath(new URL('./standin.js', import.meta.url));
export const VERSION = 'standin';
/** As few as WhatsApp Web shows before one scrolls up. */
export const PER_PAGE = 20;

/** A message as WhatsApp Web's model of it, but for `chat` and `id`, of which the page makes the model's key. */
export interface PageMessage {
  readonly chat: string;
  readonly id: string;
  readonly fromMe?: boolean;
  readonly type?: string;
  readonly body?: string;
  /** Seconds. */
  readonly t?: number;
  readonly [field: string]: unknown;
}

export interface SentMessage {
  readonly chat: string;
  readonly id: string;
  readonly type: string;
  readonly text: string;
  readonly file?: { readonly name: string; readonly size: number; readonly mimetype: string };
}

/**
 * The stand-in for WhatsApp: a page on disk that the library is told to load, and what the phone and the servers hold.
 * The page is driven through Chromium's own debugging port, beside the library's pipe.
 */
export interface WhatsappPage {
  /** For the channel's settings. */
  readonly localPage: { readonly dir: string; readonly version: string };
  readonly extraArgs: readonly string[];
  readonly dataDir: string;
  /** Runs an expression in the page that is open now. */
  run<T>(expression: string): Promise<T>;
  pair(): Promise<void>;
  /** Somebody writes while the page is open. */
  receive(message: PageMessage): Promise<void>;
  /** Somebody writes while nobody looks: it stands in the history of the next page. */
  receiveAway(message: PageMessage): Promise<void>;
  sent(): Promise<readonly SentMessage[]>;
  seen(): Promise<readonly string[]>;
  /** Modules that the library asked for and the page doesn't have. */
  missing(): Promise<readonly string[]>;
  /** Forgets the connection to a page that is gone. */
  leave(): Promise<void>;
  remove(): Promise<void>;
}

export async function createWhatsappPage(known: readonly string[]): Promise<WhatsappPage> {
  const root = await mkdtemp(join(tmpdir(), 'whatsapp-page-'));
  const dir = join(root, 'page');
  const dataDir = join(root, 'data');
  await mkdir(dir);
  const history: PageMessage[] = [];
  let browser: Browser | undefined;

  const write = () => writePage(dir, { me: OUR_NUMBER, known, history, perPage: PER_PAGE });
  await write();

  const page = async (): Promise<Page> => {
    browser ??= await connect(join(dataDir, 'login', 'session'));
    const [first] = await browser.pages();
    if (!first) throw new Error('the browser shows no page');
    return first;
  };

  const run = async <T>(expression: string): Promise<T> => (await page()).evaluate(expression) as Promise<T>;

  return {
    localPage: { dir, version: VERSION },
    extraArgs: ['--remote-debugging-port=0'],
    dataDir,
    run,
    pair: () => run('standin.pair()'),
    receive: (message) => run(`standin.receive(${JSON.stringify(message)})`),
    async receiveAway(message) {
      history.push({ unread: message.fromMe !== true, ...message });
      await write();
    },
    sent: () => run('standin.sent'),
    seen: () => run('standin.seen'),
    missing: () => run('window.__missing'),
    async leave() {
      await browser?.disconnect().catch(() => undefined);
      browser = undefined;
    },
    async remove() {
      await browser?.disconnect().catch(() => undefined);
      await rm(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Writes the page that the library is told to load. `state` is what it starts from. */
export async function writePage(dir: string, state: object): Promise<void> {
  const json = JSON.stringify(state).replaceAll('<', '\\u003c');
  const head = '<meta charset="utf-8"><link rel="icon" href="data:,"><title>Stand-in</title>';
  const script = await readFile(SCRIPT, 'utf8');
  const html = `<!doctype html>${head}<script>window.__STATE = ${json};</script><script>${script}</script>`;
  await writeFile(join(dir, `${VERSION}.html`), html);
}

/** Chromium writes the port it chose into its profile. */
async function connect(profileDir: string): Promise<Browser> {
  let browser: Browser | undefined;
  await until('the browser can be driven', async () => {
    const text = await readFile(join(profileDir, 'DevToolsActivePort'), 'utf8').catch(() => '');
    const port = Number(text.split('\n')[0]);
    if (!port) return false;
    browser = await puppeteer.connect({ browserURL: `http://127.0.0.1:${port}` }).catch(() => undefined);
    return browser !== undefined;
  });
  if (!browser) throw new Error('the browser could not be reached');
  return browser;
}
