import { expect } from 'chai';
import fc from 'fast-check';
import { createExtract } from '../../src/classification/extract.js';

const TODAY = '2026-08-05';
const extract = createExtract();
const place = (text: string): string | undefined => extract(text, TODAY).place?.text;
const time = (text: string): readonly (string | undefined)[] => {
  const found = extract(text, TODAY).time;
  return [found?.text, found?.fromOn];
};

describe('place', () => {
  const found: readonly (readonly [string, string])[] = [
    ['lampu jalan mati di Jl. Mawar RT 03 sejak seminggu', 'Jl. Mawar RT 03'],
    ['got mampet di gang mawar rt 2 rw 3 kel sukun kec. lowokwaru', 'gang mawar rt 2 rw 3 kel sukun kec. lowokwaru'],
    ['pju mati jl tengger 1 rt.001/rw.02 tolong', 'jl tengger 1 rt.001/rw.02'],
    ['LAMPU MATI DI JALAN MELATI RT.05/RW.02', 'JALAN MELATI RT.05/RW.02'],
    ['jalan rusak di depan pasar', 'depan pasar'],
    ['lubang dekat SDN 2 Kaliwates sudah lama', 'dekat SDN 2 Kaliwates'],
    ['sampah di seberang masjid Al Ikhlas', 'seberang masjid Al Ikhlas'],
    ['dalan rusak ing desa Karanganyar wis telung dina', 'desa Karanganyar'],
    ['macet di Jalan Raya Darmo setiap pagi', 'Jalan Raya Darmo'],
    ['banjir di Wonokromo', 'Wonokromo'],
    ['mati lampu di perumahan griya asri blok c2 no 5', 'perumahan griya asri blok c2 no 5'],
    ['jalan kalijudan 3 macet', 'jalan kalijudan 3'],
    ['Lubang di Jl. kembang kuning, tolong Pak', 'Jl. kembang kuning'],
    ['ada lubang di kelurahan sememi yang dalam', 'kelurahan sememi'],
    ['sampah menumpuk di Jalan Kenanga. Baunya sampai Pasar', 'Jalan Kenanga'],
    ['POHON TUMBANG DI JALAN MAWAR KARENA HUJAN', 'JALAN MAWAR'],
    ['Lampu mati di RT 03 RW 05 Kel. Sukun Kec. Lowokwaru', 'RT 03 RW 05 Kel. Sukun Kec. Lowokwaru'],
    ['jalan di Jl. Melati RT 02/05 Kel. Sukamaju berlubang besar', 'Jl. Melati RT 02/05 Kel. Sukamaju'],
    ['taman lansia lampunya mati', 'taman lansia'],
    ['lampu merah perempatan condong catur mati', 'perempatan condong catur'],
    ['sampah di sebelah masjid al ikhlas belum diangkut', 'sebelah masjid al ikhlas'],
    ['dalan bolong neng ngarep balai desa', 'ngarep balai desa'],
  ];
  for (const [text, expected] of found) {
    it(`reads "${expected}" in "${text}"`, () => {
      expect(place(text)).to.equal(expected);
    });
  }

  const none: readonly string[] = [
    'jalan rusak parah',
    'jalan raya rusak',
    'jalan utama ambles',
    'depan rumah saya ada lubang',
    'lampu jalan mati',
    'Saya Yeni mau lapor',
    'halo',
    'Di mana saya bisa urus KTP',
    'RT 03 RW 05',
    'saya warga Kecamatan Sukun',
    'jalan di Kota Malang banyak lubang',
    'saya tinggal di Surabaya, KTP belum jadi',
    'depan toko ada lubang',
    'data saya hilang di Aplikasi',
    'tolong dibuatkan taman bermain anak',
    'sesuai Permen PU No.5 Tahun 2016',
    'berita simpang siur soal bantuan',
    'banyak perempatan tanpa lampu',
  ];
  for (const text of none) {
    it(`finds none in "${text}"`, () => {
      expect(place(text)).to.equal(undefined);
    });
  }

  it('takes coordinates in Indonesia, alone, in a link and beside an address', () => {
    expect(extract('-7.2575, 112.7521', TODAY).place).to.deep.equal({
      text: '-7.2575, 112.7521',
      latitude: -7.2575,
      longitude: 112.7521,
    });
    expect(extract('https://www.google.com/maps/@-7.2575,112.7521,17z lubang', TODAY).place).to.deep.equal({
      text: 'https://www.google.com/maps/@-7.2575,112.7521,17z',
      latitude: -7.2575,
      longitude: 112.7521,
    });
    expect(extract('https://maps.google.com/maps?q=-7.2575%2C112.7521&z=17', TODAY).place?.longitude).to.equal(
      112.7521,
    );
    expect(extract('Jl. Mawar -7.2575,112.7521', TODAY).place?.latitude).to.equal(-7.2575);
  });

  it('takes a short map link as it is, and no coordinates elsewhere in the world', () => {
    expect(place('lubang https://maps.app.goo.gl/abcDEF')).to.equal('https://maps.app.goo.gl/abcDEF');
    expect(place('48.8584, 02.2945')).to.equal(undefined);
  });
});

describe('time', () => {
  const found: readonly (readonly [string, string, string | undefined])[] = [
    ['mati sejak seminggu', 'sejak seminggu', '2026-07-29'],
    ['sudah 3 hari', 'sudah 3 hari', '2026-08-02'],
    ['numpuk sejak 2 minggu yang lalu', 'sejak 2 minggu yang lalu', '2026-07-22'],
    ['sdh hampir dua bulan belum jadi', 'sdh hampir dua bulan', '2026-06-05'],
    ['kemarin sore roboh', 'kemarin sore', '2026-08-04'],
    ['tadi malam mati', 'tadi malam', '2026-08-04'],
    ['pagi ini banjir', 'pagi ini', '2026-08-05'],
    ['wingi bengi', 'wingi bengi', '2026-08-04'],
    ['ket taun wingi ora ana banyu', 'ket taun wingi', '2025-08-05'],
    ['wis telung dina', 'wis telung dina', '2026-08-02'],
    ['ti kamari caina pareum', 'ti kamari', '2026-08-04'],
    ['tgl 3/11 roboh', 'tgl 3/11', '2025-11-03'],
    ['tanggal 5 kemarin', 'tanggal 5', '2026-08-05'],
    ['padam sejak 17/03/2022', 'sejak 17/03/2022', '2022-03-17'],
    ['pada 3 November 2025', '3 November 2025', '2025-11-03'],
    ['sejak hari senin', 'sejak hari senin', '2026-08-03'],
    ['minggu lalu', 'minggu lalu', '2026-07-29'],
    ['rusak sejak tahun 2019', 'sejak tahun 2019', '2019-01-01'],
    ['rusak bertahun-tahun', 'bertahun-tahun', undefined],
    ['banjir setiap hujan', 'setiap hujan', undefined],
  ];
  for (const [text, words, fromOn] of found) {
    it(`reads "${words}" as ${fromOn ?? 'no day'}`, () => {
      expect(time(text)).to.deep.equal([words, fromOn]);
    });
  }

  const none: readonly string[] = [
    'mohon jawaban dalam 14 hari kerja',
    'jam 9 malam',
    'seminggu sekali',
    '5 hari',
    'tgl 32',
    'rt 3/11',
  ];
  for (const text of none) {
    it(`finds none in "${text}"`, () => {
      expect(time(text)).to.deep.equal([undefined, undefined]);
    });
  }

  it('never names a day to come, and always a real one', () => {
    const pieces = fc.constantFrom(
      'sejak',
      'sudah',
      '31',
      '2',
      '12',
      '/',
      ' ',
      'februari',
      'tahun',
      'tgl',
      '2099',
      'bulan',
      'lalu',
      'hari',
      'senin',
      'kemarin',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 8 }), (words) => {
        const fromOn = extract(words.join(' '), TODAY).time?.fromOn;
        if (fromOn === undefined) return;
        expect(fromOn <= TODAY).to.equal(true);
        expect(new Date(`${fromOn}T00:00:00Z`).toISOString().slice(0, 10)).to.equal(fromOn);
      }),
    );
  });

  it('says what was found in the citizen’s own words, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const { place: where, time: when } = extract(`${text} Jl. Mawar kemarin`, TODAY);
        for (const found of [where, when]) {
          if (found !== undefined) expect(`${text} Jl. Mawar kemarin`.replace(/\s+/g, ' ')).to.contain(found.text);
        }
      }),
    );
  });
});
