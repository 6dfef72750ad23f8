import type { Token } from './tokenize.js';

/** Words after which somebody is addressed. */
const ADDRESSING: ReadonlySet<string> = new Set([
  'kepada',
  'kpd',
  'yth',
  'terhormat',
  'untuk',
  'utk',
  'buat',
  'dear',
  'katur',
  'ka',
]);
/** An office is named by one of these, alone or with what follows. */
const KINDS: ReadonlySet<string> = new Set(
  'dinas badan kantor kecamatan kelurahan kementerian kemenag kejaksaan polres polsek polda direktorat inspektorat sekretariat puskesmas rsud bagian bidang balai upt camat lurah'.split(
    ' ',
  ),
);
const NAMES: ReadonlySet<string> = new Set(
  'dishub dlh dpu dpupr dukcapil disdukcapil dispendukcapil dispenduk dinsos dinkes disdik disnaker disperindag satpol pdam pln bpjs bpn samsat bapenda bkd damkar bpbd walikota bupati gubernur pemkot pemkab pemprov'.split(
    ' ',
  ),
);
const TITLES: ReadonlySet<string> = new Set([
  'bapak',
  'bpk',
  'pak',
  'ibu',
  'bu',
  'kepala',
  'pimpinan',
  'pihak',
  'bapakibu',
  'tim',
  'para',
]);
/** Words that never belong to an office's name: the sentence goes on. */
const STOPS: ReadonlySet<string> = new Set(
  'saya kami mohon tolong di yang agar untuk dengan jalan lampu sampah minta ingin mau assalamualaikum selamat mengenai terkait tentang supaya karena sudah belum ada bahwa segera dapat bisa jangan'.split(
    ' ',
  ),
);
const MAX_NAME_WORDS = 5;
const MAX_TITLES = 3;

/**
 * The office that a message is addressed to ("Kepada Yth. Dinas Perhubungan Kota", "untuk pdam"), in the citizen's
 * words; undefined when none is. An office merely mentioned isn't addressed.
 */
export function findAgency(text: string, tokens: readonly Token[]): string | undefined {
  for (let at = 0; at < tokens.length; at += 1) {
    if (!ADDRESSING.has(tokens[at]?.word ?? '')) continue;
    let first = at + 1;
    for (let skipped = 0; skipped < MAX_TITLES && isTitle(tokens[first]?.word); skipped += 1) first += 1;
    const head = tokens[first];
    if (head === undefined || !(KINDS.has(head.word) || NAMES.has(head.word))) continue;
    return text.slice(head.start, endOfName(text, tokens, first));
  }
  return undefined;
}

function isTitle(word = ''): boolean {
  return TITLES.has(word) || ADDRESSING.has(word);
}

function endOfName(text: string, tokens: readonly Token[], first: number): number {
  let end = tokens[first]?.end ?? 0;
  for (let at = first + 1; at < first + MAX_NAME_WORDS; at += 1) {
    const token = tokens[at];
    if (token === undefined || token.numeric || STOPS.has(token.word)) break;
    if (/[,.;:!?\n]/.test(text.slice(end, token.start))) break;
    end = token.end;
  }
  return end;
}
