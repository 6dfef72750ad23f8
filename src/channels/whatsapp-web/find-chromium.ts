import { accessSync, constants } from 'node:fs';
import { AppError } from '../../core/errors.js';

const USUAL_PATHS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
];

/** Where a Chromium is: the one named, else one in a usual place; undefined when there is none. */
export function findChromium(named?: string): string | undefined {
  return (named === undefined ? USUAL_PATHS : [named]).find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** @throws {AppError} `config.invalid` saying how to get one */
export function requireChromium(named?: string): string {
  const found = findChromium(named);
  if (found !== undefined) return found;
  throw new AppError(
    'config.invalid',
    named === undefined
      ? 'WHATSAPP_WEB needs a Chromium, and none was found. Install one (apt-get install chromium), or set CHROMIUM_PATH'
      : 'CHROMIUM_PATH names no program that can be run. Correct it, or install one (apt-get install chromium)',
  );
}
