export type Lang = 'id' | 'en';

const id = {
  subtitle: 'Layanan pengaduan warga',
  emergency: 'Bukan untuk keadaan darurat.',
  emergencyCall: 'Telepon 112',
  otherLanguage: 'English',
  more: 'Lainnya',
  forget: 'Hapus percakapan dari perangkat ini',
  forgetSure:
    'Percakapan ini tidak bisa dibuka lagi dari perangkat ini. Laporan yang sudah terkirim tetap diproses; simpan nomor dan kodenya. Hapus?',
  welcomeTitle: 'Ada yang perlu diperbaiki di sekitar Anda?',
  welcomeText:
    'Tulis saja dengan kata-kata sendiri: apa yang terjadi, di mana, dan sejak kapan. Kami catat dan teruskan ke petugas yang berwenang.',
  welcomeNote: 'Tanpa akun. Percakapan bisa dibuka lagi dari perangkat ini.',
  examples: 'Misalnya:',
  exampleLamp: 'Lampu jalan mati',
  exampleRoad: 'Jalan berlubang',
  exampleWaste: 'Sampah belum diangkut',
  exampleStatus: 'Cek status laporan',
  exampleLampText: 'Lampu jalan mati di ',
  exampleRoadText: 'Jalan berlubang di ',
  exampleWasteText: 'Sampah belum diangkut di ',
  log: 'Percakapan',
  loading: 'Membuka percakapan…',
  you: 'Anda',
  staff: 'Petugas',
  today: 'Hari ini',
  yesterday: 'Kemarin',
  placeholder: 'Tulis pesan',
  send: 'Kirim',
  attach: 'Lampirkan foto atau berkas',
  shareLocation: 'Bagikan lokasi saya',
  takePhoto: 'Pilih foto',
  remove: 'Hapus',
  preparing: 'Menyiapkan foto…',
  locating: 'Mencari lokasi…',
  location: 'Lokasi saya',
  locationDenied:
    'Lokasi tidak bisa dibaca. Nyalakan lokasi (GPS) dan izinkan untuk halaman ini, atau tulis saja alamatnya.',
  waiting: 'Menunggu jaringan',
  sending: 'Mengirim…',
  sent: 'Terkirim',
  typing: 'Sedang menyiapkan jawaban',
  offline: 'Tidak ada jaringan. Tulisan Anda aman di sini dan dikirim sendiri begitu tersambung.',
  newMessages: 'Pesan baru',
  image: 'Foto',
  audio: 'Suara',
  video: 'Video',
  document: 'Dokumen',
  photoGone: 'Foto tidak bisa ditampilkan',
  tooMany: 'Paling banyak 10 berkas dalam satu pesan. Kirim sisanya dalam pesan berikut.',
  tooLong: 'Pesan terlalu panjang. Bagi menjadi beberapa pesan.',
  'file.too_large': 'Berkas lebih dari 20 MB. Pilih yang lebih kecil, atau kirim fotonya saja.',
  'file.unsupported_type': 'Jenis berkas ini tidak bisa diterima. Kirim foto, video, suara, atau PDF.',
  'file.quota_exceeded': 'Batas kiriman hari ini (100 MB) sudah tercapai. Kirim berkas ini besok.',
  'file.lost': 'Berkas ini tidak tersimpan lagi di perangkat. Pilih berkasnya sekali lagi.',
  'request.too_large': 'Pesan terlalu panjang. Bagi menjadi beberapa pesan.',
  refused: 'Pesan ini tidak bisa diterima. Salin teksnya lalu coba tulis ulang.',
  sendWithout: 'Kirim tanpa berkas',
  receiptTitle: 'Tanda terima laporan',
  receiptNumber: 'Nomor laporan',
  receiptCode: 'Kode rahasia',
  receiptWarning:
    'Simpan nomor dan kode ini. Siapa pun yang memegang keduanya bisa melihat laporan Anda, jadi jangan dibagikan.',
  copy: 'Salin',
  copied: 'Tersalin',
  copyFailed: 'Tidak bisa menyalin. Catat atau foto layarnya.',
  print: 'Cetak',
} as const;

export type TextKey = keyof typeof id;
export type Texts = Readonly<Record<TextKey, string>>;

const en: Texts = {
  subtitle: 'Public complaints service',
  emergency: 'Not for emergencies.',
  emergencyCall: 'Call 112',
  otherLanguage: 'Bahasa Indonesia',
  more: 'More',
  forget: 'Remove this chat from this device',
  forgetSure:
    'This chat can not be opened again from this device. Reports already sent are still handled; keep their number and code. Remove it?',
  welcomeTitle: 'Does something near you need fixing?',
  welcomeText:
    'Just write it in your own words: what happened, where, and since when. We record it and pass it to the office in charge.',
  welcomeNote: 'No account needed. You can come back to this chat from this device.',
  examples: 'For example:',
  exampleLamp: 'Street light is out',
  exampleRoad: 'Potholes in the road',
  exampleWaste: 'Waste not collected',
  exampleStatus: 'Check my report',
  exampleLampText: 'Lampu jalan mati di ',
  exampleRoadText: 'Jalan berlubang di ',
  exampleWasteText: 'Sampah belum diangkut di ',
  log: 'Chat',
  loading: 'Opening the chat…',
  you: 'You',
  staff: 'Staff',
  today: 'Today',
  yesterday: 'Yesterday',
  placeholder: 'Write a message',
  send: 'Send',
  attach: 'Attach a photo or file',
  shareLocation: 'Share my location',
  takePhoto: 'Choose a photo',
  remove: 'Remove',
  preparing: 'Preparing the photo…',
  locating: 'Finding your location…',
  location: 'My location',
  locationDenied:
    'Your location can not be read. Turn location on and allow it for this page, or just write the address.',
  waiting: 'Waiting for network',
  sending: 'Sending…',
  sent: 'Sent',
  typing: 'Preparing an answer',
  offline: 'No network. What you write is safe here and is sent by itself once you are connected.',
  newMessages: 'New messages',
  image: 'Photo',
  audio: 'Sound',
  video: 'Video',
  document: 'Document',
  photoGone: 'The photo can not be shown',
  tooMany: 'At most 10 files in one message. Send the rest in the next one.',
  tooLong: 'The message is too long. Split it into several.',
  'file.too_large': 'The file is over 20 MB. Choose a smaller one, or send just a photo.',
  'file.unsupported_type': 'This kind of file is not accepted. Send a photo, video, sound or PDF.',
  'file.quota_exceeded': 'The limit for today (100 MB) is reached. Send this file tomorrow.',
  'file.lost': 'This file is no longer kept on the device. Please choose it once more.',
  'request.too_large': 'The message is too long. Split it into several.',
  refused: 'This message can not be accepted. Copy its text and try writing it again.',
  sendWithout: 'Send without the file',
  receiptTitle: 'Receipt of your report',
  receiptNumber: 'Report number',
  receiptCode: 'Secret code',
  receiptWarning: 'Keep this number and code. Whoever has both can read your report, so do not share them.',
  copy: 'Copy',
  copied: 'Copied',
  copyFailed: 'Can not copy. Write it down or take a screenshot.',
  print: 'Print',
};

export const TEXTS: Readonly<Record<Lang, Texts>> = { id, en };

/** The text for an error code, or the general one. */
export function refusalText(texts: Texts, code: string): string {
  return Object.keys(texts).includes(code) ? texts[code as TextKey] : texts.refused;
}

/** Indonesian, unless the browser asks for English and not for Indonesian. */
export function preferredLang(languages: readonly string[]): Lang {
  const wanted = languages.map((each) => each.toLowerCase().slice(0, 2));
  return wanted.indexOf('id') < 0 && wanted[0] === 'en' ? 'en' : 'id';
}
