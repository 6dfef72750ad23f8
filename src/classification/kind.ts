import type { Findings } from './rules.js';
import type { ReportKind } from './types.js';

/** With this much of a matter in it, a message is never small talk. */
const MATTER_POINTS = 3;
/** A message this short without any matter isn't a report yet. */
const SHORT_WORDS = 3;
const QUESTION_MARK_POINTS = 2;
const COMPLAINT_HEAD_START = 3;

/**
 * Which of the four kinds a message is: small talk when nothing but such words (or nothing readable) is in it, else
 * the one of complaint, question and wish whose words weigh most; a complaint in doubt.
 *
 * @param matterPoints rule points of the best category
 */
export function findKind(findings: Findings, text: string, words: readonly string[], matterPoints: number): ReportKind {
  if (isSmallTalk(findings, words, matterPoints)) return 'bukan_laporan';
  const points = {
    pengaduan: COMPLAINT_HEAD_START,
    informasi: text.includes('?') ? QUESTION_MARK_POINTS : 0,
    aspirasi: 0,
  };
  for (const { value } of findings.kinds) if (value.kind !== 'bukan_laporan') points[value.kind] += value.weight;
  if (points.informasi > points.pengaduan && points.informasi >= points.aspirasi) return 'informasi';
  return points.aspirasi > points.pengaduan ? 'aspirasi' : 'pengaduan';
}

function isSmallTalk(findings: Findings, words: readonly string[], matterPoints: number): boolean {
  if (matterPoints >= MATTER_POINTS) return false;
  const talked = new Set<number>();
  for (const { value, from, to } of findings.kinds) {
    if (value.kind === 'bukan_laporan') for (let at = from; at <= to; at += 1) talked.add(at);
    else if (value.weight >= 5) return false;
  }
  const other = words.filter((word, at) => word.length > 1 && !talked.has(at)).length;
  if (findings.high.length > 0) return false;
  return matterPoints <= 0 ? other <= SHORT_WORDS : other === 0;
}
