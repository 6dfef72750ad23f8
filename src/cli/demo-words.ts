/** What staff and citizens of the demo city say while a case is worked on, and in chats. Invented for this project. */

export const RESULTS: readonly string[] = [
  'Petugas lapangan sudah memperbaikinya tadi pagi. Terima kasih sudah melapor.',
  'Sudah kami tangani bersama petugas kelurahan, dan akan kami pantau seminggu ke depan.',
  'Perbaikan selesai dikerjakan. Kalau muncul lagi, balas pesan ini supaya kami kembali.',
  'Tim kami sudah membersihkan lokasi dan menambah jadwal pemeriksaan.',
  'Bagian yang rusak sudah diganti baru dan sudah dicoba.',
];
export const ANSWERS: readonly string[] = [
  'Silakan datang ke loket dengan membawa KTP dan KK. Buka Senin sampai Jumat, 07.30 sampai 15.00, tanpa biaya.',
  'Usulnya kami catat untuk rencana tahun depan, dan kami bahas bersama kelurahan bulan ini.',
  'Semua syaratnya bisa dibaca di papan informasi kantor kelurahan, dan petugas siap membantu mengisi formulir.',
];
export const QUESTIONS_BACK: readonly string[] = [
  'Patokan terdekatnya apa ya, Bapak/Ibu? Supaya petugas tidak salah tempat.',
  'Apakah kejadiannya sepanjang hari, atau hanya jam tertentu?',
  'Boleh kirim satu foto lokasinya?',
];
export const REPLIES_BACK: readonly string[] = [
  'Sebelah masjid, depan warung cat hijau pak',
  'Paling parah sore sampai malam min',
  'Patokannya pertigaan dekat toko bangunan',
];
export const REJECTIONS = {
  reason: 'Lokasinya di dalam kompleks swasta, jadi pengelola yang berwenang memperbaikinya.',
  rightAgency: 'Pengelola kompleks setempat',
  appealWay: 'Kalau tidak setuju, balas banding di sini dalam 30 hari.',
} as const;
export const DISPUTES: readonly string[] = [
  'belum, baru ditambal sebagian dan sudah lubang lagi',
  'belum beres pak, tadi malam masih sama saja',
  'masih rusak, petugasnya cuma foto-foto lalu pergi',
];
export const STARS: readonly string[] = [
  'sangat puas',
  'sangat puas',
  'baik',
  'baik',
  'baik',
  'cukup',
  'kurang',
  'sangat kurang',
];
export const NOTES: readonly string[] = [
  'Sudah telepon mandor lapangan, dijadwalkan besok pagi.',
  'Mirip laporan minggu lalu, cek dulu apakah lokasinya sama.',
  'Pelapor minta dikabari lewat chat saja, jangan ditelepon.',
  'Perlu koordinasi dengan kelurahan sebelum petugas turun.',
  'Anggaran perbaikan menunggu persetujuan kepala bidang.',
];

/** Talks between a citizen and staff: citizen first, then in turns. The bot's part is played by the bot. */
export const TALKS: readonly (readonly string[])[] = [
  [
    'laporan saya minggu lalu kok belum ada kabar ya bu',
    'Selamat siang, Pak. Saya bantu cek. Laporannya soal apa dan di jalan mana?',
    'lampu jalan mati di Jl. Kenanga bu',
    'Terima kasih. Petugas dijadwalkan ke sana besok pagi, dan saya kabari lagi begitu selesai.',
  ],
  [
    'saya mau tanya cara urus KK hilang',
    'Siang, Bu. Cukup bawa surat kehilangan dari kepolisian dan KTP ke loket kependudukan. Gratis.',
    'suratnya bisa minta di polsek mana saja?',
    'Bisa di polsek terdekat dari rumah Ibu. Kalau masih ada kendala, balas di sini ya.',
  ],
  [
    'sampah di depan rumah saya sudah seminggu tidak diangkut',
    'Mohon maaf atas ketidaknyamanannya, Pak. Rumahnya di RT berapa?',
    'RT 05 RW 02 Jl. Sawah Baru',
    'Sudah saya teruskan ke petugas angkut. Mereka lewat sore ini, nanti saya pastikan lagi.',
  ],
  [
    'air keruh lagi hari ini, gimana ini',
    'Saya paham ini mengganggu, Bu. Boleh kirim foto airnya supaya saya lampirkan?',
    'nanti ya saya fotokan',
    'Baik, saya tunggu. Sementara itu sudah saya catat untuk tim lapangan.',
  ],
];

/** What people write who wait for a person. */
export const WAITING: readonly string[] = [
  'mau bicara sama orangnya langsung ya',
  'soal laporan saya yang belum ada kabar',
  'ini penting pak, tolong dibalas',
  'saya sudah lapor dua kali',
  'mau tanya syarat pindah domisili',
];
