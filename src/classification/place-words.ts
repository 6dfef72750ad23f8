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

/** What follows is wished for, and isn't there yet: "tolong dibuatkan taman bermain". */
export const WISHED = words(`
  buat buatkan dibuat dibuatkan bikin bikinkan dibikin dibikinin bangun bangunkan dibangun dibangunkan adakan diadakan
  sediakan disediakan tambah tambahkan ditambah ditambahkan butuh perlu minta punya
`);

/** Go on with a name or an address that has begun. */
export const CONTINUES = words(`
  raya barat timur utara selatan tengah dalam baru lama lor kidul wetan kulon kaler indah asri permai no nomor nomer
  blok km kav ii iii iv vi vii viii ix xi al ar nur nurul darul baitul miftahul
`);

/** Crossings: a name follows them, whatever stands before ("perempatan condong catur macet"). */
export const CROSSING = words('perempatan prapatan pertigaan pertelon simpang bundaran');

/** The seat of an area needs no name of it: "balai desa", "kantor kecamatan". */
export const SEAT = words('balai kantor');

/** End a name: they say what is wrong, when, or go on with the sentence. */
export const STOPS = words(`
  lgi dipersulit diminta disuruh dikenakan diberi dilayani dapet dpt krna karna sya kmi klo udh nggak ngga gk tak blum
  ada adalah adanya agar air akan akibat akibatnya aku alamat alasan alasannya amblas ambles ambrol an anak and
  antara apa apakah apalagi arah are aspal atas atau bagaimana bagi bahaya bahkan bahwa baik banget banjir banyak
  banyaknya bapak bau bayar becek begini begitu bekerja belakang belom belum beralamat berbahaya bergelombang
  berjualan berlobang berlubang bernama bersama bertempat berupa biar biasanya bikin bila bisa blm bocor bolong bpk
  bu buat bukan buntu camat cepat dah dan dapat dari darimana datang deh dekat dengan depan dg dgn di diangkut
  dibantu dibersihkan dibuka dicuri digunakan dijadikan dikarenakan dimana dipakai diperbaiki ditutup dll dn dokter
  dong dpt dr dsb dst dua ga gak gara gelap genangan geus gitu got guru habis hadir hal hampir hancur hanya harap
  hari harus has hidup hilang hingga hujan ikut in info informasi ingin ini is itu jadi jam jangan jauh jelek jg jga
  jika jualan juga kabel kadang kades kalau kalo kami kan kapan karena karna katanya ke keadaan kebakaran kebanjiran
  kedip keluar kemana kemarin kenapa kendaraan kepada kepala kerja keruh ketika ketua kita kmrn knp kok kondisi
  kondisinya kotor krn kurang lagi lain lalu lampu lewat lho licin listrik loh lokasi longsor lubang lumpur lurah
  macet maka makanya makin malah malam mampet masalah masih masuk mati mau melapor melaporkan melewati meluap
  membahayakan membayar membuat mengalir mengenai mengganggu menghalangi mengurus menjadi menuju menumpuk menutupi
  menyala meskipun mhn milik minim minta miring mobil mohon motor mulai murid nama namun ngalir ngurus nih nu numpuk
  nutupi nya nyala oleh ora orang pada padahal padam padha pagi pak panitia parah parkir pas patah paving pedagang
  pejalan pelajar pelayanan pengajuan pengendara pengurus penuh per perlu pernah petugas pindah pipa pju pkl pohon
  preman pulang pun punya putus ramai rawan redup rendah retak roboh rubuh ruksak rumah rumahnya rusak rusake saat
  saja saluran sama sampah sampai samping sana sangat satu saya sdh sebab sebagai sebelah sebelum seberang segera
  sehingga sejak sekali sekaligus sekarang sekitar sekitarnya selaku selalu selama selokan seluruh semakin sempat
  sempit semua seperti sepi sering serta sesak setelah setiap siang sih sing sini siswa situ soal soalnya sore sudah
  supaya sy siur syarat tadi tahu tanggal tanpa tapi tau tdk telah tentang terbakar terdekat terendam tergenang terhalang
  terima terimakasih terjadi terkait terlalu tersebut tersumbat tertutup terus tetangga tetap tetapi teu tgl the
  tiang tiap tiba tidak tidur tiga tinggal tinggi tlg tolong trims trotoar truk tuh tumbang tutup uda udah ujan
  untuk urus utk waktu walaupun warga wes wis ya yaitu yakni yang yg yth
`);

/** After `jalan`, these make it a road in general, not a name. */
export const NOT_A_STREET = words(`
  umum utama kampung desa poros provinsi propinsi nasional kabupaten kota lingkungan perumahan tol raya setapak
  masuk akses aspal paving beton tanah tikus pintas satu dua lintas layang kaki terus keluar tengah jalan lain
  alternatif penghubung pulang bareng dalam besar kecil gang komplek kompleks inspeksi
`);

/** A landmark that is no place for anybody else. */
export const OWN = words('saya sy kami ku aku kita rumah rumahku rumahnya sendiri warga tetangga gang pintu mata');

/** Areas too large to find anything in, unless something finer stands beside them. */
export const COARSE = words('kecamatan kec kabupaten kab kota distrik nagari lingkungan');

/** Cities and provinces: named alone they say no more than which government is addressed. */
export const LARGE = words(`
  indonesia jakarta surabaya bandung medan semarang makassar palembang bekasi depok tangerang bogor malang yogyakarta jogja jogjakarta solo surakarta
  denpasar padang pekanbaru jambi bengkulu lampung banten jawa jatim jateng jabar bali aceh sumatera sumut sumbar sumsel riau kalimantan sulawesi papua
  maluku ntb ntt pontianak banjarmasin samarinda balikpapan manado kendari palu ambon kupang mataram
`);

/** A landmark of this sort is the only one around, so that it needs no name. */
export const ONLY_ONE = words(`
  pasar masjid mesjid balai puskesmas pustu terminal stasiun kantor alun polsek koramil gereja pura vihara jembatan lapangan rsud tps tpa makam
  pemakaman kuburan pelabuhan bandara perempatan pertigaan prapatan pertelon simpang bundaran tugu waduk embung bendungan samsat gor stadion kampus
  pesantren spbu kelurahan kecamatan
`);

/** Capitalised after "di", but no place. */
export const NO_PLACE = words(`
  aplikasi website web internet instagram facebook google whatsapp wa twitter tiktok youtube dinas bidang bagian jurusan fakultas permen perda perwali
  perpres pasal undang uu pp era masa bulan tahun hari sini sana situ mana loby lobi bapak ibu pak bu bank polda negara pemerintah kementerian data pemkot pemkab
  pemprov dispenduk dispendukcapil dispendik disdukcapil dukcapil disnaker dishub dinsos dinkes linmas satpol humas pemukiman permukiman
`);

/** After a number: it counts something and belongs to no address. */
export const COUNTED = words(
  'hari hr minggu bulan bln tahun thn jam kali x orang ribu rb juta jt meter m cm persen bln lalu',
);

function words(list: string): ReadonlySet<string> {
  return new Set(list.trim().split(/\s+/));
}
