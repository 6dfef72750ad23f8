import { expect } from 'chai';
import { ROLES, type Role } from '../../../src/staff/actor.js';
import type { CasesPage } from '../../../src/staff/api/case.js';
import type { InboxPage } from '../../../src/staff/api/inbox.js';
import { may, type RightAt, type RightObject, type Verb } from '../../../src/staff/rights.js';
import { fileCase } from '../../cases/case-life.js';
import { type Colleague, newKey, type Office, officeClock, openOffice } from './console-office.js';

const UNIT = 'dinas_pu';
const ROAD = 'jalan berlubang dalam di Jl. Melati RT 02 sejak kemarin';
const LAMP = 'Lampu jalan mati di Jl. Mawar RT 03 sejak seminggu';
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** Where something is, seen from whoever asks. */
const PLACES = ['mine', 'of my unit', 'of another unit'] as const;
type Place = (typeof PLACES)[number];

interface Subject {
  readonly conversationId: string;
  readonly number: string;
  readonly fileId: string;
  readonly at: RightAt;
}

interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: (subject: Subject) => string;
  readonly body?: unknown;
  readonly needs: readonly [RightObject, Verb];
  /** Whoever may do it to what they hold is told who holds it, rather than refused. */
  readonly isTold?: boolean;
}

const chat = (deed: string) => (subject: Subject) => `/conversations/${subject.conversationId}${deed}`;
const matter = (deed: string) => (subject: Subject) => `/cases/${subject.number}${deed}`;
/** A revision that never was: whoever is let through is refused for it, and nothing changes. */
const seenRev = 0;

/** By the rights each needs, and in an order in which none disturbs the next. */
const ROUTES: readonly Route[] = [
  { method: 'GET', path: chat(''), needs: ['conversation', 'read'] },
  { method: 'GET', path: chat('/entries'), needs: ['conversation', 'read'] },
  { method: 'GET', path: ({ fileId }) => `/files/${fileId}`, needs: ['attachment', 'read'] },
  { method: 'POST', path: chat('/presence'), body: { isTyping: false }, needs: ['conversation', 'read'] },
  { method: 'POST', path: chat('/read'), body: {}, needs: ['conversation', 'read'] },
  { method: 'POST', path: chat('/notes'), body: { text: 'catatan' }, needs: ['note', 'write'] },
  { method: 'POST', path: chat('/claim'), body: {}, needs: ['conversation', 'claim'] },
  { method: 'POST', path: chat('/say'), body: { text: 'halo' }, needs: ['conversation', 'say'], isTold: true },
  {
    method: 'POST',
    path: chat('/reveal'),
    body: { reason: 'perlu dihubungi balik' },
    needs: ['case_identity', 'reveal'],
  },
  { method: 'POST', path: chat('/reveal-approvals'), body: { staffId: 'lain' }, needs: ['case_identity', 'manage'] },
  {
    method: 'POST',
    path: chat('/transfer'),
    body: { staffId: 'nobody' },
    needs: ['conversation', 'transfer'],
    isTold: true,
  },
  { method: 'GET', path: matter(''), needs: ['case', 'read'] },
  { method: 'GET', path: matter('/similar'), needs: ['case', 'read'] },
  { method: 'POST', path: matter('/notes'), body: { text: 'catatan' }, needs: ['note', 'write'] },
  { method: 'POST', path: matter('/move'), body: { to: 'verified', seenRev }, needs: ['case', 'status'] },
  {
    method: 'POST',
    path: matter('/move'),
    body: { to: 'transferred', unit: 'dinas_sosial', reason: 'bukan wewenang kami', seenRev },
    needs: ['case', 'transfer'],
  },
  { method: 'POST', path: matter('/progress'), body: { text: 'kabar', seenRev }, needs: ['case', 'status'] },
  { method: 'POST', path: matter('/recategorise'), body: { category: 'sampah', seenRev }, needs: ['case', 'write'] },
  {
    method: 'POST',
    path: matter('/report'),
    body: { description: 'x', reason: 'salah', seenRev },
    needs: ['case', 'write'],
  },
  { method: 'POST', path: matter('/reviewed'), body: { note: 'sudah dilihat', seenRev }, needs: ['case', 'review'] },
  { method: 'POST', path: matter('/unmerge'), body: { reason: 'salah gabung', seenRev }, needs: ['case', 'merge'] },
  { method: 'POST', path: chat('/release'), body: {}, needs: ['conversation', 'release'], isTold: true },
];

/** What needs a right to anything at all. */
const SHARED: readonly (readonly ['GET' | 'POST' | 'DELETE', string, RightObject, Verb, unknown?])[] = [
  ['GET', '/inbox', 'conversation', 'list'],
  ['GET', '/inbox?q=LP-260101-0001', 'conversation', 'search'],
  ['GET', '/cases', 'case', 'list'],
  ['GET', '/cases?q=jalan', 'case', 'search'],
  ['GET', '/cases/export.csv', 'case', 'export'],
  ['GET', '/settings', 'settings', 'read'],
  ['GET', '/shift', 'stats', 'read'],
  ['GET', '/canned', 'canned', 'list'],
  ['POST', '/canned', 'canned', 'write', { shortcut: 'x', title: 'X', texts: {} }],
  ['DELETE', '/canned/nothing', 'canned', 'manage', {}],
];

describe('the staff API', () => {
  let office: Office;
  let other: Colleague;
  const people = new Map<Role, Colleague>();
  const subjects = new Map<string, Subject>();
  before(async () => {
    office = await openOffice({ clock: officeClock() });
    other = await office.hire('Lain', 'agent', [UNIT, 'dinas_perkim', 'dinas_perhubungan']);
    for (const role of ROLES) people.set(role, await office.hire(`Orang ${role}`, role, [UNIT]));
    for (const role of ROLES)
      for (const place of PLACES) subjects.set(`${role} ${place}`, await prepare(personOf(role), place));
  });
  after(() => office.close());

  const personOf = (role: Role): Colleague => {
    const found = people.get(role);
    if (!found) throw new Error(role);
    return found;
  };

  /** A chat with a case and a file, all of them where the place says. */
  async function prepare(person: Colleague, place: Place): Promise<Subject> {
    const { app } = office.test;
    const { number, conversationId } = await fileCase(app, place === 'of my unit' ? ROAD : LAMP);
    const staffId = place === 'mine' ? person.id : other.id;
    await app.conversations.staff.claim(conversationId, staffId, newKey());
    await app.connection
      .getClient()
      .db(app.connection.name)
      .collection('cases')
      .updateOne({ _id: number as never }, { $set: { staffId } });
    const { fileId = '' } = await app.files.save(conversationId, PNG, {});
    const unit = (await app.cases.find(number))?.unit ?? '';
    expect(unit === UNIT, `${number} is of ${unit}`).to.equal(place === 'of my unit');
    return { conversationId, number, fileId, at: { unit, staffId } };
  }

  for (const role of ROLES) {
    it(`lets ${role} do what the table of rights says, and nothing else, at every address`, async () => {
      const person = personOf(role);
      const wrong: string[] = [];
      for (const place of PLACES) {
        const subject = subjects.get(`${role} ${place}`);
        if (!subject) throw new Error(place);
        for (const { method, path, body, needs, isTold } of ROUTES) {
          const [object, verb] = needs;
          const of = path(subject).startsWith('/cases') ? 'case' : 'conversation';
          const seen = may(person.actor, of, 'read', subject.at);
          const own = isTold === true && may(person.actor, object, verb, { staffId: person.id });
          const expected = !seen ? 404 : may(person.actor, object, verb, subject.at) || own ? 'let through' : 403;
          const { status } =
            method === 'GET'
              ? await person.send('GET', path(subject))
              : await person.write(method, path(subject), body);
          const got = [401, 403, 404].includes(status) ? status : 'let through';
          if (got !== expected) wrong.push(`${method} ${path(subject)} ${place}: ${got}, not ${expected}`);
        }
      }
      expect(wrong).to.deep.equal([]);
    });

    it(`shows ${role} in lists what they may read, and only that`, async () => {
      const person = personOf(role);
      const chats = (await person.get<InboxPage>('/inbox?view=all&limit=100')).rows.map((row) => row.conversationId);
      const cases = (await person.get<CasesPage>('/cases?view=all&limit=100')).cases.map((card) => card.number);
      const mine = (await person.get<CasesPage>('/cases?view=mine&limit=100')).cases.map((card) => card.number);
      for (const whose of ROLES)
        for (const place of PLACES) {
          const subject = subjects.get(`${whose} ${place}`);
          if (!subject) throw new Error(place);
          const is = `${whose} ${place}`;
          const listed = cases.includes(subject.number) || mine.includes(subject.number);
          expect(listed, is).to.equal(may(person.actor, 'case', 'read', subject.at));
          // whoever held it may have given it back above
          const tip = await office.test.app.conversations.turns.tip(subject.conversationId);
          const { staffId: _was, ...unit } = subject.at;
          const now = { ...unit, ...(tip?.after.staffId ? { staffId: tip.after.staffId } : {}) };
          expect(chats.includes(subject.conversationId), is).to.equal(may(person.actor, 'conversation', 'read', now));
        }
    });

    it(`opens to ${role} what is nobody's in particular by their role`, async () => {
      const person = personOf(role);
      for (const [method, path, object, verb, body] of SHARED) {
        const { status } = method === 'GET' ? await person.send('GET', path) : await person.write(method, path, body);
        const isRefused = status === 403;
        expect(isRefused, `${method} ${path}: ${status}`).to.equal(!may(person.actor, object, verb));
      }
      const abort = new AbortController();
      const live = await fetch(`${office.test.url}/api/staff/live`, {
        headers: { Cookie: [...person.cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
        signal: abort.signal,
      });
      expect(live.status).to.equal(may(person.actor, 'conversation', 'stream') ? 200 : 403);
      abort.abort();
    });
  }

  it('answers nobody who is not signed in, nor any other site', async () => {
    const [subject] = subjects.values();
    if (!subject) throw new Error('none');
    const addresses = [...ROUTES.map(({ method, path }) => [method, path(subject)] as const), ...SHARED];
    for (const [method, path] of addresses) {
      const response = await fetch(`${office.test.url}/api/staff${path}`, { method });
      expect(response.status, `${method} ${path}`).to.equal(401);
      const foreign = await personOf('agent').send(method, path, method === 'GET' ? undefined : {}, {
        ...{ Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' },
      });
      expect(foreign.status, `${method} ${path} from elsewhere`).to.equal(403);
    }
  });

  it('takes no field that is not its own', async () => {
    const person = personOf('coordinator');
    const subject = subjects.get('coordinator of my unit');
    const more = { role: 'admin', status: 'closed', createdAt: '2020-01-01T00:00:00Z' };
    for (const [path, body] of [
      [`/cases/${subject?.number}/move`, { to: 'verified', seenRev: 1 }],
      [`/conversations/${subject?.conversationId}/claim`, {}],
    ] as const) {
      expect((await person.write('POST', path, { ...body, ...more })).status, path).to.equal(400);
    }
  });

  it('answers the same for what is not theirs and what is not there', async () => {
    const person = personOf('agent');
    const hidden = subjects.get('agent of another unit');
    const [one, two] = [
      await person.send('GET', `/cases/${hidden?.number}`),
      await person.send('GET', '/cases/LP-260101-9999'),
    ];
    const textOf = async (response: Response, number: string) => (await response.text()).replaceAll(number, 'N');
    expect(await textOf(one, hidden?.number ?? '')).to.equal(await textOf(two, 'LP-260101-9999'));
  });
});
