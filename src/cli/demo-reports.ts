/**
 * What the people of the demo city complain of, ask and wish, in the words people use. Invented for this project: no
 * person, street or event of it exists. `{di}` becomes a place, `{sejak}` a time.
 */
export const REPORTS: readonly string[] = [
  'Jalan berlubang {di} {sejak}, sudah dua motor jatuh gara-gara lubangnya ketutup air',
  'pak tolong jalan rusak parah {di}, {sejak} blm ada perbaikan',
  'Aspal {di} mengelupas {sejak}, kalau malam bahaya karena tidak kelihatan',
  'Trotoar {di} ambles {sejak}, orang tua dan anak sekolah terpaksa jalan di badan jalan',
  'Jembatan kecil {di} pagarnya patah {sejak}. Anak-anak tiap hari lewat situ',
  'Lampu jalan mati {di} {sejak}, gelap sekali dan rawan jambret',
  'pju padam total {di} min, {sejak}. tolong dicek ya',
  'Lampu penerangan jalan {di} kedap-kedip {sejak}, sebagian sudah mati',
  'Sampah menumpuk {di} {sejak}, baunya sampai ke dalam rumah',
  'Truk sampah tidak datang {di} {sejak}. Biasanya seminggu dua kali',
  'ada yg buang sampah sembarangan {di}, {sejak} makin banyak, tolong dipasang larangan',
  'TPS {di} meluber ke jalan {sejak}, lalat banyak sekali',
  'Ada yang bakar sampah plastik tiap sore {di} {sejak}, asapnya bikin anak saya batuk',
  'Saluran air mampet {di} {sejak}, hujan sebentar langsung banjir semata kaki',
  'Got {di} tersumbat lumpur {sejak}, airnya hitam dan bau',
  'banjir terus tiap hujan {di}, {sejak}. gorong2nya kekecilan kayaknya',
  'Tutup gorong-gorong hilang {di} {sejak}, takut ada yang terperosok',
  'Pohon besar {di} miring ke arah rumah {sejak}, takut tumbang kalau hujan angin',
  'Dahan pohon {di} menutupi rambu dan kabel {sejak}, mohon dipangkas',
  'Taman bermain {di} ayunannya patah {sejak}, besinya tajam',
  'Parkir liar di kedua sisi {di} {sejak}, mobil pemadam pun tidak bisa lewat',
  'Juru parkir {di} minta sepuluh ribu tanpa karcis {sejak}',
  'Lampu merah {di} mati {sejak}, semrawut kalau jam berangkat kerja',
  'Angkot sering ngetem {di} {sejak} sampai macet ke belakang',
  'Rambu dilarang belok {di} hilang {sejak}, tadi pagi hampir tabrakan',
  'Air PDAM tidak mengalir {di} {sejak}, kami beli air galon untuk mandi',
  'air keran keruh dan bau besi {di} {sejak}, anak saya gatal-gatal',
  'Pipa air bocor {di} {sejak}, airnya terbuang ke jalan terus',
  'Listrik padam bergilir {di} {sejak} tanpa pemberitahuan',
  'Warung {di} memutar musik keras sampai jam dua malam {sejak}',
  'Pedagang kaki lima menutup trotoar {di} {sejak}, pejalan kaki tidak kebagian tempat',
  'Balapan liar {di} {sejak} tiap malam minggu, kami tidak bisa tidur',
  'Anjing liar berkeliaran {di} {sejak}, tetangga saya sudah digigit',
  'Pasien rujukan menunggu enam jam di Puskesmas {di} {sejak}, petugasnya cuma satu',
  'obat di puskesmas {di} kosong terus {sejak}, disuruh beli sendiri di luar',
  'Atap ruang kelas SD {di} bocor {sejak}, anak-anak belajar sambil kena tetesan air',
  'Guru di SMP {di} jarang masuk {sejak}, jam pelajaran kosong terus',
  'Mengurus KTP elektronik {di} sudah tiga minggu belum jadi {sejak}, alasannya blangko habis',
  'Kartu keluarga saya salah nama sejak dicetak, loket {di} suruh bolak-balik {sejak}',
  'Bantuan sosial saya tidak cair {sejak}, padahal nama ada di daftar. Saya tinggal {di}',
  'Data penerima bansos {di} tidak tepat sasaran {sejak}, yang mampu malah dapat',
  'Petugas loket kelurahan {di} marah-marah waktu ditanya syarat {sejak}',
  'Izin usaha warung saya {di} belum keluar {sejak}, berkas sudah lengkap',
  'Tagihan PBB rumah saya {di} naik dua kali lipat {sejak}, mohon dijelaskan',
  'Rumah kosong {di} jadi tempat nongkrong dan mabuk {sejak}',
  'Limbah pabrik tahu dibuang ke kali {di} {sejak}, ikan pada mati',
  'Galian kabel {di} ditinggal begitu saja {sejak}, motor saya terperosok tadi malam',
  'Sinyal wifi gratis di taman {di} tidak bisa dipakai {sejak}',
];

/** No complaint: questions and wishes, which are answered rather than worked on. */
export const QUESTIONS: readonly string[] = [
  'Bagaimana cara mengurus akta kelahiran yang hilang? Saya tinggal {di}',
  'Jam buka pelayanan KTP hari Jumat sampai jam berapa ya {di}?',
  'Apa saja syarat pindah domisili ke kota ini? Saya sekarang tinggal {di}',
  'Usul, tolong dibuatkan polisi tidur {di} karena dekat sekolah',
  'Mohon dibangun tempat sampah terpilah {di}, warga siap merawat',
  'Saran saya jalur sepeda {di} diperpanjang sampai stasiun',
];

/** Only a restricted circle reads these. */
export const RESTRICTED: readonly string[] = [
  'Petugas minta uang pelicin dua ratus ribu supaya berkas saya diproses di kelurahan {di} {sejak}',
  'Ada pungli waktu daftar pasar {di} {sejak}, tidak ada kuitansinya',
  'Tetangga saya {di} sering memukul istrinya {sejak}, kami dengar tiap malam',
  'Dana bantuan RT {di} dipotong ketua {sejak}, warga takut bicara',
];

export const STREETS: readonly string[] = [
  'Jl. Cempaka Raya',
  'Jl. Anggrek Timur',
  'Jl. Kenanga',
  'Jl. Bukit Lestari',
  'Jl. Nelayan Lama',
  'Jl. Pasar Pagi',
  'Jl. Pahlawan Selatan',
  'Jl. Telaga Biru',
  'Jl. Sawah Baru',
  'Jl. Stasiun Lama',
  'Jl. Melati Indah',
  'Jl. Kayu Manis',
  'Jl. Pelabuhan Kecil',
  'Jl. Kampung Sawah',
  'Jl. Tirta Kencana',
  'Jl. Merpati Putih',
];

export const DISTRICTS: readonly string[] = [
  'Kel. Sinar Baru',
  'Kel. Muara Tenang',
  'Kel. Bukit Asri',
  'Kel. Karang Jaya',
  'Kel. Sumber Rejeki',
  'Kel. Taman Sari',
];

export const SINCE: readonly string[] = [
  'sejak kemarin',
  'sejak tiga hari lalu',
  'sejak seminggu yang lalu',
  'dari hari Senin',
  'sejak awal bulan',
  'sudah dua minggu',
  'sejak sebulan lalu',
];

/** First names only, as people show themselves in chat apps. */
export const CITIZENS: readonly string[] = [
  'Wati',
  'Bang Udin',
  'Rina S',
  'Pak Slamet',
  'Yanti',
  'Dodi',
  'Ibu Sumi',
  'Fajar',
  'Lilis',
  'Hendra',
  'Mbak Tri',
  'Agus',
  'Nisa',
  'Pak RT 04',
  'Maya',
  'Joko',
  'Desi',
  'Rahmat',
];

/** A report in words. @param where left out, the text doesn't say */
export function reportText(text: string, where?: { readonly place: string; readonly since: string }): string {
  return text
    .replace('{di}', where ? `di ${where.place}` : 'dekat rumah saya')
    .replace('{sejak}', where?.since ?? '')
    .replace(/ +([,.])/g, '$1')
    .replace(/ {2,}/g, ' ')
    .trim();
}
