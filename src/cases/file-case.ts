import { Binary } from 'mongodb';
import { type Keys, seal } from '../core/crypto.js';
import type { Answer, Answers, Guess, Moment, Place } from '../flows/state.js';
import type { Attachment } from '../messages/message.js';
import { CASE_SCHEMA, type Case, type CaseBy, type CaseReport, type Naming } from './case.js';
import { openingOf } from './case-opening.js';
import type { CaseRules } from './case-rules.js';
import { clockFields } from './case-update.js';
import { circleOf } from './circle.js';
import type { Consent } from './consent.js';
import { marksOf } from './matter-marks.js';
import { withPatch } from './plan-change.js';
import { reportTokens } from './search-words.js';

/** What filing needs to know beside the answers. */
export interface FilingFacts {
  readonly effectKey: string;
  readonly displayName?: string;
  /** Whoever of staff filed it in the complainant's stead. */
  readonly filedBy?: string;
  readonly receivedAt: Date;
  readonly rules: CaseRules;
  readonly consent?: Consent;
}

/**
 * Makes a case of the answers a citizen confirmed. Pure but for the seal's random IV.
 *
 * A restricted category is always rahasia, whatever was chosen; anonim leaves the name out of the case altogether.
 *
 * @param answers of the `file_case` effect: case_number, description, guess, place?, time?, evidence?, anonim?, rahasia?, contact?
 * @throws {Error} when number, description or guess is missing: the flow must not have filed
 */
export function caseOf(keys: Keys, answers: Answers, facts: FilingFacts): Case {
  const number = answers['case_number'];
  const description = answers['description'];
  const contact = answers['contact'];
  const guess = typedAnswer<Guess>(answers['guess'], 'guess');
  if (typeof number !== 'string' || typeof description !== 'string' || !guess) {
    throw new Error('file_case needs the answers case_number, description and guess');
  }
  const place = typedAnswer<Place>(answers['place'], 'place');
  const time = typedAnswer<Moment>(answers['time'], 'moment');
  const region = regionIn(answers);
  const naming: Naming = {
    anonim: answers['anonim'] === true,
    rahasia: answers['rahasia'] === true || guess.restricted,
  };
  const { type: _type, evidence, ...classification } = guess;
  const report: CaseReport = {
    description,
    ...(place ? { place } : {}),
    ...(time ? { time } : {}),
    ...(region ? { region } : {}),
    evidenceWords: evidence,
    ...(facts.displayName && !naming.anonim ? { displayName: facts.displayName } : {}),
    ...(typeof contact === 'string' && !naming.anonim ? { contact } : {}),
  };
  const { receivedAt, rules } = facts;
  const { kind, category } = guess;
  const { route, unit, clocks } = openingOf(
    { kind, category, receivedAt, description, ...(place ? { place: placeWords(place, region) } : {}) },
    rules,
  );
  const circle = circleOf(category, naming.rahasia, rules);
  const filed: Case = {
    _id: number,
    schema: CASE_SCHEMA,
    effectKey: facts.effectKey,
    status: 'received',
    rev: 1,
    kind,
    category,
    unit,
    desk: 'agent',
    notTo: [],
    route,
    urgency: guess.urgency,
    classification,
    naming,
    ...(facts.consent ? { consent: facts.consent } : {}),
    restricted: naming.rahasia,
    circle,
    tokens: reportTokens(keys, circle, report),
    ...(naming.rahasia ? {} : { marks: marksOf(keys, report) }),
    report: new Binary(seal(keys, number, report)),
    evidence: attachmentsIn(answers['evidence']),
    proof: [],
    receivedAt,
    changedAt: receivedAt,
    worked: false,
    reopenings: 0,
    clocks,
    history: [{ key: facts.effectKey, rev: 1, at: receivedAt, by: filedBy(facts), what: 'filed', to: 'received' }],
    notices: [],
  };
  return withPatch(filed, clockFields(clocks, filed));
}

function regionIn({ region, region_code: code }: Answers): CaseReport['region'] {
  return typeof region === 'string' && typeof code === 'string' ? { name: region, code } : undefined;
}

/** With the region it lies in, by which offices of a part of the city are found. */
function placeWords({ text }: Place, region: CaseReport['region']): string {
  return region ? `${text}, ${region.name}` : text;
}

function typedAnswer<T extends { readonly type: string }>(answer: Answer | undefined, type: T['type']): T | undefined {
  return typeof answer === 'object' && 'type' in answer && answer.type === type ? (answer as unknown as T) : undefined;
}

function attachmentsIn(answer: Answer | undefined): readonly Attachment[] {
  return Array.isArray(answer) ? (answer as readonly Attachment[]) : [];
}

function filedBy({ filedBy: id }: FilingFacts): CaseBy {
  return id === undefined ? { kind: 'complainant' } : { kind: 'staff', id };
}
