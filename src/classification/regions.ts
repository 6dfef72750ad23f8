import { existsSync, readFileSync } from 'node:fs';
import { AppError } from '../core/errors.js';
import { readCsv } from './csv.js';
import { createRespell, createRespellTwice } from './spelling.js';
import { type Token, tokenize } from './tokenize.js';

/** A district or village of the tenant that a text names. */
export interface FoundRegion {
  /** As Kemendagri numbers it, without points: 6 digits a district, 10 a village. */
  readonly code: string;
  /** "Keputih, Sukolilo" */
  readonly name: string;
  /** False where the spelling was mended or several regions have that name: to be confirmed. */
  readonly isSure: boolean;
}

export type FindRegion = (text: string) => FoundRegion | undefined;

interface Region {
  readonly code: string;
  readonly name: string;
  readonly parent: Region | undefined;
}

const COLUMNS = ['code', 'parent', 'name'] as const;
const CODE = /^\d{2}(?:\.?\d{2}(?:\.?\d{2}(?:\.?\d{4})?)?)?$/;
const DISTRICT_DIGITS = 6;
const VILLAGE_DIGITS = 10;
const MAX_NAME_WORDS = 3;
const MIN_NAME_CHARS = 4;
/** A name after one of these is a region's, even when it is misspelt. */
const CUES: ReadonlySet<string> = new Set(
  'kel kelurahan desa ds kec kecamatan kampung kp wilayah daerah nagari'.split(' '),
);
/** A name after one of these is a street's or a building's. */
const OTHERS: ReadonlySet<string> = new Set(
  'jl jln jalan gang gg pasar sd sdn smp smpn sma sman smk rs rsud masjid terminal stasiun toko pabrik hotel'.split(
    ' ',
  ),
);
/** In a text this short the place is all that is told. */
const SHORT_TOKENS = 6;
/** Looking for a name with two slips goes through many names: no text may ask for it more often. */
const MAX_TWICE_SLIPPED = 8;
const MAX_CHARS_READ = 4_000;

/**
 * Reads the regions of a tenant, if there are any. Whoever names no file may do without.
 *
 * @throws {AppError} `flow.invalid` naming file, row and mend
 */
export function loadRegions(file: string, isRequired: boolean): FindRegion {
  if (!existsSync(file)) {
    if (!isRequired) return () => undefined;
    throw new AppError('flow.invalid', `${file}: the file of regions is missing; put it there or unset REGIONS_CSV`, {
      file,
    });
  }
  try {
    return readRegions(readFileSync(file, 'utf8'));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError('flow.invalid', `${file}: ${error.message}`, { file, ...error.details });
  }
}

/**
 * Reads regions from a CSV file with the columns code, parent and name, each region after its parent.
 *
 * @throws {AppError} `request.invalid` naming the row and what to change
 */
export function readRegions(content: string): FindRegion {
  const regions = new Map<string, Region>();
  for (const [index, record] of readCsv(content, COLUMNS).entries()) {
    const row = index + 2;
    const [given = '', parentCode = '', name = ''] = COLUMNS.map((column) => record.get(column)?.trim() ?? '');
    const code = given.replaceAll('.', '');
    if (!CODE.test(given)) throw bad(row, `has the code "${given.slice(0, 20)}"; write 2, 4, 6 or 10 digits`);
    if (name === '') throw bad(row, 'has no name; write it or remove the row');
    if (regions.has(code)) throw bad(row, `has the code ${code} a second time; remove one of them`);
    const parent = regions.get(parentCode.replaceAll('.', ''));
    if (parentCode !== '' && parent === undefined) {
      throw bad(row, `has the parent ${parentCode.slice(0, 20)}, which no row before it is; put that row first`);
    }
    regions.set(code, { code, name: shownName(name), parent });
  }
  return finderOf([...regions.values()].filter(({ code }) => code.length >= DISTRICT_DIGITS));
}

function bad(row: number, mend: string): AppError {
  return new AppError('request.invalid', `row ${row} ${mend}`, { row });
}

/** Lists often write names in capitals. */
function shownName(name: string): string {
  if (name !== name.toUpperCase()) return name;
  return name.toLowerCase().replace(/(^|[\s-])\p{L}/gu, (first) => first.toUpperCase());
}

function finderOf(regions: readonly Region[]): FindRegion {
  const byName = new Map<string, Region[]>();
  for (const region of regions) {
    const key = keyOf(tokenize(region.name));
    byName.set(key, [...(byName.get(key) ?? []), region]);
  }
  const respellOnce = createRespell(byName.keys());
  const respellTwice = createRespellTwice(byName.keys());

  return (text) => {
    let left = MAX_TWICE_SLIPPED;
    const mends: readonly Mend[] = [respellOnce, (name) => (left-- > 0 ? respellTwice(name) : undefined)];
    const tokens = tokenize(text.slice(0, MAX_CHARS_READ));
    const named: { readonly region: Region; readonly isSure: boolean }[] = [];
    for (let at = 0; at < tokens.length; at += 1) {
      const found = nameAt(tokens, at, byName, mends);
      if (found === undefined) continue;
      for (const region of found.regions) named.push({ region, isSure: found.isSure });
      at += found.words - 1;
    }
    return bestOf(named);
  };
}

type Mend = (name: string) => string | undefined;

/** The longest name of a region that begins here: as it is spelt, else mended, by the surest mend first. */
function nameAt(
  tokens: readonly Token[],
  at: number,
  byName: ReadonlyMap<string, readonly Region[]>,
  mends: readonly Mend[],
): { readonly regions: readonly Region[]; readonly words: number; readonly isSure: boolean } | undefined {
  const before = tokens[at - 1]?.word ?? '';
  if (OTHERS.has(before)) return undefined;
  const isCued = CUES.has(before) || tokens.length <= SHORT_TOKENS;
  for (const mend of [undefined, ...(isCued ? mends : [])]) {
    for (let words = Math.min(MAX_NAME_WORDS, tokens.length - at); words >= 1; words -= 1) {
      const key = keyOf(tokens.slice(at, at + words));
      if (key.length < MIN_NAME_CHARS) continue;
      const regions = byName.get(mend === undefined ? key : (mend(key) ?? ''));
      if (regions !== undefined) return { regions, words, isSure: mend === undefined };
    }
  }
  return undefined;
}

/** A village whose district is named as well, else a village, else a district; of several with one name the first. */
function bestOf(named: readonly { readonly region: Region; readonly isSure: boolean }[]): FoundRegion | undefined {
  const codes = new Set(named.map(({ region }) => region.code));
  const within = named.find(({ region }) => isVillage(region) && region.parent && codes.has(region.parent.code));
  const best = within ?? named.find(({ region }) => isVillage(region)) ?? named[0];
  if (best === undefined) return undefined;
  const { region, isSure } = best;
  const namesakes = named.filter(
    (each) => each.region.name === region.name && each.region.code.length === region.code.length,
  );
  const name = region.parent && isVillage(region) ? `${region.name}, ${region.parent.name}` : region.name;
  return { code: region.code, name, isSure: isSure && (within !== undefined || namesakes.length === 1) };
}

function isVillage({ code }: Region): boolean {
  return code.length === VILLAGE_DIGITS;
}

/** "Karang Rejo" and "Karangrejo" are written either way. */
function keyOf(tokens: readonly Token[]): string {
  return tokens.map(({ word }) => word).join('');
}
