import type { StaffLocale } from './account.js';
import type { AlertKind } from './alert-kinds.js';

type Words = Readonly<Record<AlertKind, string>>;

/** What an alert says outside the console: that something waits, never what. `{nomor}` is a case number. */
const WORDS: Readonly<Record<StaffLocale, Words>> = {
  id: {
    queue_waiting: 'Ada warga yang menunggu petugas.',
    handover_overdue: 'Seorang warga sudah menunggu petugas lebih lama dari yang dijanjikan.',
    assigned: 'Laporan {nomor} diserahkan kepada Anda.',
    mentioned: 'Anda disebut dalam sebuah catatan.',
    breach_near: 'Batas waktu laporan {nomor} sudah dekat.',
    breached: 'Batas waktu laporan {nomor} sudah lewat.',
    danger: 'Ada percakapan yang mungkin menyangkut keselamatan jiwa. Segera lihat.',
    channel: 'Salah satu kanal bermasalah.',
    data_request: 'Ada permintaan data pribadi yang mendekati atau melewati batas waktunya.',
    numbers_tried: 'Sebuah akun petugas mencoba banyak nomor yang tidak ada atau bukan bagiannya. Lihat catatan audit.',
  },
  en: {
    queue_waiting: 'Somebody is waiting for a person.',
    handover_overdue: 'Somebody has waited for a person longer than they were promised.',
    assigned: 'Report {nomor} was given to you.',
    mentioned: 'You were mentioned in a note.',
    breach_near: 'The deadline of report {nomor} is near.',
    breached: 'The deadline of report {nomor} has passed.',
    danger: 'A conversation may be about danger to life. Look at it now.',
    channel: 'Something is wrong with a channel.',
    data_request: 'A request for personal data is near its deadline, or past it.',
    numbers_tried: 'A staff account has tried many numbers that are not there or not theirs. See the audit log.',
  },
};

export const LINK_WORDS: Readonly<Record<'linked' | 'refused' | 'throttled', string>> = {
  linked: 'Akun Telegram ini sekarang menerima pemberitahuan petugas. Atur di konsol, halaman Akun saya.',
  refused: 'Kode petugas ini tidak berlaku. Buat kode baru di konsol, halaman Akun saya.',
  throttled: 'Terlalu banyak kode yang salah. Tunggu 15 menit, lalu buat kode baru di konsol, halaman Akun saya.',
};

const CASE_NUMBER = /^LP-\d{6}-\d{4,7}$/;

/** @param consoleUrl where to look, if the service knows its own address */
export function alertText(
  { what, subject }: { readonly what: AlertKind; readonly subject: string },
  locale: StaffLocale,
  consoleUrl: string | undefined,
): string {
  const number = CASE_NUMBER.test(subject) ? subject : '';
  const text = WORDS[locale][what].replace('{nomor}', number).replace(/ {2,}/g, ' ');
  return consoleUrl === undefined ? text : `${text}\n${consoleUrl}`;
}
