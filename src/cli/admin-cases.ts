import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { userInfo } from 'node:os';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import type { Db } from 'mongodb';
import { type CaseReport, caseFilesOf } from '../cases/case.js';
import { createCaseMerge } from '../cases/case-merge.js';
import { loadCaseRules } from '../cases/case-rules.js';
import { type CaseService, createCaseService } from '../cases/case-service.js';
import { type CaseStore, createCaseStore } from '../cases/case-store.js';
import { openWords } from '../cases/case-update.js';
import { planProgress, planRecategorise } from '../cases/plan-note.js';
import { planReviewed } from '../cases/plan-review.js';
import { createReporterStore } from '../cases/reporter-store.js';
import { findSimilar } from '../cases/similar-cases.js';
import { skmScore } from '../cases/skm.js';
import { CASE_OUTCOMES, isCaseStatus } from '../cases/status.js';
import { createSurveyStore } from '../cases/survey-store.js';
import type { CaseActor } from '../cases/transitions.js';
import { loadCategories } from '../classification/categories.js';
import type { Config } from '../config.js';
import { systemClock } from '../core/clock.js';
import { type Keys, open } from '../core/crypto.js';
import { AppError } from '../core/errors.js';
import type { Attachment } from '../messages/message.js';
import { createAudit } from '../staff/audit.js';
import { createFileStore } from '../store/files.js';

export const CASE_USAGE = `  case NUMBER      shows a case, with what was reported and said
  move NUMBER STATUS --by NAME [--role agent|coordinator|supervisor]
                   moves a case: verified, assigned, in_progress, needs_info, transferred, resolved, reopened, rejected
                   --unit ID --staff NAME --reason TEXT --question TEXT --result TEXT --outcome ${CASE_OUTCOMES.join('|')}
                   --proof FILE ... --no-proof TEXT --agency ID --right-agency NAME --address TEXT --appeal TEXT
  note NUMBER --by NAME --text TEXT
                   tells the complainant how the work is going
  reviewed NUMBER --by NAME --role supervisor --text TEXT
                   notes that a supervisor has looked at what was rated badly or revealed
  similar NUMBER   cases under way that may be about the same matter
  merge NUMBER INTO --by NAME --role coordinator
                   lets the second go on for the first; their reporters hear of it
  unmerge NUMBER --by NAME --role coordinator --reason TEXT
  skm YYYY-MM      the satisfaction index of a month's surveys
  recategorise NUMBER CATEGORY --by NAME [--examine]
                   another category, or that it needs examination
`;

/** What the commands need of an installation. */
export interface CaseAdmin {
  readonly db: Db;
  readonly keys: Keys;
  readonly config: Config;
  readonly flowsDir: string;
}

const text = { type: 'string' } as const;
const OPTIONS = {
  by: text,
  role: text,
  unit: text,
  staff: text,
  reason: text,
  question: text,
  result: text,
  outcome: text,
  proof: { type: 'string', multiple: true },
  'no-proof': text,
  agency: text,
  'right-agency': text,
  address: text,
  appeal: text,
  text,
  examine: { type: 'boolean' },
} as const;

const COMMANDS = new Set(['case', 'move', 'note', 'reviewed', 'similar', 'merge', 'unmerge', 'recategorise']);

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

/**
 * Does one of {@link CASE_USAGE}. The running service tells the reporters within a second.
 *
 * @returns what to print, or undefined when the words are no command of a case
 */
export async function runCaseCommand(admin: CaseAdmin, words: readonly string[]): Promise<string | undefined> {
  const { positionals, values } = parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true });
  const [command, number = '', goal = ''] = positionals;
  const cases = createCaseStore(admin.db);
  const key = `cli:${randomUUID()}`;
  // whoever works at the command line has the keys: what they do is on record all the same
  const note = () =>
    createAudit(admin.db, systemClock).append({
      by: `cli:${values.by ?? userInfo().username}`,
      what: `case.${command}`,
      ...(number ? { subject: number.toUpperCase() } : {}),
    });
  if (COMMANDS.has(command ?? '')) await note();
  switch (command) {
    case 'case':
      return show(admin, cases, number.toUpperCase());
    case 'move':
      return told(await move(serviceOf(admin, cases), admin, number.toUpperCase(), goal, values, key));
    case 'note': {
      const request = { number: number.toUpperCase(), by: requesterOf(values), key };
      const plan = planProgress;
      return told(
        await serviceOf(admin, cases).apply(request, (found, now) =>
          plan(found, request, values.text ?? '', admin.keys, now),
        ),
      );
    }
    case 'reviewed': {
      const request = { number: number.toUpperCase(), by: requesterOf(values), key };
      const deps = { rules: rulesOf(admin), keys: admin.keys };
      return told(
        await serviceOf(admin, cases).apply(request, (found, now) =>
          planReviewed(found, request, values.text ?? '', deps, now),
        ),
      );
    }
    case 'skm':
      return `${JSON.stringify(skmScore(await createSurveyStore(admin.db, admin.keys).of(number)) ?? 'no surveys', null, 2)}\n`;
    case 'similar':
      return similar(admin, cases, number.toUpperCase());
    case 'merge': {
      const request = { number: number.toUpperCase(), by: requesterOf(values), key };
      return told(await mergeOf(admin, cases).merge({ ...request, into: goal.toUpperCase() }));
    }
    case 'unmerge': {
      const request = { number: number.toUpperCase(), by: requesterOf(values), key };
      return told(await mergeOf(admin, cases).unmerge({ ...request, reason: values.reason ?? '' }));
    }
    case 'recategorise':
      return told(await recategorise(admin, cases, number.toUpperCase(), goal, values, key));
    default:
      return undefined;
  }
}

function told({ found }: Awaited<ReturnType<CaseService['change']>>): string {
  return `${found._id}: ${found.status}, ${found.unit}${found.staffId ? `, ${found.staffId}` : ''}\n`;
}

function rulesOf({ config, flowsDir }: CaseAdmin) {
  return loadCaseRules(flowsDir, config.TENANT_ZONE, []);
}

function serviceOf(admin: CaseAdmin, cases: CaseStore): CaseService {
  return createCaseService({
    cases,
    rules: rulesOf(admin),
    keys: admin.keys,
    clock: systemClock,
    staffOf: async () => [],
    onNotice: () => undefined,
  });
}

function mergeOf(admin: CaseAdmin, cases: CaseStore) {
  const reporters = createReporterStore(admin.db);
  const service = serviceOf(admin, cases);
  return createCaseMerge({ cases, reporters, service, rules: rulesOf(admin), keys: admin.keys, clock: systemClock });
}

const ROLES: readonly CaseActor[] = ['agent', 'coordinator', 'supervisor'];

function requesterOf({ by, role = 'agent' }: Values) {
  const known = ROLES.find((each) => each === role);
  if (!by) throw new AppError('request.invalid', 'Say who does it: --by NAME');
  if (!known) throw new AppError('request.invalid', `--role is one of ${ROLES.join(', ')}`);
  return { role: known, id: by };
}

async function move(
  service: CaseService,
  admin: CaseAdmin,
  number: string,
  to: string,
  values: Values,
  key: string,
): ReturnType<CaseService['change']> {
  if (!isCaseStatus(to)) throw new AppError('request.invalid', `There is no status "${to}"`);
  const outcome = CASE_OUTCOMES.find((each) => each === values.outcome);
  if (values.outcome && !outcome)
    throw new AppError('request.invalid', `--outcome is one of ${CASE_OUTCOMES.join(', ')}`);
  const proof = await Promise.all((values.proof ?? []).map((path) => saveProof(admin, number, path)));
  return service.change({
    number,
    to,
    by: requesterOf(values),
    key,
    ...(values.unit ? { unit: values.unit } : {}),
    ...(values.staff ? { staffId: values.staff } : {}),
    ...(values.reason ? { reason: values.reason } : {}),
    ...(values.question ? { question: values.question } : {}),
    ...(values.result ? { result: values.result } : {}),
    ...(outcome ? { outcome } : {}),
    ...(proof.length > 0 ? { proof } : {}),
    ...(values['no-proof'] ? { noProofReason: values['no-proof'] } : {}),
    ...(values.agency ? { agencyId: values.agency } : {}),
    ...(values['right-agency'] ? { rightAgency: values['right-agency'] } : {}),
    ...(values.address ? { agencyAddress: values.address } : {}),
    ...(values.appeal ? { appealWay: values.appeal } : {}),
  });
}

function saveProof({ db, keys }: CaseAdmin, number: string, path: string): Promise<Attachment> {
  return createFileStore(db, systemClock, keys).save(caseFilesOf(number), createReadStream(path), {
    name: basename(path),
  });
}

async function recategorise(
  admin: CaseAdmin,
  cases: CaseStore,
  number: string,
  category: string,
  values: Values,
  key: string,
) {
  const known = loadCategories(`${admin.flowsDir}/categories.yaml`).categories.get(category);
  if (!known) throw new AppError('request.invalid', `There is no category "${category}"`);
  const request = { number, by: requesterOf(values), key };
  const to = { category, restricted: known.restricted, ...(values.examine ? { needsExamination: true } : {}) };
  const deps = { rules: rulesOf(admin), keys: admin.keys };
  return serviceOf(admin, cases).apply(request, (found, now) => planRecategorise(found, request, to, deps, now));
}

async function similar({ keys }: CaseAdmin, cases: CaseStore, number: string): Promise<string> {
  const found = await cases.find(number);
  if (!found) throw new AppError('case.not_found', `There is no case ${number}`);
  const lines = (await findSimilar(found, { cases, keys })).map(
    ({ found: { _id, status }, likeness }) => `${_id}: ${Math.round(likeness * 100)} %, ${status}\n`,
  );
  return lines.join('') || 'none\n';
}

/** A case as JSON, opened. The receipt code is not among it: it is the complainant's. */
async function show({ keys }: CaseAdmin, cases: CaseStore, number: string): Promise<string> {
  const found = await cases.find(number);
  if (!found) throw new AppError('case.not_found', `There is no case ${number}`);
  const { report, history, notices, ...clear } = found;
  const shown = {
    ...clear,
    report: open<CaseReport>(keys, found._id, report.buffer),
    history: history.map((event) => {
      const { said: _sealed, ...rest } = event;
      return { ...rest, ...openWords(keys, number, event) };
    }),
    pendingNotices: notices.map(({ id, event }) => ({ id, event })),
  };
  return `${JSON.stringify(shown, null, 2)}\n`;
}
