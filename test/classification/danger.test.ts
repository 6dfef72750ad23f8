import { expect } from 'chai';
import { classifyShipped as classify, findDangerShipped, shippedCategories } from './classifier.js';

describe('danger', () => {
  const acute: readonly (readonly [string, string])[] = [
    ['fire', 'tolong ada kebakaran di pasar'],
    ['fire', 'omahe tonggoku kobongan pak'],
    ['fire', 'rumah sebelah kebakar'],
    ['fire', 'aya kahuruan di lembur abdi'],
    ['medical', 'bapak saya pingsan tidak sadarkan diri'],
    ['accident', 'ada kecelakaan motor di depan polsek, korban tergeletak'],
    ['accident', 'pohon tumbang menimpa mobil'],
    ['crime', 'ada maling masuk rumah, sekarang'],
    ['rescue', 'anak tenggelam di sungai'],
    ['rescue', 'kami tidak bisa keluar, terjebak banjir'],
    ['disaster', 'tebing longsor menimpa rumah warga'],
    ['electrocution', 'kabel PLN putus jatuh ke jalan'],
    ['violence', 'saya sering dipukul suami'],
    ['violence', 'anak itu dipukuli bapaknya tiap hari'],
    ['violence', 'tetangga memukuli istrinya sekarang'],
    ['violence', 'bojoku ngantemi aku terus'],
    ['violence', 'saya diancam suami pakai pisau'],
    ['violence', 'istri tetangga disiksa suaminya tiap malam'],
    ['fire', 'ada asap hitam dan api dari lantai dua'],
    ['crime', 'ada orang mengancam pakai golok di warung'],
    ['rescue', 'perahu nelayan terbalik, ada yang belum ketemu'],
    ['medical', 'motor jatuh di tanjakan, orangnya tidak bergerak'],
    ['accident', 'truk menabrak warung, ada korban'],
    ['self_harm', 'adik saya mau loncat dari gedung'],
    ['self_harm', 'saya ingin mati saja'],
    ['animal', 'ada ular di kamar'],
    ['medical', 'tolong bisa kirim ambulans, bapak saya pingsan'],
    ['accident', 'tadi pagi terjadi kecelakaan, ada korban'],
    ['fire', 'bahaya! ada kebakaran di gudang'],
    ['fire', 'api udah nyamber ke rumah sebelah tolong bang'],
    ['fire', 'ada kebakarn di jl mawar cepetan'],
    ['fire', 'warung bakso keobong gas e mbledos'],
    ['medical', 'kakinya dipatok ula, wis abuh'],
    ['medical', 'bapak dadanya sakit ga bisa napas'],
    ['accident', 'motor nabrak truk, kakinya putus'],
    ['accident', 'aya nu katabrak angkot payuneun pasar'],
    ['crime', 'ado urang marampok toko'],
    ['crime', 'geng motor bacok orang di simpang'],
    ['violence', 'laki gua gebukin gua terus'],
    ['violence', 'mama dipukul papa terus sampe berdarah'],
    ['self_harm', 'aku kepengin modar wae'],
    ['self_harm', 'hoyong paeh we'],
    ['rescue', 'kami kejebak di atap, air udah seleher'],
    ['rescue', 'pendaki hilang di gunung lawu dari kemarin'],
    ['disaster', 'angin lisus nyapu genteng genteng sak kampung'],
    ['animal', 'monyet ngamuk gigit warga'],
    ['violence', 'kakak kelas melecehkan adik saya di sekolah'],
    ['fire', 'bis terbakar di terminal'],
    ['medical', 'nenek jatuh di kamar mandi ga bangun bangun'],
    ['crime', 'rumah saya lagi dibobol maling'],
    ['rescue', 'urang kabawa arus walungan'],
    ['self_harm', 'aku capek banget hidup pengen akhiri aja'],
  ];
  for (const [danger, text] of acute) {
    it(`hears ${danger} in "${text}" and calls it an emergency`, () => {
      const result = classify(text);
      expect(result.danger).to.equal(danger);
      expect(result.urgency).to.equal('darurat');
      expect(result.kind).to.equal('pengaduan');
    });
  }

  const harmless: readonly string[] = [
    'mati lampu dari tadi pagi',
    'jangan sampai kebakaran jenggot',
    'tetangga bakar sampah setiap sore',
    'mobil pemadam kebakaran parkir sembarangan',
    'rawan kecelakaan karena jalan berlubang',
    'tidak ada kebakaran',
    'antrean mengular di samsat',
    'stasiun kereta api kotor',
    'terjebak macet dua jam',
    'kabel wifi putus',
    'sinyal internet sekarat',
    'ibu saya pingsan antre sembako minggu lalu',
    'kecelakaan sering terjadi di tikungan ini',
    'kompor meledak tahun lalu, bantuan belum turun',
    'takut anak saya tertabrak, minta zebra cross',
    'warga tenggelam dalam utang rentenir',
    'tagihan air meledak',
    'bau sampah bikin sesak nafas',
    'stok obat serangan jantung kosong di apotek',
    'sopir angkot ngerem mendadak',
    'ruang tunggu puskesmas panas',
    'macet parah di klender',
    'air pam keruh bau karat',
    'pabrik buang limbah beracun',
    'setrum pareum ti isuk',
    'kecelakaan kerja tidak ditanggung bpjs',
    'jadwal sosialisasi kdrt kapan',
    'dikhawatirkan terjadi kecelakaan',
    'tiang listrik miring, takut roboh',
    'kalau ada kebakaran mobil pemadam tidak bisa masuk',
    'banyak warga kena demam berdarah',
    'warung ayam bakar buang limbah',
    'saya tidak menyadari tagihan naik',
    'bersihkan sisa kebakaran',
    'suami saya datang pukul 10, loket tutup',
    'antrean dari pagi tidak bergerak sama sekali',
    'pak RT memukul warga waktu rapat',
  ];
  for (const text of harmless) {
    it(`stays calm at "${text}"`, () => {
      expect(classify(text)).to.not.have.property('danger');
    });
  }

  it('is found alone as it is with all the rest', () => {
    for (const text of [...acute.map(([, each]) => each), ...shippedCategories.training.map((line) => line.text)]) {
      const alone = findDangerShipped(text);
      expect(alone, text).to.equal(classify(text).danger);
    }
  });

  it('calls what is feared more than ordinary', () => {
    expect(classify('jalan berlubang rawan kecelakaan').urgency).to.equal('tinggi');
    expect(classify('jalan berlubang').urgency).to.equal('biasa');
  });

  it('names the danger’s own words first', () => {
    expect(classify('Rumah tetangga KEBAKARAN').evidence[0]).to.match(/KEBAKARAN/);
  });

  it('lets the gravest danger lead, which stands first in the file', () => {
    expect(classify('ada ular, bapak saya pingsan digigit').danger).to.equal('medical');
  });

  it('gives 112 and only numbers that were verified', () => {
    const verified = ['112', '110', '113', '115', '118', '119', '123', '129'];
    for (const { numbers } of shippedCategories.dangers.values()) {
      expect(numbers[0]).to.equal('112');
      expect(verified).to.include.members([...numbers]);
    }
  });
});
