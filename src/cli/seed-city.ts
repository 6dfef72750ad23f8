import { randomInt } from 'node:crypto';
import type { App } from '../app.js';
import { AppError } from '../core/errors.js';
import { createNotes } from '../staff/notes.js';
import { createAgenda } from './demo-agenda.js';
import { seedChats } from './demo-chats.js';
import { createDemoCitizen, type DemoCitizen } from './demo-citizen.js';
import { type DemoClock, inOfficeHours, type OwnTime } from './demo-clock.js';
import { createLife, type DemoStaff, type LifeStep } from './demo-life.js';
import { type DemoPerson, demoPeople } from './demo-people.js';
import { type Chance, createChance } from './demo-random.js';
import { CITIZENS, DISTRICTS, QUESTIONS, REPORTS, RESTRICTED, reportText, SINCE, STREETS } from './demo-reports.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const CASES_OVER_DAYS = 60;
const MAX_TRIES = 3;
/** Of the first case's chances; each further one has the next. */
const SEED = 20_260_817;
/** The clocks of cases and chats are looked at so often on the way, in the city's own time. */
const SWEEP_EVERY_MS = 8 * HOUR_MS;

export interface SeedOptions {
  readonly cases: number;
  readonly chats: number;
  /** The city's present. */
  readonly until: Date;
  readonly tell: (line: string) => void;
}

export interface SeedDeps {
  readonly app: App;
  readonly clock: DemoClock;
}

export interface Seeded {
  readonly staff: readonly (DemoStaff & { readonly password: string })[];
  readonly cases: readonly string[];
  readonly chats: readonly string[];
}

/**
 * Plays sixty days of a city through the service itself: chats are received, cases moved, clocks swept, notices told,
 * each at its own time, so that everything there is agrees with everything else. Between two sweeps the affairs of
 * different people don't touch, so they are played side by side, each on a time of its own.
 *
 * @param deps.clock stands before the first of those days
 */
export async function seedCity({ app, clock }: SeedDeps, options: SeedOptions): Promise<Seeded> {
  const { cases, until, tell } = options;
  const beginsAt = new Date(until.getTime() - CASES_OVER_DAYS * DAY_MS);
  clock.goTo(beginsAt);
  const staff = await hireStaff(app);
  tell(`${staff.length} people of staff, over ${new Set(staff.flatMap(({ units }) => units)).size} units`);
  const db = app.connection.getClient().db(app.connection.name);
  const notes = createNotes({ db, keys: app.keys, clock });
  const agenda = createAgenda();
  const filed: string[] = [];
  const times = new Map<string, OwnTime>();
  let noted = 0;

  const addNote = async (subject: string, by: string, text: string) => {
    noted += 1;
    await notes.add({ subject, by, key: `demo-${noted}`, text, mentions: [] });
  };
  const queueStep = (time: OwnTime, step: LifeStep | undefined) => {
    if (!step) return;
    const due = new Date(time.now().getTime() + step.afterMs);
    agenda.add(step.isOffice ? inOfficeHours(due) : due, async (at) => queueStep(time, await time.play(at, step.run)));
  };
  const meetAs = (time: OwnTime) => (other: string) => {
    const theirs = times.get(other);
    theirs?.goTo(time.now());
    if (theirs) time.goTo(theirs.now());
  };

  for (let index = 0; index < cases; index++) {
    const chance = createChance(SEED + index);
    // more of late, as in a service that is becoming known
    const share = (index + chance.number()) / cases;
    const at = new Date(beginsAt.getTime() + share ** 0.8 * (CASES_OVER_DAYS * DAY_MS - HOUR_MS / 2));
    agenda.add(daytime(at, chance), async (begins) => {
      const time = clock.ownTime();
      const citizen = citizenFor({ app, clock }, chance, `${runOf(until)}-warga-${index}`);
      const number = await time.play(begins, () => fileOne(citizen, chance, index));
      if (number === undefined) return;
      filed.push(number);
      times.set(number, time);
      if (filed.length % 50 === 0) tell(`${filed.length} cases filed, ${time.now().toISOString().slice(0, 10)}`);
      queueStep(time, createLife({ app, chance, staff, addNote, meet: meetAs(time) }, number, citizen, filed));
    });
  }
  // without cases there is no past to play
  for (let at = cases > 0 ? beginsAt : until; at < until; ) {
    at = new Date(Math.min(at.getTime() + SWEEP_EVERY_MS, until.getTime()));
    await agenda.play(at);
    if (at < until) clock.goTo(at);
    await sweep(app);
  }
  tell(`${filed.length} cases with their histories`);
  const chats = await seedChats({ app, clock, staff, addNote }, options);
  tell(`${chats.length} chats: with the bot, waiting for a person, and held by staff`);
  clock.goTo(until);
  await app.sweepClocks();
  await app.relayNotices();
  return { staff, cases: filed, chats };
}

async function hireStaff(app: App): Promise<(DemoStaff & { password: string })[]> {
  const [first, ...others] = demoPeople(app.tenant.live.unitIds);
  if (!first) return [];
  return [await hire(app, first), ...(await Promise.all(others.map((each) => hire(app, each))))];
}

async function hire(app: App, person: DemoPerson): Promise<DemoStaff & { password: string }> {
  const { accounts, store } = app.staff;
  const password = passphrase();
  try {
    const token = person.role === 'admin' ? await accounts.offerFirst() : undefined;
    if (token) return { ...person, password, id: (await accounts.acceptFirst(token, { ...person, password }))._id };
    const { account, invitation } = await accounts.invite(person, 'cli:seed-demo');
    await accounts.acceptInvitation(invitation.token, { password });
    return { ...person, password, id: account._id };
  } catch (error) {
    // --force on a store that was seeded before: they are there, with the passwords of then
    const known = error instanceof AppError ? await store.findByLogin(person.login) : undefined;
    if (!known) throw error;
    return { ...person, id: known._id, password: '(as before)' };
  }
}

const SYLLABLES = ['ba', 'ci', 'du', 'ga', 'ju', 'ka', 'lo', 'mi', 'nu', 'pa', 'ra', 'se', 'ti', 'wa', 'ye', 'zo'];

/** Easy to read out, and of this run only: a demo may stand where others reach it. */
function passphrase(): string {
  const word = () => Array.from({ length: 3 }, () => SYLLABLES[randomInt(SYLLABLES.length)]).join('');
  return `${word()}-${word()}-${word()}`;
}

/** Tells the people of one run from those of another: nobody takes up an earlier one's chat. */
function runOf(until: Date): string {
  return `demo-${until.getTime().toString(36)}`;
}

function citizenFor({ app, clock }: SeedDeps, chance: Chance, id: string): DemoCitizen {
  const roll = chance.number();
  const channel = roll < 0.5 ? 'webchat' : roll < 0.8 ? 'whatsapp_cloud' : 'telegram';
  return createDemoCitizen({ app, clock, chance }, { channel, id, name: chance.pick(CITIZENS) });
}

async function fileOne(citizen: DemoCitizen, chance: Chance, index: number): Promise<string | undefined> {
  const kind = chance.number();
  let texts = kind < 0.05 ? RESTRICTED : kind < 0.15 ? QUESTIONS : REPORTS;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const where = placeAndTime(chance);
    // every third says all in one go; the others are asked for what is missing
    const number = await citizen.report(reportText(chance.pick(texts), index % 3 === 0 ? where : undefined), {
      ...where,
      anonim: chance.is(0.15),
    });
    if (number !== undefined) return number;
    // a question was answered at once, say: then they report something
    await citizen.say('batal');
    texts = REPORTS;
  }
  return undefined;
}

function placeAndTime(chance: Chance) {
  const place = `${chance.pick(STREETS)} RT 0${chance.between(1, 9)} ${chance.pick(DISTRICTS)}`;
  return { place, since: chance.pick(SINCE) };
}

/** Between seven in the morning and nine at night, where the city lies. */
function daytime(at: Date, chance: Chance): Date {
  const local = new Date(at.getTime() + 7 * HOUR_MS);
  const hour = local.getUTCHours();
  if (hour >= 7 && hour < 21) return at;
  const shift = (hour < 7 ? -(hour + 3) : -(hour - 20)) * HOUR_MS;
  return new Date(at.getTime() + shift - chance.between(0, 90) * 60_000);
}

async function sweep(app: App): Promise<void> {
  await app.conversations.sweepTimers();
  await app.sweepClocks();
  await app.relayNotices();
}
