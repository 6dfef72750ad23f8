import { expect } from 'chai';
import fc from 'fast-check';
import { maskPersonal } from '../../src/classification/mask.js';

describe('maskPersonal', () => {
  const masked: readonly (readonly [string, string])[] = [
    ['NIK 3578012345678901 ya', 'NIK [NIK] ya'],
    ['kk 3578 0123 4567 8901', 'kk [NIK]'],
    ['no 5 hp 081234567890', 'no 5 hp [TELP]'],
    ['+62 812-3456-7890', '[TELP]'],
    ['wa 0812 3456 7890 tahun 2023', 'wa [TELP] tahun 2023'],
    ['(031) 5312144', '[TELP]'],
    ['hp 08123456789 12 hari mati', 'hp [TELP] 12 hari mati'],
    ['surel siti.a@contoh.go.id, ya', 'surel [EMAIL], ya'],
  ];
  for (const [text, expected] of masked) {
    it(`hides what identifies a person in "${text}"`, () => {
      expect(maskPersonal(text)).to.equal(expected);
    });
  }

  const kept: readonly string[] = [
    'RT 03/RW 05 no 12',
    'Rp 1.500.000',
    'tgl 03-11-2025',
    '-7.2575, 112.7521',
    '0.7893, 113.9213',
    'LP-260805-0001',
    'telepon 112',
    '@dinas tolong',
  ];
  for (const text of kept) {
    it(`keeps "${text}"`, () => {
      expect(maskPersonal(text)).to.equal(text);
    });
  }

  it('leaves no NIK behind, whatever stands around it', () => {
    const around = fc.string({ unit: fc.constantFrom('a', ' ', '.', '(', 'é', '@'), maxLength: 20 });
    fc.assert(
      fc.property(around, around, (before, after) => {
        expect(maskPersonal(`${before}3578012345678901${after}`)).to.not.contain('3578012345678901');
      }),
    );
  });
});
