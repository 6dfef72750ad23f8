import type { App } from '../../src/app.js';
import type { ChangeRequest } from '../../src/cases/change-request.js';
import { createCitizen, type TestCitizen } from '../fakes/test-app.js';

const REPORT = 'Lampu jalan mati di Jl. Mawar RT 03 sejak seminggu';

export interface FiledCase {
  readonly citizen: TestCitizen;
  readonly conversationId: string;
  readonly number: string;
  readonly code: string;
}

/** Written long after any question: an answer never counts as given before it was asked. */
const LATER = new Date('2036-01-01T00:00:00Z');

/** A citizen on the web chat, of a service whose clock a test moves. */
export function createWarga(app: Pick<App, 'conversations'>): TestCitizen {
  const citizen = createCitizen(app);
  return {
    ...citizen,
    say: (text, more) => citizen.say(text, { sentAt: LATER, ...more }),
    hear: (text, more) => citizen.hear(text, { sentAt: LATER, ...more }),
  };
}

/** A citizen on the web chat reports something and sends it. */
export async function fileCase(app: App, report = REPORT, citizen = createWarga(app)): Promise<FiledCase> {
  await citizen.say(report);
  const { conversationId, entries } = await citizen.say('kirim');
  // asked whether somebody else reported the same already
  const receipt = entries.at(-1)?.receipt ?? (await citizen.say('tetap lapor')).entries.at(-1)?.receipt;
  if (!receipt) throw new Error(`nothing was filed: ${entries.map(({ text }) => text).join('\n')}`);
  return { citizen, conversationId, ...receipt };
}

export const SARI = { role: 'agent', id: 'sari' } as const;
export const KOORD = { role: 'coordinator', id: 'koord' } as const;

/** What each step takes when a test doesn't care. */
const GIVEN: Partial<Record<ChangeRequest['to'], Partial<ChangeRequest>>> = {
  assigned: { staffId: 'sari' },
  needs_info: { question: 'Lampu yang di sebelah mana, Pak?' },
  transferred: { reason: 'Ini wewenang dinas lain', unit: 'dinas_perhubungan' },
  resolved: { result: 'Lampunya sudah kami ganti.', noProofReason: 'Foto menyusul besok', outcome: 'solved' },
  rejected: {
    reason: 'Lampu ini milik perumahan swasta',
    rightAgency: 'Pengelola Perumahan Asri',
    appealWay: 'Balas banding di sini dalam 30 hari.',
  },
};

let keys = 0;

/** Moves a case step by step; the last one with `more`. */
export async function moveCase(
  app: Pick<App, 'caseService'>,
  number: string,
  path: readonly ChangeRequest['to'][],
  more: Partial<ChangeRequest> = {},
) {
  let last: Awaited<ReturnType<App['caseService']['change']>> | undefined;
  for (const [index, to] of path.entries()) {
    keys += 1;
    const by = to === 'rejected' || to === 'transferred' ? KOORD : SARI;
    const own = index === path.length - 1 ? more : {};
    last = await app.caseService.change({ number, to, by, key: `move-${keys}`, ...GIVEN[to], ...own });
  }
  if (!last) throw new Error('no step was asked for');
  return last;
}
