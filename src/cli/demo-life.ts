import type { App } from '../app.js';
import type { Case } from '../cases/case.js';
import type { ChangeRequest } from '../cases/change-request.js';
import { AppError } from '../core/errors.js';
import type { DemoCitizen } from './demo-citizen.js';
import type { DemoPerson } from './demo-people.js';
import type { Chance } from './demo-random.js';
import { ANSWERS, DISPUTES, NOTES, QUESTIONS_BACK, REJECTIONS, REPLIES_BACK, RESULTS, STARS } from './demo-words.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export interface DemoStaff extends DemoPerson {
  readonly id: string;
}

export interface LifeDeps {
  readonly app: Pick<App, 'cases' | 'caseService' | 'caseMerge'>;
  readonly chance: Chance;
  readonly staff: readonly DemoStaff[];
  readonly addNote: (subject: string, by: string, text: string) => Promise<void>;
  /** Whoever handles this other case is as far in time as this one: what follows is part of both histories. */
  readonly meet: (other: string) => void;
}

/** One thing that happens to a case, some time after the one before; by office staff only in office hours. */
export interface LifeStep {
  readonly afterMs: number;
  readonly isOffice: boolean;
  /** @returns what comes next; nothing when the case is left as it is */
  run(): Promise<LifeStep | undefined>;
}

/** How cases go in the demo city, by share of a hundred. */
const FATES = [
  ['solved', 50],
  ['stuck', 13],
  ['asked', 9],
  ['disputed', 8],
  ['transferred', 5],
  ['rejected', 5],
  ['untouched', 4],
  ['merged', 3],
  ['withdrawn', 3],
] as const;
type Fate = (typeof FATES)[number][0];

/** The life of one case from the moment it was filed, as a chain of steps. */
export function createLife(deps: LifeDeps, number: string, citizen: DemoCitizen, others: readonly string[]): LifeStep {
  const { app, chance, staff } = deps;
  const fate = pickFate(chance);
  let count = 0;

  const get = async (): Promise<Case> => {
    const found = await app.cases.find(number);
    if (!found) throw new AppError('case.not_found', `There is no case ${number}`);
    return found;
  };
  const someone = (unit: string, role: DemoPerson['role']): string =>
    staff.find((each) => each.role === role && each.units.includes(unit))?.id ??
    staff.find((each) => each.role === 'supervisor')?.id ??
    'demo';
  const agentOf = (unit: string) => {
    const agents = staff.filter((each) => each.role === 'agent' && each.units.includes(unit));
    return agents.length > 0 ? chance.pick(agents).id : undefined;
  };
  /** By whoever works it, or leads the unit when the step is theirs. @returns false when the case stands elsewhere now */
  const move = async (to: ChangeRequest['to'], more: Partial<ChangeRequest> = {}, lead = false): Promise<boolean> => {
    const found = await get();
    const own = lead ? undefined : (found.staffId ?? agentOf(found.unit));
    const by = own ? ({ role: 'agent', id: own } as const) : leadOf(found.unit);
    count += 1;
    try {
      await app.caseService.change({ number, to, by, key: `demo-${count}`, ...more });
    } catch (error) {
      // a clock or its complainant was faster, as in any office
      if (error instanceof AppError) return false;
      throw error;
    }
    return true;
  };
  const leadOf = (unit: string) => {
    const id = someone(unit, 'coordinator');
    const role = staff.find((each) => each.id === id)?.role === 'coordinator' ? 'coordinator' : 'supervisor';
    return { role, id } as const;
  };

  const office = (hours: readonly [number, number], run: LifeStep['run']): LifeStep => ({
    afterMs: chance.between(hours[0] * 60, hours[1] * 60) * 60_000,
    isOffice: true,
    run,
  });
  const home = (hours: readonly [number, number], run: LifeStep['run']): LifeStep => ({
    ...office(hours, run),
    isOffice: false,
  });
  const end = undefined;

  const verify = (then: LifeStep | undefined) => office([1, 14], async () => ((await move('verified')) ? then : end));
  const assign = (then: LifeStep | undefined) =>
    office([1, 8], async () => {
      const staffId = agentOf((await get()).unit);
      return (await move('assigned', staffId ? { staffId } : {}, true)) ? then : end;
    });
  const start = (then: LifeStep | undefined) =>
    office([2, 26], async () => {
      if (!(await move('in_progress'))) return end;
      if (chance.is(0.4))
        await deps.addNote(number, (await get()).staffId ?? someone('', 'supervisor'), chance.pick(NOTES));
      return then;
    });
  const resolve = (then: LifeStep | undefined) =>
    office([10, 110], async () => {
      const result = chance.pick((await get()).kind === 'pengaduan' ? RESULTS : ANSWERS);
      const given = { result, noProofReason: 'Foto menyusul dari petugas lapangan', outcome: 'solved' } as const;
      return (await move('resolved', given)) ? then : end;
    });
  const confirm = home([1, 40], async () => {
    if (chance.is(0.35)) return end;
    await citizen.say('sudah beres');
    return chance.is(0.75) ? home([0, 3], async () => rate()) : end;
  });
  const rate = async () => {
    const stars = chance.pick(STARS);
    await citizen.say('nilai');
    await citizen.say(stars);
    if (stars.includes('kurang')) await citizen.say('tolong lebih cepat kabarnya');
    return end;
  };
  const work = (then: LifeStep | undefined) => assign(start(resolve(then)));

  const fates: Readonly<Record<Fate, () => LifeStep | undefined>> = {
    untouched: () => end,
    solved: () =>
      verify(office([0, 1], async () => ((await get()).kind === 'pengaduan' ? work(confirm) : resolve(confirm)))),
    stuck: () => verify(chance.is(0.5) ? assign(end) : assign(start(end))),
    asked: () =>
      verify(
        assign(
          office([1, 6], async () => {
            if (!(await move('needs_info', { question: chance.pick(QUESTIONS_BACK) }))) return end;
            if (chance.is(0.4)) return end;
            return home([1, 50], async () => {
              await citizen.say(chance.pick(REPLIES_BACK));
              await citizen.say('selesai');
              return start(resolve(confirm));
            });
          }),
        ),
      ),
    disputed: () =>
      verify(
        work(
          home([2, 30], async () => {
            await citizen.say(chance.pick(DISPUTES));
            await citizen.say('selesai');
            // some stay where they are: reopened, on a coordinator's desk
            if (chance.is(0.3)) return end;
            return office([2, 20], async () => {
              const staffId = agentOf((await get()).unit);
              if (!(await move('assigned', staffId ? { staffId } : {}, true))) return end;
              return chance.is(0.6) ? start(resolve(confirm)) : start(end);
            });
          }),
        ),
      ),
    transferred: () =>
      verify(
        office([1, 12], async () => {
          const { unit } = await get();
          const to = chance.pick(
            ['dinas_perhubungan', 'dinas_pu', 'dinas_lingkungan_hidup'].filter((each) => each !== unit),
          );
          const reason = 'Setelah dicek, ini wewenang dinas yang lain.';
          return (await move('transferred', { unit: to, reason }, true)) && chance.is(0.6)
            ? verify(work(confirm))
            : end;
        }),
      ),
    rejected: () => verify(office([2, 20], async () => void (await move('rejected', REJECTIONS, true)))),
    merged: () =>
      verify(
        office([1, 10], async () => {
          const into = await findTwin();
          if (!into) return work(confirm);
          deps.meet(into);
          const { unit } = await get();
          await app.caseMerge.merge({ number, into, by: leadOf(unit), key: 'demo-merge' }).catch(ignoreRefusal);
          return end;
        }),
      ),
    withdrawn: () =>
      home([3, 60], async () => {
        count += 1;
        const by = { role: 'complainant' } as const;
        const request = {
          number,
          to: 'withdrawn',
          by,
          key: `demo-${count}`,
          causedIn: citizen.conversationId,
        } as const;
        await app.caseService.change(request).catch(ignoreRefusal);
        return end;
      }),
  };

  /** An open case of the same category: the one that goes on. */
  async function findTwin(): Promise<string | undefined> {
    const own = await get();
    const found = await app.cases.findAll(others.slice(-60));
    const open = ['verified', 'assigned', 'in_progress'];
    return found.find(
      ({ _id, category, status, circle, unit }) =>
        _id !== number &&
        category === own.category &&
        unit === own.unit &&
        circle === own.circle &&
        open.includes(status),
    )?._id;
  }

  return fates[fate]() ?? { afterMs: DAY, isOffice: false, run: async () => end };
}

function pickFate(chance: Chance): Fate {
  let left = chance.number() * FATES.reduce((sum, [, share]) => sum + share, 0);
  for (const [fate, share] of FATES) {
    left -= share;
    if (left < 0) return fate;
  }
  return 'solved';
}

function ignoreRefusal(error: unknown): void {
  if (!(error instanceof AppError)) throw error;
}
