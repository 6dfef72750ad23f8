import type { Browser, BrowserContext, KeyInput, Page } from 'puppeteer-core';
import { until } from '../fakes/until.js';

export interface Line {
  readonly from: 'citizen' | 'bot' | 'staff';
  readonly text: string;
  /** What is said beneath it: `Terkirim`, `Menunggu jaringan`. */
  readonly state: string;
}

/** The chat page in a browser of its own, as a citizen sees and handles it. */
export interface ChatPage {
  readonly page: Page;
  /** What went wrong in the page: exceptions, broken rules of its policy. */
  readonly errors: string[];
  write(text: string): Promise<void>;
  press(key: KeyInput): Promise<void>;
  /** Writes and sends. */
  say(text: string): Promise<void>;
  tap(label: string): Promise<void>;
  lines(): Promise<readonly Line[]>;
  texts(from: Line['from']): Promise<string[]>;
  /** Waits until a line holds the text. */
  sees(text: string): Promise<void>;
  /** Waits until the state beneath the newest message of the citizen is this. */
  seesState(state: string): Promise<void>;
  /** An expression of the page, as JSON. */
  ask<T>(expression: string): Promise<T>;
  close(): Promise<void>;
}

export interface ChatPageOptions {
  readonly width?: number;
  readonly height?: number;
  /** The context of another page: the same device. */
  readonly context?: BrowserContext;
}

const LINES = `[...document.querySelectorAll('.line')].map((line) => ({
  from: /from-(\\w+)/.exec(line.className)[1],
  text: [...line.querySelectorAll('.bubble')].map((each) => each.innerText).join('\\n'),
  state: (line.querySelector('.state') || { innerText: '' }).innerText.trim(),
}))`;

export async function openChatPage(browser: Browser, url: string, options: ChatPageOptions = {}): Promise<ChatPage> {
  const context = options.context ?? (await browser.createBrowserContext());
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    // a request that failed is told there too, and is what some tests are about
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      errors.push(message.text());
  });
  await page.setViewport({ width: options.width ?? 360, height: options.height ?? 740 });
  await page.goto(`${url}/chat`, { waitUntil: 'load' });
  await page.waitForSelector('textarea');

  const ask = <T>(expression: string) => page.evaluate(expression) as Promise<T>;
  const lines = () => ask<Line[]>(LINES);
  const write = async (text: string) => {
    await page.focus('textarea');
    await page.keyboard.type(text);
  };
  const press = (key: KeyInput) => page.keyboard.press(key);

  return {
    page,
    errors,
    ask,
    lines,
    write,
    press,
    async say(text) {
      await write(text);
      await press('Enter');
    },
    async tap(label) {
      const names = JSON.stringify(label);
      const find = `[...document.querySelectorAll('button')].filter((each) =>
        each.innerText.trim() === ${names} && each.getAttribute('aria-disabled') !== 'true').pop()`;
      await until(`a button "${label}"`, () => ask<boolean>(`Boolean(${find})`));
      const button = (await page.evaluateHandle(find)).asElement();
      await button?.scrollIntoView();
      await button?.click();
    },
    texts: async (from) => (await lines()).filter((line) => line.from === from).map((line) => line.text),
    sees: (text) =>
      until(`"${text}" on the page`, async () => (await lines()).some((line) => line.text.includes(text))),
    seesState: (state) =>
      until(`the newest message to be "${state}"`, async () => {
        const own = (await lines()).filter((line) => line.from === 'citizen');
        return own.at(-1)?.state === state;
      }),
    async close() {
      await page.close();
      if (!options.context) await context.close();
    },
  };
}
