import { expect } from 'chai';
import fc from 'fast-check';
import { classifyShipped as classify, shippedCategories } from './classifier.js';

const best = (text: string): string | undefined => classify(text).candidates[0]?.category;

describe('classify', () => {
  const matters: readonly (readonly [string, string])[] = [
    ['jalan', 'jalan depan sekolah berlubang dalam, motor sering jatuh'],
    ['jalan', 'dalane rusak parah pak, jeglongan kabeh'],
    ['sampah', 'sampah numpuk 3 hari gak diangkut'],
    ['sampah', 'runtah numpuk di sisi jalan'],
    ['lampu_jalan', 'lampu jalan mati sejak seminggu'],
    ['lampu_jalan', 'PJU di gang kami padam'],
    ['pohon_taman', 'pohon besar miring mau roboh kena kabel'],
    ['kesehatan', 'dokter puskesmas datangnya siang terus'],
    ['bansos', 'saya tidak pernah dapat PKH padahal janda tidak mampu'],
    ['ketertiban_keamanan', 'tiap malam ada balap liar knalpot brong'],
    ['parkir', 'juru parkir liar minta 5rb tanpa karcis'],
    ['pendidikan', 'anak saya tidak diterima PPDB jalur zonasi'],
    ['banjir_drainase', 'got mampet, air meluap ke jalan tiap hujan'],
    ['ketenagakerjaan', 'gaji saya 3 bulan belum dibayar pabrik'],
    ['aparat_pelayanan', 'petugas loketnya jutek dan tidak ramah'],
    ['air_bersih', 'air pdam mati dari kemarin'],
    ['kependudukan', 'ktp saya belum jadi sudah 2 bulan'],
    ['transportasi_lalulintas', 'lampu merah perempatan mati bikin macet'],
    ['rt_rw_kelurahan', 'pak rt tidak mau tanda tangan surat pengantar'],
    ['perumahan_pertanahan', 'daftar rusunawa 4 tahun belum dapat unit'],
    ['perizinan', 'izin usaha saya lama tidak terbit'],
    ['telekomunikasi_digital', 'aplikasinya error tidak bisa login'],
    ['pajak_retribusi', 'tagihan PBB naik dua kali lipat'],
    ['lingkungan', 'pabrik buang limbah ke sungai'],
    ['ekonomi_umkm', 'gas melon 3 kg langka harganya 30 ribu'],
    ['kebencanaan_darurat', 'ada ular masuk rumah tolong'],
    ['listrik', 'listrik padam sejak subuh satu kampung'],
    ['pungli_korupsi', 'pegawai minta uang pelicin biar cepat'],
    ['perlindungan_perempuan_anak', 'tetangga sering memukuli anaknya'],
  ];
  for (const [category, text] of matters) {
    it(`reads ${category} in "${text}"`, () => {
      expect(best(text)).to.equal(category);
    });
  }

  it('offers at most three candidates, best first, with a confidence between 0 and 1', () => {
    const { candidates } = classify('jalan rusak, sampah menumpuk, lampu mati, banjir, parkir liar');
    const confidences = candidates.map(({ confidence }) => confidence);
    expect(candidates).to.have.lengthOf(3);
    expect(confidences).to.deep.equal([...confidences].sort((a, b) => b - a));
    expect(Math.min(...confidences)).to.be.greaterThan(0);
    expect(Math.max(...confidences)).to.be.at.most(1);
  });

  it('quotes the citizen’s own spelling as evidence', () => {
    expect(classify('DALANE rusak parah, Pak').evidence).to.include('DALANE rusak');
  });

  it('reads words through fullwidth letters, zero-width characters and drawn-out letters', () => {
    expect(best('ｓａｍｐａｈ menumpuk')).to.equal('sampah');
    expect(best('sam\u200bpah menumpuk')).to.equal('sampah');
    expect(best('saaaampah menumpuk')).to.equal('sampah');
  });

  it('quotes learned words where no rule decided', () => {
    const { candidates, evidence } = classify('kasur bekas dibuang orang di jembatan gantung');
    expect(candidates).to.not.be.empty;
    expect(evidence).to.not.be.empty;
  });

  it('guesses nothing rather than anything', () => {
    expect(classify('mau lapor dong').candidates).to.be.empty;
    expect(classify('saya bingung harus bagaimana lagi ini').candidates).to.be.empty;
  });

  it('isn’t moved by the names in an address', () => {
    expect(best('got mampet di Jl. Pasar Kembang RT 03 RW 05 Kel. Sawahan')).to.equal('banjir_drainase');
    expect(best('saya di Jl. Koperasi Unit, tagihannya naik')).to.not.equal('ekonomi_umkm');
    expect(best('saya selaku ketua RT 5 RW 2 melaporkan lampu jalan mati')).to.equal('lampu_jalan');
  });

  it('isn’t moved by one word repeated', () => {
    expect(best(`pohon tumbang menutup jalan ${'parkir '.repeat(50)}`)).to.equal('pohon_taman');
  });

  it('restricts violence and bribery, and nothing ordinary', () => {
    expect(classify('suami saya sering memukul saya').restricted).to.equal(true);
    expect(classify('lurah minta uang pelicin').restricted).to.equal(true);
    expect(classify('lampu jalan mati').restricted).to.equal(false);
    // a word of them inside of another one restricts nothing
    for (const text of ['pedagang jualan di trotoar', 'loket tutup pukul 10', 'iuran sudah saya setor ke bank']) {
      expect(classify(text).restricted, text).to.equal(false);
    }
    expect(classify('anak tetangga mau dijual ke luar negeri').restricted).to.equal(true);
    // also when another matter weighs more
    expect(best('KTP, KK dan akta saya lama sekali, katanya harus pakai uang pelicin')).to.equal('kependudukan');
    expect(classify('KTP, KK dan akta saya lama sekali, katanya harus pakai uang pelicin').restricted).to.equal(true);
  });

  it('knows only categories of the file, whatever it reads', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const { candidates } = classify(text);
        for (const { category } of candidates) expect(shippedCategories.categories.has(category)).to.equal(true);
      }),
    );
  });

  const baits: readonly (readonly [string, string])[] = [
    ['nothing', ''],
    ['an object’s own names', '__proto__ constructor toString hasOwnProperty'],
    ['10,000 characters of one word', 'a'.repeat(10_000)],
    ['50,000 characters of blanks and one letter', `${' '.repeat(49_999)}a`],
    ['4,096 emoji', '😡'.repeat(4_096)],
    ['stacked marks', `r${'\u0301'.repeat(3_000)}usak`],
    ['compatibility bombs', '\ufdfa'.repeat(3_000)],
    ['a lone surrogate', 'jalan \ud800 rusak'],
    ['nested brackets', '(((['.repeat(5_000)],
    ['markup', '<script>alert(1)</script>'.repeat(200)],
    ['another script', 'الشارع مكسور 道路坏了'],
    ['phrases that begin again and again', 'lampu jalan lampu '.repeat(3_000)],
  ];
  for (const [name, text] of baits) {
    it(`takes ${name} without harm`, () => {
      expect(classify(text).candidates.length).to.be.at.most(3);
    });
  }
});

describe('what is no report in a language that we read', () => {
  const noise: readonly (readonly [string, string])[] = [
    ['10,000 characters of one word', 'a'.repeat(10_000)],
    ['4,096 emoji', '😡'.repeat(4_096)],
    ['compatibility bombs', '\ufdfa'.repeat(3_000)],
    ['markup', '<div><p>&nbsp;</p><script>alert(1)</script></div>'.repeat(50)],
    ['links', 'https://contoh.id/a?b=jalan-rusak https://bit.ly/3xYzAbc http://x.co'],
    ['Arabic', 'الشارع أمام المنزل مكسور منذ أسبوع'],
    ['Chinese', '我家门前的路坏了很久没有人修'],
    ['numbers', '12345 67890 4567 000 99'],
  ];
  for (const [name, text] of noise) {
    it(`isn’t taken for a report: ${name}`, () => {
      expect(classify(text)).to.include({ kind: 'bukan_laporan', restricted: false });
    });
  }

  it('is read through mixed scripts all the same', () => {
    expect(best('jаlаn rυsаk 道路 depan pasar')).to.equal('jalan');
  });

  it('isn’t taken for a report: a copied news article', () => {
    const article =
      'JAKARTA - Menteri menyatakan pembangunan bandara baru dimulai tahun depan. Proyek itu menelan biaya 12 triliun ' +
      'rupiah. "Kami berharap masyarakat mendukung," ujarnya dalam jumpa pers. Baca juga: harga saham naik.';
    expect(classify(article).kind).to.equal('bukan_laporan');
  });

  it('is a complaint all the same when one’s own stands beside the news', () => {
    const report =
      'lapor pak, jalan ke pasar rusak parah. saya baca di detikcom katanya sudah dianggarkan, di tribunnews bupati juga ' +
      'menjanjikan dalam jumpa pers, kenyataannya sampai sekarang belum disentuh';
    expect(classify(report).kind).to.equal('pengaduan');
  });
});

describe('kind', () => {
  const kinds: readonly (readonly [string, string])[] = [
    ['bukan_laporan', 'halo'],
    ['bukan_laporan', 'Selamat pagi min'],
    ['bukan_laporan', 'terima kasih banyak ya'],
    ['bukan_laporan', 'wkwkwk lucu'],
    ['bukan_laporan', '👍👍'],
    ['bukan_laporan', 'asdfgh'],
    ['bukan_laporan', 'lampunya sudah nyala, terima kasih'],
    ['pengaduan', 'terima kasih, tapi lampunya mati lagi'],
    ['pengaduan', 'saya mau lapor'],
    ['pengaduan', 'lapor'],
    ['informasi', 'gimana cara ngurus KTP hilang?'],
    ['informasi', 'mau tanya syarat pindah domisili apa saja ya'],
    ['informasi', 'mohon info jadwal vaksin di puskesmas'],
    ['informasi', 'parkir di stasiun gratis?'],
    ['aspirasi', 'usul sebaiknya taman kota ditambah tempat duduk'],
    ['aspirasi', 'saran saya alangkah baiknya ada halte di dekat kampus'],
    ['pengaduan', 'selamat pagi, lampu jalan di gang kami mati'],
    ['pengaduan', 'jalan rusak'],
    ['pengaduan', 'kenapa KTP saya belum jadi padahal sudah 3 bulan'],
    ['pengaduan', 'kapan jalan ini diperbaiki, sudah setahun rusak'],
    ['pengaduan', 'gimana ini pak, lampunya mati terus'],
    ['pengaduan', 'saya disarankan petugas datang lagi besok, sampai sekarang KTP belum jadi'],
    ['pengaduan', 'mohon ditertibkan PKL di trotoar'],
    ['pengaduan', 'sekadar info, lampu di taman mati'],
    ['informasi', 'pencairan bansos tanggal berapa'],
    ['informasi', 'apakah anda tahu jam buka puskesmas'],
    ['aspirasi', 'mohon diadakan lomba kampung bersih'],
    ['aspirasi', 'andai ada jembatan penyeberangan di sini'],
    ['aspirasi', 'agar dibuatkan polisi tidur di depan sekolah'],
  ];
  for (const [kind, text] of kinds) {
    it(`takes "${text}" for ${kind}`, () => {
      expect(classify(text).kind).to.equal(kind);
    });
  }
});

describe('talk', () => {
  const talks: readonly (readonly [string, string])[] = [
    ['greeting', 'halo min'],
    ['thanks', 'sudah nyala lampunya, makasih'],
    ['joke', 'pantun dong min'],
    ['joke', 'kamu punya pacar?'],
    ['follow_up', 'laporan saya kemarin gimana kabarnya pak'],
    ['praise', 'pelayanannya bagus sekali, salut buat petugasnya'],
    ['spam', 'promo pinjaman cepat cair hub wa sekarang'],
    ['spam', 'jual tanah murah hubungi kami'],
    ['abuse', 'goblok kalian semua'],
    ['abuse', 'dasar anjing lu'],
  ];
  for (const [talk, text] of talks) {
    it(`hears ${talk} in "${text}"`, () => {
      expect(classify(text).talk).to.equal(talk);
    });
  }

  const reports = [
    'jalan rusak goblok, perbaiki dong',
    'laporan saya tentang lampu jalan mati di Jl. Mawar belum ditindak',
    'anjing liar banyak di kampung kami',
    'tanah saya dijual orang tanpa izin',
  ];
  for (const text of reports) {
    it(`takes "${text}" for a report all the same`, () => {
      const { kind, talk } = classify(text);
      expect([kind, talk]).to.deep.equal(['pengaduan', undefined]);
    });
  }
});
