import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import type { FileView } from '../../../src/staff/api/admin-files.js';
import type { CaseView } from '../../../src/staff/api/case.js';
import type { Hired, StaffApp } from '../../fakes/staff-app.js';
import type { FakeTelegram } from '../../fakes/telegram-server.js';
import { until } from '../../fakes/until.js';

const ROOT = new URL('../../..', import.meta.url).pathname;

/** What a page would run if it took text for markup; each place it is put into has a mark of its own. */
export function evil(mark: string): string {
  return `<img class=evil src=x onerror="hit('${mark}')">`;
}

/** How {@link evil} reads on a screen that is not taken in. */
export function shown(mark: string): string {
  return `hit('${mark}')`;
}

/** An answer to a frequent question can only be written by who ships the service: a folder of its own that does so. */
export function evilRoot(): {
  readonly root: string;
  readonly dataDir: string;
  readonly evilFile: string;
  remove(): void;
} {
  const root = mkdtempSync(join(tmpdir(), 'kanal-xss-'));
  for (const name of readdirSync(ROOT)) if (name !== 'flows') symlinkSync(join(ROOT, name), join(root, name));
  cpSync(join(ROOT, 'flows'), join(root, 'flows'), { recursive: true });
  const faq = join(root, 'flows', 'faq.yaml');
  const text = readFileSync(faq, 'utf8');
  writeFileSync(
    faq,
    text.replace('id: Melapor di sini gratis.', `id: >-\n        ${evil('faq')} Melapor di sini gratis.`),
  );
  const evilFile = join(root, `${evil('file')}.pdf`);
  writeFileSync(evilFile, '%PDF-1.4\n%%EOF\n');
  return { root, dataDir: join(root, 'data'), evilFile, remove: () => rmSync(root, { recursive: true, force: true }) };
}

export interface Filed {
  /** The chat of somebody on Telegram whose very name is markup, and the case filed in it. */
  readonly chatId: string;
  readonly number: string;
  readonly supervisor: Hired;
}

/** Names that staff see of each other: accounts, units, categories, agencies, ready answers, days off. */
export async function fileNames(office: StaffApp): Promise<void> {
  const edit = async (path: string, edits: readonly (readonly [(string | number)[], unknown])[]) => {
    const { file } = await office.admin.get<FileView>(`/admin/file?path=${path}`);
    const sets = edits.map(([at, value]) => ({ do: 'set', at, value }));
    const body = { path, seenVersion: file.version, edits: sets, note: evil('version') };
    await office.admin.post('/admin/file/edit', body);
  };
  await edit('units.yaml', [
    [['units', 'dinas_pu', 'name'], `Dinas ${evil('unit')}`],
    [['agencies', 'pln', 'name'], evil('agency')],
  ]);
  const words = (mark: string) => ({ id: `Jalan ${evil(mark)}`, en: evil(mark), jv: evil(mark), su: evil(mark) });
  await edit('categories.yaml', [[['categories', 'jalan', 'label'], words('category')]]);
  await edit('tone.yaml', [[['rules', 'jargon', 'advice', 'id'], `${evil('advice')} tulis saja`]]);
  await edit('templates.yaml', [
    [['templates', 'kabar_netral', 'languages', 'id', 'body'], `Ada kabar ${evil('template')} untuk Bapak/Ibu.`],
  ]);
  await office.admin.post('/admin/holidays', {
    on: '2026-12-30',
    name: evil('holiday'),
    list: 'holidays',
    seenVersion: (await office.admin.get<FileView>('/admin/file?path=holidays/2026.yaml')).file.version,
  });
  const canned = { id: 'evil', shortcut: 'jahat', title: evil('canned-title'), texts: { id: evil('canned') } };
  await office.admin.post('/canned', canned);
  await office.admin.post('/tokens', { name: evil('token'), scopes: ['case:read'] });
}

/** A person of staff who is called so. */
export async function hireEvil(office: StaffApp): Promise<Hired> {
  const hired = await office.hire('supervisor', [], 'rina');
  const name = `Rina ${evil('staff')}`;
  const response = await office.admin.send('PATCH', `/staff/${hired.id}`, { name });
  if (!response.ok) throw new Error(await response.text());
  await hired.client.send('PUT', '/saved-views', [
    { name: "<img class=evil>hit('view')", page: 'cases', query: { view: 'all' } },
  ]);
  return hired;
}

/** A citizen on Telegram reports something with a captioned photo; staff say, ask, note and correct, all in markup. */
export async function fileMatter(fake: FakeTelegram, supervisor: Hired): Promise<Filed> {
  const citizen = fake.citizen(51_001, `Siti ${evil('name')}`);
  const photo = await sharp({ create: { width: 32, height: 32, channels: 3, background: '#a44' } })
    .jpeg()
    .toBuffer();
  citizen.photo(photo, `Jalan berlubang ${evil('words')} di Jl. ${evil('place')} RT 03 sejak kemarin`);
  const heard = (text: string) => until(text, () => citizen.heard().join(' ').includes(text));
  await heard('Kirim');
  citizen.tap('Kirim');
  await heard('LP-');
  const number = /LP-\d{6}-\d{4}/.exec(citizen.heard().join(' '))?.[0] ?? '';
  const place = { latitude: -7.2575, longitude: 112.7521 };
  citizen.send({ location: place, venue: { location: place, title: evil('venue'), address: evil('address') } });
  citizen.say(`petugas ${evil('asked')}`);
  const { client } = supervisor;
  await until('the case', async () => (await client.send('GET', `/cases/${number}`)).ok);
  const view = await client.get<CaseView>(`/cases/${number}`);
  const chatId = view.reporters[0]?.conversationId ?? '';
  let rev = view.card.rev;
  let keys = 0;
  const write = async (path: string, body: object) => {
    keys += 1;
    const response = await client.send('POST', path, body, { 'Idempotency-Key': `evil-${keys}-key` });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    rev = text === '' ? rev : ((JSON.parse(text) as { rev?: number }).rev ?? rev);
  };
  const deed = (name: string, body: object) => write(`/cases/${number}/${name}`, { seenRev: rev, ...body });
  await write(`/conversations/${chatId}/claim`, {});
  await write(`/conversations/${chatId}/say`, { text: `Baik ${evil('reply')}` });
  await write(`/conversations/${chatId}/notes`, { text: `Catatan ${evil('chat-note')}` });
  await write(`/conversations/${chatId}/reveal`, { reason: `Perlu dihubungi ${evil('reveal')}` });
  await write(`/conversations/${chatId}/cases`, {
    ...{ description: `Jalan berlubang ${evil('twin')} di Jl. Mawar RT 03 sejak kemarin`, kind: 'pengaduan' },
    ...{ category: 'jalan', place: evil('place') },
  });
  await deed('report', { place: `Pasar ${evil('new-place')}`, reason: evil('correction') });
  await deed('move', { to: 'verified', note: evil('step-note') });
  await deed('move', { to: 'assigned', unit: 'dinas_pu', staffId: supervisor.id });
  await deed('progress', { text: evil('progress') });
  await deed('move', { to: 'needs_info', question: `Yang mana ${evil('question')}` });
  await write(`/cases/${number}/notes`, { text: evil('case-note') });
  await heard(shown('progress'));
  citizen.say(`Yang besar ${evil('last')}`);
  return { chatId, number, supervisor };
}
