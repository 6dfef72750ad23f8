import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import { GOOD_PASSWORD } from '../../fakes/staff-client.js';
import { until } from '../../fakes/until.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const SHOTS = process.env['SCREENSHOTS_DIR'] ?? join(tmpdir(), 'kanal-console');

/** The console in a browser of its own, as a member of staff sees and handles it. */
export interface StaffPage {
  readonly page: Page;
  /** What went wrong in the page: exceptions, broken rules of its policy. */
  readonly errors: string[];
  /** An expression of the page, as JSON. */
  ask<T>(expression: string): Promise<T>;
  /** Waits until the text is on the screen, within an element if one is named. */
  sees(text: string, within?: string): Promise<void>;
  /** Waits until it isn't. */
  misses(text: string, within?: string): Promise<void>;
  /** Waits for a button, link or label of this name that may be pressed, and presses it. */
  tap(name: string, within?: string): Promise<void>;
  /** Writes into the field of this name. */
  write(label: string, text: string): Promise<void>;
  choose(label: string, value: string): Promise<void>;
  press(...keys: readonly string[]): Promise<void>;
  /** Goes to an address within the console, without loading the page anew. */
  go(hash: string): Promise<void>;
  /** How many times the page was loaded. */
  loads(): number;
  violations(): Promise<string[]>;
  /** What is to be pressed and is lower than 44 pixels; links within a sentence are as high as its words. */
  tooSmall(): Promise<string[]>;
  picture(name: string): Promise<readonly Picture[]>;
  close(): Promise<void>;
}

export interface StaffPageOptions {
  readonly login?: string;
  readonly hash?: string;
  readonly width?: number;
  /** How far the browser's own date is from the true one. */
  readonly dateOffMs?: number;
}

const FIND = `(name, within) => [...(document.querySelector('dialog[open]') || document.querySelector(within) || document)
  .querySelectorAll('button, a, label, [role=option]')].filter((each) => {
    const shown = (each.getAttribute('aria-label') || each.innerText).replace(/\\s+/g, ' ').trim();
    return shown === name && each.getAttribute('aria-disabled') !== 'true' && each.getBoundingClientRect().width > 0;
  }).pop()`;

const TOO_SMALL = `[...document.querySelectorAll('button, a, input, select, textarea, summary')]
  .map((each) => each.closest('label') || each)
  .filter((each) => {
    const { width, height } = each.getBoundingClientRect();
    const isSaid = each.matches('p a, .muted a, .skip, .unseen, .figure a, input[type=file]');
    return width > 0 && height > 0 && height < 43.5 && !isSaid;
  })
  .map((each) => each.tagName + '.' + each.className + ' ' + (each.innerText || each.getAttribute('aria-label') || ''))`;

export async function openStaffPage(browser: Browser, url: string, options: StaffPageOptions = {}): Promise<StaffPage> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const errors: string[] = [];
  let loads = 0;
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('load', () => {
    loads += 1;
  });
  page.on('console', (message) => {
    // a request that failed is told there too, and is what some tests are about
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      errors.push(message.text());
  });
  await page.setViewport({ width: options.width ?? 1440, height: 900 });
  if (options.dateOffMs !== undefined) await page.evaluateOnNewDocument(wrongDate(options.dateOffMs));
  await page.goto(`${url}/console${options.hash ?? '#/inbox'}`, { waitUntil: 'load' });

  const ask = <T>(expression: string) => page.evaluate(expression) as Promise<T>;
  const textIn = (within: string) =>
    ask<string>(`(document.querySelector(${JSON.stringify(within)}) || {}).innerText || ''`);
  const hasText = async (text: string, within: string) => (await textIn(within)).replace(/\s+/g, ' ').includes(text);

  const staff: StaffPage = {
    page,
    errors,
    ask,
    loads: () => loads,
    sees: (text, within = 'body') => until(`"${text}" in ${within}`, () => hasText(text, within)),
    misses: (text, within = 'body') => until(`no "${text}" in ${within}`, async () => !(await hasText(text, within))),
    async tap(name, within = 'body') {
      const find = `(${FIND})(${JSON.stringify(name)}, ${JSON.stringify(within)})`;
      await until(`"${name}" to press in ${within}`, () => ask<boolean>(`Boolean(${find})`));
      await ask(`${find}.click()`);
    },
    async write(label, text) {
      const field = `::-p-aria([name="${label}"])`;
      await page.waitForSelector(field);
      await page.click(field, { count: 3 });
      await page.type(field, text);
    },
    async choose(label, value) {
      const field = await page.waitForSelector(`::-p-aria([name="${label}"][role="combobox"])`);
      await field?.select(value);
    },
    async press(...keys) {
      for (const key of keys) await page.keyboard.press(key as 'Enter');
    },
    go: async (hash) => {
      await ask(`location.hash = ${JSON.stringify(hash)}`);
    },
    violations: () => violationsOf(page),
    tooSmall: () => page.evaluate(TOO_SMALL) as Promise<string[]>,
    picture: (name) => takePictures(page, name),
    close: () => context.close(),
  };
  if (options.login) await signIn(staff, options.login);
  return staff;
}

function wrongDate(offMs: number): string {
  return `{
    const Real = Date;
    globalThis.Date = class extends Real {
      constructor(...given) { given.length > 0 ? super(...given) : super(Real.now() + ${offMs}); }
      static now() { return Real.now() + ${offMs}; }
    };
  }`;
}

/** What axe-core finds wrong with a page, one line each; once it stands still, as what fades in has less contrast. */
export async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(`Promise.allSettled(document.getAnimations()
    .filter((each) => each.effect?.getComputedTiming().endTime !== Infinity).map((each) => each.finished))`);
  await page.evaluate(AXE);
  return page.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(RULES)} }).then(({ violations }) =>
      violations.flatMap((rule) => rule.nodes.map((node) => rule.id + ' ' + node.target.join(' '))))`,
  ) as Promise<string[]>;
}

export interface Picture {
  readonly path: string;
  readonly width: number;
}

/** Keeps pictures of the screen at 1440 and 390 pixels in `SCREENSHOTS_DIR`, for people to look at. */
export async function takePictures(page: Page, name: string): Promise<readonly Picture[]> {
  mkdirSync(SHOTS, { recursive: true });
  const before = page.viewport();
  const pictures: Picture[] = [];
  for (const width of [1440, 390]) {
    const path = join(SHOTS, `${name}-${width}.png`) as `${string}.png`;
    await page.setViewport({ width, height: width === 390 ? 844 : 900 });
    await page.screenshot({ path });
    pictures.push({ path, width });
  }
  await page.setViewport(before);
  return pictures;
}

export async function signIn(staff: StaffPage, login: string): Promise<void> {
  await staff.write('Nama pengguna', login);
  await staff.write('Kata sandi', GOOD_PASSWORD);
  await staff.press('Enter');
  await staff.sees('Kotak masuk', '.rail');
}
