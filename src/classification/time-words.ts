/** Words of time, as they are written in Indonesian, Javanese and Sundanese. Lower case, folded. */

export const NUMBERS: ReadonlyMap<string, number> = new Map([
  ['satu', 1],
  ['dua', 2],
  ['tiga', 3],
  ['empat', 4],
  ['lima', 5],
  ['enam', 6],
  ['tujuh', 7],
  ['delapan', 8],
  ['sembilan', 9],
  ['sepuluh', 10],
  ['sebelas', 11],
  ['rong', 2],
  ['telung', 3],
  ['patang', 4],
  ['limang', 5],
  ['nem', 6],
  ['pitung', 7],
  ['wolung', 8],
  ['sangang', 9],
  ['sepuluh', 10],
  ['tilu', 3],
  ['opat', 4],
  ['genep', 6],
  ['two', 2],
  ['three', 3],
  ['four', 4],
  ['five', 5],
]);

export type Unit = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';

export const UNITS: ReadonlyMap<string, Unit> = new Map<string, Unit>([
  ['menit', 'minute'],
  ['jam', 'hour'],
  ['hari', 'day'],
  ['hr', 'day'],
  ['hri', 'day'],
  ['dina', 'day'],
  ['dino', 'day'],
  ['poe', 'day'],
  ['minggu', 'week'],
  ['mggu', 'week'],
  ['mgg', 'week'],
  ['pekan', 'week'],
  ['bulan', 'month'],
  ['bln', 'month'],
  ['sasi', 'month'],
  ['tahun', 'year'],
  ['thn', 'year'],
  ['th', 'year'],
  ['taun', 'year'],
  ['day', 'day'],
  ['days', 'day'],
  ['week', 'week'],
  ['weeks', 'week'],
  ['month', 'month'],
  ['months', 'month'],
  ['year', 'year'],
  ['years', 'year'],
  ['hours', 'hour'],
]);

/** "seminggu" and the like: one of a unit. */
export const ONE: ReadonlyMap<string, Unit> = new Map<string, Unit>([
  ['sejam', 'hour'],
  ['sehari', 'day'],
  ['sedina', 'day'],
  ['sedino', 'day'],
  ['sapoe', 'day'],
  ['seminggu', 'week'],
  ['sepekan', 'week'],
  ['saminggu', 'week'],
  ['sebulan', 'month'],
  ['sesasi', 'month'],
  ['sabulan', 'month'],
  ['setahun', 'year'],
  ['setaun', 'year'],
  ['sataun', 'year'],
]);

/** Long, but nobody counted. */
export const UNCOUNTED: ReadonlySet<string> = new Set(['hari', 'minggu', 'bulan', 'tahun', 'jam']);

/** Say that what follows is a span up to now. */
export const SINCE: ReadonlySet<string> = new Set([
  'sejak',
  'sejk',
  'semenjak',
  'dari',
  'dr',
  'sudah',
  'sdh',
  'udah',
  'udh',
  'dah',
  'uda',
  'selama',
  'hampir',
  'lebih',
  'kurang',
  'mulai',
  'wis',
  'wes',
  'kit',
  'ket',
  'kawit',
  'geus',
  'atos',
  'ti',
  'since',
  'for',
  'already',
]);

/** Say that the span before them reaches back from now. */
export const AGO: ReadonlySet<string> = new Set([
  'lalu',
  'yll',
  'kepungkur',
  'katukang',
  'kapengker',
  'ago',
  'kemarin',
  'terakhir',
  'ini',
  'lamanya',
  'lebih',
]);

/** One day counted back from today. */
export const DAY_BACK: ReadonlyMap<string, number> = new Map([
  ['kemarin', 1],
  ['kemaren', 1],
  ['kmrn', 1],
  ['kmren', 1],
  ['kmarin', 1],
  ['kmaren', 1],
  ['wingi', 1],
  ['kamari', 1],
  ['semalam', 1],
  ['semalem', 1],
  ['smlm', 1],
  ['yesterday', 1],
  ['barusan', 0],
  ['tadi', 0],
  ['mau', -1],
  ['dinten', -1],
  ['today', 0],
  ['sejak', -1],
]);

export const PARTS_OF_DAY: ReadonlySet<string> = new Set([
  'subuh',
  'pagi',
  'pgi',
  'siang',
  'sore',
  'malam',
  'mlm',
  'malem',
  'maghrib',
  'magrib',
  'isuk',
  'esuk',
  'awan',
  'bengi',
  'peuting',
  'sonten',
  'dini',
  'morning',
  'night',
]);
export const NIGHT: ReadonlySet<string> = new Set(['malam', 'mlm', 'malem', 'bengi', 'peuting', 'night']);

export const MONTHS: ReadonlyMap<string, number> = new Map([
  ['januari', 1],
  ['jan', 1],
  ['februari', 2],
  ['pebruari', 2],
  ['feb', 2],
  ['peb', 2],
  ['maret', 3],
  ['mar', 3],
  ['april', 4],
  ['apr', 4],
  ['mei', 5],
  ['juni', 6],
  ['jun', 6],
  ['juli', 7],
  ['jul', 7],
  ['agustus', 8],
  ['agt', 8],
  ['agst', 8],
  ['ags', 8],
  ['agu', 8],
  ['september', 9],
  ['sept', 9],
  ['sep', 9],
  ['oktober', 10],
  ['okt', 10],
  ['november', 11],
  ['nopember', 11],
  ['nov', 11],
  ['nop', 11],
  ['desember', 12],
  ['des', 12],
]);

/** Monday is 1, as in ISO 8601. "minggu" is a weekday only after "hari". */
export const WEEKDAYS: ReadonlyMap<string, number> = new Map([
  ['senin', 1],
  ['senen', 1],
  ['selasa', 2],
  ['rabu', 3],
  ['kamis', 4],
  ['jumat', 5],
  ['jum', 5],
  ['sabtu', 6],
  ['setu', 6],
  ['ahad', 7],
]);

const DAYS: Readonly<Record<Unit, number>> = { minute: 0, hour: 0, day: 1, week: 7, month: 30, year: 365 };

/** Length of a unit in days, rounded; 0 for less than a day. */
export function daysOf(unit: Unit): number {
  return DAYS[unit];
}
