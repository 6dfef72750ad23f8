import type { App } from '../app.js';
import { AppError } from '../core/errors.js';
import { createAgenda } from './demo-agenda.js';
import { createDemoCitizen, type DemoCitizen } from './demo-citizen.js';
import type { DemoClock } from './demo-clock.js';
import type { DemoStaff } from './demo-life.js';
import { type Chance, createChance } from './demo-random.js';
import { CITIZENS, REPORTS, reportText, STREETS } from './demo-reports.js';
import { NOTES, TALKS, WAITING } from './demo-words.js';

const MINUTE_MS = 60_000;
/** How the chats stand when the demo is opened, by share. */
const HELD = 0.35;
const QUEUED = 0.3;
/** Of the first chat's chances; each further one has the next. */
const SEED = 20_270_817;

export interface ChatDeps {
  readonly app: App;
  readonly clock: DemoClock;
  readonly staff: readonly DemoStaff[];
  readonly addNote: (subject: string, by: string, text: string) => Promise<void>;
}

/**
 * Chats of the last half hour: some still with the bot, some waiting for a person, some held by one of staff.
 * @returns their conversation ids
 */
export async function seedChats(
  deps: ChatDeps,
  options: { readonly chats: number; readonly until: Date },
): Promise<string[]> {
  const { app, clock, staff } = deps;
  const { chats, until } = options;
  const agents = staff.filter(({ role, units }) => role === 'agent' && units.includes('meja_bantuan'));
  // else whoever wrote to them would wait for somebody else at once
  await Promise.all(agents.map(({ id }) => app.staff.store.update(id, { $max: { seenAt: until } })));
  const begins = until.getTime() - 30 * MINUTE_MS;
  const held = Math.round(chats * HELD);
  const queued = Math.round(chats * QUEUED);
  const agenda = createAgenda();
  const made: string[] = [];
  for (let index = 0; index < chats; index++) {
    const chance = createChance(SEED + index);
    const channel = chance.pick(['webchat', 'webchat', 'whatsapp_cloud', 'telegram'] as const);
    const who = { channel, id: `demo-${until.getTime().toString(36)}-obrolan-${index}`, name: chance.pick(CITIZENS) };
    const citizen = createDemoCitizen({ app, clock, chance }, who);
    made.push(citizen.conversationId);
    const chat = () => {
      if (index < held && agents.length > 0) return talk(deps, chance, citizen, chance.pick(agents), index);
      return index < held + queued ? wait(app, chance, citizen) : chatWithBot(citizen, chance);
    };
    agenda.add(new Date(begins + (index / chats) * 20 * MINUTE_MS), (at) => clock.ownTime().play(at, chat));
  }
  await agenda.play(until);
  return made;
}

async function talk(
  { app, addNote }: ChatDeps,
  chance: Chance,
  citizen: DemoCitizen,
  by: DemoStaff,
  index: number,
): Promise<void> {
  const [opening = '', ...lines] = chance.pick(TALKS);
  const { staff } = app.conversations;
  await askForPerson(app, citizen);
  await citizen.say(opening);
  await staff.claim(citizen.conversationId, by.id, `demo-claim-${index}`);
  const upTo = chance.between(1, lines.length);
  for (const [at, line] of lines.slice(0, upTo).entries()) {
    if (at % 2 === 1) await citizen.say(line);
    else await staff.say(citizen.conversationId, by.id, `demo-say-${index}-${at}`, line);
  }
  if (chance.is(0.4)) await addNote(citizen.conversationId, by.id, chance.pick(NOTES));
}

async function wait(app: App, chance: Chance, citizen: DemoCitizen): Promise<void> {
  await askForPerson(app, citizen);
  await citizen.say(chance.pick(WAITING));
}

/** In office hours asking is enough; outside them people are asked whether they leave a message. */
async function askForPerson(app: App, citizen: DemoCitizen): Promise<void> {
  await citizen.say('petugas');
  const tip = await app.conversations.turns.tip(citizen.conversationId);
  if (!tip) throw new AppError('conversation.not_found', 'There is no such conversation');
  if (tip.after.mode === 'bot') await citizen.say('tinggalkan pesan');
}

async function chatWithBot(citizen: DemoCitizen, chance: Chance): Promise<void> {
  const opening = chance.pick(['halo min', 'menu', 'status', 'lapor', 'selamat siang', 'mau lapor dong']);
  await citizen.say(opening);
  if (chance.is(0.6)) {
    const where = { place: chance.pick(STREETS), since: '' };
    await citizen.say(reportText(chance.pick(REPORTS), where));
  }
}
