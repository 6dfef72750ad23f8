import { existsSync } from 'node:fs';
import { type Browser, launch } from 'puppeteer-core';

const CHROMIUM = [process.env['CHROMIUM_PATH'], '/usr/bin/chromium'].find((path) => path && existsSync(path));
const QUIET = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--accept-lang=id-ID,id',
];

/**
 * A suite that needs a browser. Where there is none it is not registered, but for CI: there a missing browser fails.
 *
 * @param body gets a function that gives the running browser, to be called inside tests and hooks
 */
export function describeInBrowser(name: string, body: (browser: () => Browser) => void): void {
  if (!CHROMIUM) {
    if (process.env['CI'] === 'true') {
      describe(name, () => {
        it('has a Chromium to run in', () => {
          throw new Error('No Chromium at CHROMIUM_PATH or /usr/bin/chromium');
        });
      });
    }
    return;
  }
  describe(name, function () {
    this.timeout(60_000);
    let browser: Browser | undefined;

    before(async () => {
      // root has no sandbox to run it in
      const args = process.getuid?.() === 0 ? [...QUIET, '--no-sandbox'] : QUIET;
      browser = await launch({ executablePath: CHROMIUM, args });
    });
    after(() => browser?.close());

    body(() => {
      if (!browser) throw new Error('the browser runs only inside tests');
      return browser;
    });
  });
}
