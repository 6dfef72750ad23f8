/** Words of addresses, as they are written in Indonesian, Javanese and Sundanese. Lower case, folded. */

/** Say that a street name follows. `jalan` itself is read with more care: it is mostly no address. */
export const STREET = words('jl jln jlan jalan gang gg gng lorong street');

/** Say that the name or number of an area follows. */
export const AREA = words(`
  kelurahan kel desa ds dusun dsn kampung kp kecamatan kec kabupaten kab kota perumahan perum perumnas komplek
  kompleks griya cluster blok lingkungan padukuhan pedukuhan dukuh jorong nagari rusun rusunawa apartemen villa
  graha taman kavling distrik gampong banjar
`);

/** Names of housing estates begin so, also after "perumahan". */
export const HOUSING = words('griya villa graha taman bukit pondok puri');

/** Places that a name or number follows: "pasar Turi", "SDN 2". */
export const FACILITY = words(`
  pasar terminal stasiun puskesmas pustu rsud rs masjid mesjid musala musholla mushola langgar gereja pura vihara
  sdn sd smpn smp sman sma smkn smk tk mi mts man kantor jembatan jembatane lapangan simpang perempatan pertigaan
  prapatan pertelon bundaran alun halte indomaret alfamart spbu pom hotel toko ruko mall mal universitas kampus
  polsek polres koramil kodim balai gedung gerbang pintu tugu patung makam pemakaman kuburan waduk sungai kali
  pantai pelabuhan bandara tps tpa gor stadion taman warung warkop bengkel pabrik gudang posyandu pos apotek apotik
  klinik bank flyover underpass tol exit samsat rumah lampu traffic embung bendungan ponpes pondok pesantren kolam
`);

/** What a landmark follows. */
export const BESIDE = words(`
  depan dpn dekat deket dkt samping belakang seberang sebrang sebelah sblh sekitar bawah ngarep mburi cedhak cedak
  cerak sisih payuneun hareupeun tukangeun gigireun deukeut caket near behind
`);

/** Say that a place follows, without naming its sort. Only a capitalised name is taken after them. */
export const AT = words('di ing neng nang wilayah daerah kawasan area lokasi sekitar');

/** Go on with a name or an address that has begun. */
export const CONTINUES = words(`
  raya barat timur utara selatan tengah dalam baru lama lor kidul wetan kulon kaler indah asri permai no nomor nomer
  blok km kav ii iii iv vi vii viii ix xi
`);

/** End a name: they say what is wrong, when, or go on with the sentence. */
export const STOPS = words(`
  ada adalah agar akan akibat aku ambles ambrol amblas anak apa apakah atau bagaimana baik bahaya bahwa banget
  banjir banyak bapak bau becek belum belom berbahaya berlubang berlobang bergelombang bersama biar bikin bisa blm
  bocor bolong bpk bu buat buntu cepat dan dapat dari dengan dg dgn di dibersihkan dibantu diperbaiki dikarenakan
  dll dn dr ga gak gelap habis hampir hancur hanya harap hari harus hingga hujan ini itu ingin jadi jam jangan jelek
  jg jga juga kalau kalo kami kapan karena karna ke keluar kemarin kmrn kenapa kepada kita knp kok kotor krn kurang
  lagi lalu lampu licin lubang longsor lumpur macet maka malam mampet masih mati mau melapor melaporkan membahayakan
  membuat mengganggu meluap menuju menumpuk mhn minta mohon mulai nya nyala oleh orang pada padam pagi pak parah
  parkir pas perlu pernah per petugas pohon pun putus rawan retak roboh rubuh rusak saat saja sama sampah sampai
  sangat saya sdh sebab sebagai segera sehingga sejak sekali sekarang selalu selama semakin semua sempit seperti
  sepi sering serta setiap siang sini situ sore sudah supaya sy tadi tanpa tapi tdk telah terima terimakasih terjadi
  terlalu tersebut tertutup tersumbat tgl tanggal tiap tiba tidak tlg tolong trims tumbang tutup udah ujan untuk utk
  waktu warga ya yaitu yakni yang yg yth wis wes ora rusake padha sing nu geus teu ruksak the is are has and in
  rumahnya samping depan dekat belakang seberang sebelah sekitar sekitarnya kondisi kondisinya keadaan sana rumah
  arah berupa milik setelah sebelum ketika menjadi bila jika dah uda makin tetap penuh
`);

/** After `jalan`, these make it a road in general, not a name. */
export const NOT_A_STREET = words(`
  umum utama kampung desa poros provinsi propinsi nasional kabupaten kota lingkungan perumahan tol raya setapak
  masuk akses aspal paving beton tanah tikus pintas satu dua lintas layang kaki terus keluar tengah jalan lain
  alternatif penghubung pulang bareng dalam besar kecil gang komplek kompleks inspeksi
`);

/** A landmark that is no place for anybody else. */
export const OWN = words('saya sy kami ku aku kita rumah rumahku rumahnya sendiri warga tetangga gang pintu mata');

function words(list: string): ReadonlySet<string> {
  return new Set(list.trim().split(/\s+/));
}
