import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { ConfigSchema, loadConfig } from '../src/config.js';
import { AppError } from '../src/core/errors.js';

const HEX = 'ab'.repeat(32);

describe('loadConfig', () => {
  it('needs nothing', () => {
    const config = loadConfig({});
    expect(config.HTTP_PORT).to.equal(8080);
    expect(config.DATA_DIR).to.match(/data$/);
  });

  it('takes empty values for unset, as in a copied example file', () => {
    expect(loadConfig({ MONGODB_URI: '', HTTP_PORT: '' }).HTTP_PORT).to.equal(8080);
  });

  it('names every wrong variable, and never a value', () => {
    const error = catchError(() =>
      loadConfig({ HTTP_PORT: 'eighty-eighty', MONGODB_URI: 'postgres://u:geheim123@x', ADDRESS_KEY: 'geheim123' }),
    );
    expect(error.code).to.equal('config.invalid');
    for (const name of ['HTTP_PORT', 'MONGODB_URI', 'ADDRESS_KEY']) expect(error.message).to.contain(name);
    expect(error.message).not.to.contain('geheim123').and.not.contain('eighty');
  });

  it('asks for all three keys once the database is elsewhere', () => {
    const error = catchError(() => loadConfig({ MONGODB_URI: 'mongodb://db/aduan', ADDRESS_KEY: HEX }));
    expect(error.message).to.contain('CONTENT_KEYS').and.contain('RECEIPT_KEY').and.not.contain('ADDRESS_KEY:');
  });

  it('is what .env.example lists, name for name', () => {
    const listed = readFileSync('.env.example', 'utf8')
      .split('\n')
      .flatMap((line) => /^([A-Z_]+)=/.exec(line)?.[1] ?? []);
    expect(listed.sort()).to.deep.equal(Object.keys(ConfigSchema.shape).sort());
  });

  it('reads the values of .env.example as they stand', () => {
    const lines = readFileSync('.env.example', 'utf8').split('\n');
    const env = Object.fromEntries(lines.flatMap((line) => (/^[A-Z_]+=/.test(line) ? [splitAt(line)] : [])));
    expect(loadConfig(env)).to.deep.equal(loadConfig({}));
  });
});

function splitAt(line: string): [string, string] {
  const at = line.indexOf('=');
  return [line.slice(0, at), line.slice(at + 1)];
}

function catchError(run: () => unknown): AppError {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
