import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createCaseErasure } from '../cases/case-erasure.js';
import { loadCaseRules } from '../cases/case-rules.js';
import { createCaseService } from '../cases/case-service.js';
import { createCaseStore } from '../cases/case-store.js';
import { circlesByNature, RAHASIA_CIRCLE } from '../cases/circle.js';
import { createCircleStore } from '../cases/circle-store.js';
import { createReporterStore } from '../cases/reporter-store.js';
import { loadRetention } from '../cases/retention-rules.js';
import { createCopyData } from '../conversations/data-copy.js';
import { createDataRequests } from '../conversations/data-requests.js';
import { createEraseOld } from '../conversations/erase-old.js';
import { createTurnStore } from '../conversations/turn-store.js';
import { systemClock } from '../core/clock.js';
import { AppError } from '../core/errors.js';
import { createLog } from '../core/log.js';
import { previewRetention, runRetention } from '../jobs/retention.js';
import { createRetentionRuns } from '../jobs/retention-runs.js';
import { createAudit } from '../staff/audit.js';
import { readAnchors } from '../staff/audit-anchors.js';
import { createReveal } from '../staff/reveal.js';
import { createFileStore } from '../store/files.js';
import { rekey } from '../store/rekey.js';
import type { CaseAdmin } from './admin-cases.js';

export const PRIVACY_USAGE = `  reveal NUMBER --by NAME --approved-by NAME --reason TEXT
                   tells who is behind a case; audited, and put before a supervisor
  data requests    who waits for a copy of their data, and by when
  data copy ID --by NAME
                   prints the copy of a request, as JSON, and notes that it was given
  rekey            seals everything by the newest key of CONTENT_KEYS, so that older ones can be taken out
  circle [NAME --staff ID,ID --by NAME]
                   names the staff who read a restricted circle, in place of those before; or shows who is named
  retention [--dry-run]
                   erases what is past its time (flows/retention.yaml), as the service does once a day; or only tells what
                   would be erased, since when and why
  audit verify     goes through the audit log and what was noted of it in DATA_DIR/audit
`;

const MAX_REQUESTS = 1000;
const text = { type: 'string' } as const;

/** Runs one of {@link PRIVACY_USAGE}. @returns what to print, or undefined when it is none of these */
export async function runPrivacyCommand(admin: CaseAdmin, words: readonly string[]): Promise<string | undefined> {
  const [command, argument = ''] = words;
  if (command === 'audit' && argument === 'verify') return verify(admin);
  if (command === 'data' && argument === 'requests') return listRequests(admin);
  if (command === 'data' && argument === 'copy' && words[2]) return copyData(admin, words.slice(2));
  if (command === 'circle') return circle(admin, words.slice(1));
  if (command === 'retention') return retention(admin, words.slice(1));
  if (command === 'rekey') return sealAnew(admin);
  if (command === 'reveal' && argument) return reveal(admin, words.slice(1));
  return undefined;
}

async function verify({ db, config }: CaseAdmin): Promise<string> {
  const anchors = await readAnchors(join(config.DATA_DIR, 'audit', 'anchors.txt'));
  const verdict = await createAudit(db, systemClock).verify(anchors);
  if (verdict.ok) return `${verdict.entries} entries, ${anchors.length} anchors: all good\n`;
  process.exitCode = 1;
  return `entry ${verdict.at}: ${verdict.why}\n`;
}

async function listRequests({ db }: CaseAdmin): Promise<string> {
  const open = await createDataRequests(db).listOpen(MAX_REQUESTS);
  return open.map(({ _id, kind, dueAt }) => `${dueAt?.toISOString()}  ${kind}  ${_id}\n`).join('') || 'none\n';
}

async function copyData({ db, keys }: CaseAdmin, words: readonly string[]): Promise<string> {
  const { positionals, values } = parseArgs({ args: [...words], options: { by: text }, allowPositionals: true });
  const [id = ''] = positionals;
  if (!values.by) throw new AppError('request.invalid', 'Say who gives it out: --by NAME');
  const requests = createDataRequests(db);
  const found = (await requests.listOpen(MAX_REQUESTS)).find((each) => each._id === id && each.kind === 'copy');
  if (!found) throw new AppError('request.invalid', 'There is no such open request for a copy');
  const subject = found.conversationId;
  await createAudit(db, systemClock).append({ by: `cli:${values.by}`, what: 'data.copied', subject });
  const copy = createCopyData({
    turns: createTurnStore(db, systemClock),
    cases: createCaseStore(db),
    reporters: createReporterStore(db),
    keys,
  });
  const data = await copy(subject);
  await requests.close(id, systemClock.now(), values.by);
  return `${JSON.stringify(data, null, 2)}\n`;
}

async function circle({ db, config, flowsDir }: CaseAdmin, words: readonly string[]): Promise<string> {
  const { positionals, values } = parseArgs({
    args: [...words],
    options: { by: text, staff: text },
    allowPositionals: true,
  });
  const store = createCircleStore(db);
  const known = [RAHASIA_CIRCLE, ...circlesByNature(loadCaseRules(flowsDir, config.TENANT_ZONE, []))];
  const [name] = positionals;
  if (name !== undefined) {
    if (!known.includes(name))
      throw new AppError('request.invalid', `There is no circle "${name}": ${known.join(', ')}`);
    if (!values.by || values.staff === undefined)
      throw new AppError('request.invalid', 'Say who is named, and who names them: --staff ID,ID --by NAME');
    const staffIds = values.staff.split(',').filter(Boolean);
    const details = { staffIds: staffIds.join(',') };
    await createAudit(db, systemClock).append({ by: `cli:${values.by}`, what: 'circle.named', subject: name, details });
    await store.name(name, staffIds);
  }
  const named = await store.all();
  return known.map((each) => `${each}: ${named.get(each)?.join(', ') || 'nobody is named'}\n`).join('');
}

async function retention({ db, keys, config, flowsDir }: CaseAdmin, words: readonly string[]): Promise<string> {
  const { values } = parseArgs({ args: [...words], options: { 'dry-run': { type: 'boolean' } } });
  const clock = systemClock;
  const deps = {
    rules: loadRetention(flowsDir),
    cases: createCaseErasure({ db, keys, releaseFiles: createFileStore(db, clock, keys).release }),
    turns: createEraseOld({ db, turns: createTurnStore(db, clock), keys }),
    clock,
  };
  if (values['dry-run']) {
    const past = (await previewRetention(deps)).map(
      ({ what, category = '', kind = '', count, before, years, basis }) =>
        `${[what, category, kind].filter(Boolean).join(' ')}: ${count} from before ${before.toISOString().slice(0, 10)} (${years} years; ${basis})\n`,
    );
    return past.join('') || 'nothing is past its time\n';
  }
  const { home } = loadCaseRules(flowsDir, config.TENANT_ZONE, []);
  const facts = { runs: createRetentionRuns(db), audit: createAudit(db, clock), log: createLog('error'), home };
  const run = await runRetention({ ...deps, ...facts }, `cli-${clock.now().getTime()}`);
  const { cases = 0, files = 0, turns = 0 } = run?.counts ?? {};
  return `${cases} cases, the files of ${files} cases and ${turns} turns erased\n`;
}

async function sealAnew({ db, keys }: CaseAdmin): Promise<string> {
  await createAudit(db, systemClock).append({ by: `cli:${userInfo().username}`, what: 'keys.rotated' });
  const counts = Object.entries(await rekey(db, keys));
  return counts.map(([collection, count]) => `${collection}: ${count} sealed anew\n`).join('');
}

async function reveal(admin: CaseAdmin, words: readonly string[]): Promise<string> {
  const options = { by: text, 'approved-by': text, reason: text };
  const { positionals, values } = parseArgs({ args: [...words], options, allowPositionals: true });
  const { db, keys, config, flowsDir } = admin;
  const rules = loadCaseRules(flowsDir, config.TENANT_ZONE, []);
  const service = createCaseService({
    cases: createCaseStore(db),
    rules,
    keys,
    clock: systemClock,
    staffOf: async () => [],
    onNotice: () => undefined,
  });
  const found = await createReveal({
    service,
    reporters: createReporterStore(db),
    turns: createTurnStore(db, systemClock),
    keys,
    rules,
    audit: createAudit(db, systemClock),
  })({
    number: (positionals[0] ?? '').toUpperCase(),
    by: values.by ?? '',
    approvedBy: values['approved-by'] ?? '',
    reason: values.reason ?? '',
    key: `cli:${randomUUID()}`,
  });
  return found.map((each) => `${JSON.stringify(each)}\n`).join('') || 'nobody is known\n';
}
