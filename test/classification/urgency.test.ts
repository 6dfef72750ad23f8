import { expect } from 'chai';
import { classifyShipped as classify } from './classifier.js';

describe('urgency', () => {
  const urgent: readonly (readonly [string, string])[] = [
    ['lubang dalam membahayakan pengendara', 'membahayakan'],
    ['nenek jompo sakit parah belum dapat bantuan', 'jompo'],
    ['sumur kering, 200 warga tidak ada air bersih sudah 3 bulan', '200 warga'],
    ['lampu mati 1 bulan, ibu hamil jatuh', '1 bulan'],
  ];
  for (const [text, because] of urgent) {
    it(`finds "${text}" urgent for "${because}"`, () => {
      const result = classify(text);
      expect(result.urgency).to.equal('tinggi');
      expect(result.urgentWords).to.include(because);
    });
  }

  const ordinary: readonly string[] = [
    'mohon segera diperbaiki lampu jalan mati',
    'lampu di RT 20 RW 3 mati',
    'sudah 2 hari sampah tidak diangkut',
    'jukir minta 5 ribu, segera ditertibkan',
    'warga was was lewat gang gelap',
    'KTP saya belum jadi sejak tahun 2019',
    'bayi saya belum punya akta, mohon dijawab dalam 14 hari kerja',
  ];
  for (const text of ordinary) {
    it(`finds "${text}" ordinary, and quotes nothing`, () => {
      const result = classify(text);
      expect(result.urgency).to.equal('biasa');
      expect(result).to.not.have.property('urgentWords');
    });
  }
});

describe('matters', () => {
  const several: readonly (readonly [string, readonly string[]])[] = [
    ['jalan depan pasar rusak dan lampu jalan mati', ['jalan', 'lampu_jalan']],
    ['1. got mampet\n2. sampah tidak diangkut\n3. parkir liar', ['banjir_drainase', 'sampah', 'parkir']],
    ['ktp saya belum jadi, selain itu puskesmas tutup terus', ['kependudukan', 'kesehatan']],
  ];
  for (const [text, matters] of several) {
    it(`tells ${matters.length} matters apart in "${text.replaceAll('\n', ' ')}"`, () => {
      expect(classify(text).matters).to.deep.equal(matters);
    });
  }

  const single: readonly string[] = [
    'lampu jalan mati di Jl. Mawar dan Jl. Melati',
    'sampah menyumbat selokan sehingga banjir',
    'pohon menutupi lampu jalan',
    'jalan rusak dan berlubang',
  ];
  for (const text of single) {
    it(`takes "${text}" for one`, () => {
      expect(classify(text)).to.not.have.property('matters');
    });
  }
});
