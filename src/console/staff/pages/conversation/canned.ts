import type { CannedAnswer } from '../../wire.js';

/** What a shortcut being typed means: the word behind the last slash, and where it stands. */
export interface OpenShortcut {
  readonly typed: string;
  /** Of the slash. */
  readonly from: number;
}

/** @param sign `/` for ready answers, `@` for colleagues */
export function openShortcut(text: string, caret: number, sign: '/' | '@'): OpenShortcut | undefined {
  const before = text.slice(0, caret);
  const from = before.lastIndexOf(sign);
  if (from < 0 || (from > 0 && !/\s/.test(before[from - 1] ?? ''))) return undefined;
  const typed = before.slice(from + 1);
  return /^[\p{L}\p{N}_-]{0,30}$/u.test(typed) ? { typed: typed.toLowerCase(), from } : undefined;
}

const MAX_SHOWN = 8;

/** Ready answers for what is typed: by the beginning of their shortcut first, then by a word of their title. */
export function findCanned(
  all: readonly CannedAnswer[],
  typed: string,
  unit: string | undefined,
): readonly CannedAnswer[] {
  const ours = all.filter((each) => each.unit === undefined || each.unit === unit);
  const byShortcut = ours.filter(({ shortcut }) => shortcut.startsWith(typed));
  const byTitle = ours.filter((each) => !byShortcut.includes(each) && each.title.toLowerCase().includes(typed));
  return [...byShortcut, ...byTitle].slice(0, MAX_SHOWN);
}

/** The text for a reader of `locale`, else in Indonesian, else whatever there is. */
export function cannedText({ texts }: CannedAnswer, locale: string): string {
  return texts[locale] ?? texts['id'] ?? Object.values(texts)[0] ?? '';
}

/** As the service shows who wants no name told, and (with dots) who isn't revealed. */
const ANONIM = 'Anonim';

const POLITE: Readonly<Record<string, string>> = {
  id: 'Bapak/Ibu',
  en: 'Sir or Madam',
  jv: 'Panjenengan',
  su: 'Bapa/Ibu',
};

export interface CannedValues {
  /** As shown; a masked name is not put into a letter. */
  readonly nama: string;
  readonly nomor?: string | undefined;
  readonly petugas: string;
  readonly unit?: string | undefined;
}

/** Fills `{nama}` and its like. What isn't known stays as it is, to be seen and filled by hand. */
export function fillCanned(text: string, values: CannedValues, locale: string): string {
  const known: Readonly<Record<string, string | undefined>> = { ...values, nama: nameFor(values.nama, locale) };
  return text.replace(/\{(nama|nomor|petugas|unit)\}/g, (whole, name: string) => known[name] || whole);
}

/** Placeholders that nobody filled. */
export function openPlaceholders(text: string): readonly string[] {
  return text.match(/\{(nama|nomor|petugas|unit)\}/g) ?? [];
}

function nameFor(name: string, locale: string): string {
  return name === '' || name === ANONIM || name.includes('•') ? (POLITE[locale] ?? POLITE['id'] ?? '') : name;
}

/** Who of the staff is called by `@Name` in a note. */
export function mentionsIn(text: string, staff: readonly { readonly id: string; readonly name: string }[]): string[] {
  return staff.filter(({ name }) => text.includes(`@${name}`)).map(({ id }) => id);
}
