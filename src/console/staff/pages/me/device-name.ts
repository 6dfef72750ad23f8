import { fill } from '../../texts/texts.js';

/** What a browser calls itself in, the more particular first: Edge and Opera say Chrome too, and Chrome says Safari. */
const BROWSERS = [
  ['Edg', 'Edge'],
  ['OPR', 'Opera'],
  ['SamsungBrowser', 'Samsung Internet'],
  ['Firefox', 'Firefox'],
  ['Chrome', 'Chrome'],
  ['Safari', 'Safari'],
] as const;
const SYSTEMS = [
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Windows', 'Windows'],
  ['Mac OS', 'Mac'],
  ['Linux', 'Linux'],
] as const;

/**
 * A name by which people know their own device.
 *
 * @param pattern with `{browser}` and `{system}`
 * @returns what the browser said of itself where it names neither
 */
export function deviceName(userAgent: string, pattern: string): string {
  const browser = BROWSERS.find(([sign]) => userAgent.includes(`${sign}/`) || userAgent.includes(`Headless${sign}`));
  const system = SYSTEMS.find(([sign]) => userAgent.includes(sign));
  if (browser && system) return fill(pattern, { browser: browser[1], system: system[1] });
  return userAgent || '–';
}
