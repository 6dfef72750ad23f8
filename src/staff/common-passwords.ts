/** Words that passwords here are commonly made of, lower case, without signs. */
const WORDS = `
  password passw0rd katasandi sandi rahasia bismillah alhamdulillah assalamualaikum subhanallah indonesia indonesiaku
  indonesiaraya merdeka pancasila garuda sayang sayangku cinta cintaku iloveyou terimakasih selamatpagi selamatdatang
  welcome letmein qwerty qwertyuiop asdfgh asdfghjkl zxcvbnm abc abcd admin adminadmin administrator superadmin
  adminkota operator petugas helpdesk kominfo diskominfo pemkot pemkab pemda pemerintah laporan lapor aduan
  pengaduan kanaladuan jakarta bandung surabaya semarang medan makassar yogyakarta palembang denpasar changeme
  password1 monkey dragon football sepakbola persib persija arema
`
  .trim()
  .split(/\s+/);

/** What is hung on a word that is too short or must hold a digit. */
const TAILS = `1 12 123 1234 12345 123456 1234567 12345678 123456789 1234567890 321 54321 654321 1945 17081945 2019 2020
  2021 2022 2023 2024 2025 2026 2027 2028 01 007 00 000 0000 11 111 1111 99 999 aja banget ku oke ok abc admin qwerty`
  .trim()
  .split(/\s+/);

/** Passwords that guessers try first, of the kind that is long enough for us: some thousands. */
export const COMMON_PASSWORDS: ReadonlySet<string> = new Set(
  WORDS.flatMap((word) => [word, `${word}${word}`, ...TAILS.flatMap((tail) => [`${word}${tail}`, `${tail}${word}`])]),
);
