import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { loadRegions, readRegions } from '../../src/classification/regions.js';

const CSV = `code,parent,name
35,,JAWA CONTOH
35.90,35,KOTA CONTOH
35.90.01,35.90,SUKOMULYO
35.90.01.1001,35.90.01,KEPUTIHAN
35.90.01.1002,35.90.01,Karang Rejo
35.90.02,35.90,Wonosari
35.90.02.1001,35.90.02,Karang Rejo
`;
const find = readRegions(CSV);

describe('regions', () => {
  const found: readonly (readonly [string, string, string, boolean])[] = [
    ['lampu mati di kel. Keputihan', '3590011001', 'Keputihan, Sukomulyo', true],
    ['KELURAHAN KEPUTIHAN KECAMATAN SUKOMULYO', '3590011001', 'Keputihan, Sukomulyo', true],
    ['kelurahan keputihan rt 2', '3590011001', 'Keputihan, Sukomulyo', true],
    ['kecamatan sukomulyo', '359001', 'Sukomulyo', true],
    ['desa Karangrejo kec Wonosari', '3590021001', 'Karang Rejo, Wonosari', true],
    ['desa karang rejo', '3590011002', 'Karang Rejo, Sukomulyo', false],
    ['kel keputian', '3590011001', 'Keputihan, Sukomulyo', false],
    ['kel kepuutian', '3590011001', 'Keputihan, Sukomulyo', false],
    ['kecamatan sukamulio', '359001', 'Sukomulyo', false],
    ['lampu mati di desa krangrejjo dekat balai rw', '3590011002', 'Karang Rejo, Sukomulyo', false],
    ['kec sukomulio rt 3', '359001', 'Sukomulyo', false],
  ];
  for (const [text, code, name, isSure] of found) {
    it(`finds ${name} in "${text}", ${isSure ? 'surely' : 'to be confirmed'}`, () => {
      expect(find(text)).to.deep.equal({ code, name, isSure });
    });
  }

  for (const text of [
    'Jl. Keputihan no 3',
    'SDN Wonosari rusak',
    'desa sukamaju dan kelurahan karanganyar',
    'jalan rusak di depan pasar',
    '',
    'sukomulio adalah kata yang agak panjang di sini',
  ]) {
    it(`finds none in "${text}"`, () => {
      expect(find(text)).to.equal(undefined);
    });
  }

  it('names one of the list, whatever is written', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('k', 'e', 'l', ' ', 'p', 'u', 't', 'i', 'h', 'a', 'n', 's', '.') }),
        (text) => {
          const region = find(text);
          if (region) expect(CSV.replaceAll('.', '')).to.include(region.code);
        },
      ),
    );
  });
});

describe('a file of regions', () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['code,name\n35,X\n', /no column "parent"; add it/],
    ['code,parent,name\n35,,X\n3x,35,Y\n', /row 3 has the code "3x"; write 2, 4, 6 or 10 digits/],
    ['code,parent,name\n35,,\n', /row 2 has no name; write it or remove the row/],
    ['code,parent,name\n35,,X\n35,,Y\n', /row 3 has the code 35 a second time/],
    ['code,parent,name\n3590,35,Y\n35,,X\n', /row 2 has the parent 35, which no row before it is; put that row first/],
  ];
  for (const [csv, mend] of wrong) {
    it(`with a mistake is refused: ${mend.source}`, () => {
      expect(() => readRegions(csv)).to.throw(mend);
    });
  }

  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'regions-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is named with the row in it, may be left out, but not when it was asked for', () => {
    const file = join(folder, 'regions.csv');
    expect(loadRegions(file, false)('kel keputihan')).to.equal(undefined);
    expect(() => loadRegions(file, true)).to.throw(/regions\.csv: the file of regions is missing/);
    writeFileSync(file, 'code,parent,name\n1,,X\n');
    expect(() => loadRegions(file, false)).to.throw(/regions\.csv: row 2 has the code "1"/);
  });
});
