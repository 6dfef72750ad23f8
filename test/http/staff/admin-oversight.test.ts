import { expect } from 'chai';
import { systemClock } from '../../../src/core/clock.js';
import type {
  AuditPage,
  AuditVerdictView,
  ClassifyAnswer,
  DeadLetterList,
  FlowsView,
  ResendAnswer,
  RetentionView,
  ReviewsView,
} from '../../../src/staff/api/admin.js';
import { fileCase } from '../../cases/case-life.js';
import { type Hired, type StaffApp, startStaffApp } from '../../fakes/staff-app.js';
import { createCitizen } from '../../fakes/test-app.js';

describe('what admins look over', () => {
  let test: StaffApp;
  let agent: Hired;
  let supervisor: Hired;

  before(async () => {
    test = await startStaffApp();
    agent = await test.hire('agent');
    supervisor = await test.hire('supervisor', []);
  });
  after(() => test.close());

  const statusOf = async (who: Hired, method: string, path: string, body?: unknown) =>
    (await who.client.send(method, `/admin${path}`, body)).status;

  it('counts who came to a question, went on from it, or stopped there', async () => {
    const before = await stepOf('intake', 'describe');
    const goes = createCitizen(test.app);
    await goes.say('lapor');
    await goes.say('Lampu jalan mati di Jl. Mawar RT 03 sejak seminggu');
    const stops = createCitizen(test.app);
    await stops.say('lapor');
    const after = await stepOf('intake', 'describe');
    expect(after.entered - before.entered).to.equal(2);
    expect(after.left - before.left).to.equal(1);
    expect(after.stopped - before.stopped).to.equal(1);
  });

  async function stepOf(flow: string, step: string) {
    const { flows } = await test.admin.get<FlowsView>('/admin/flows?days=7');
    const found = flows.find(({ id }) => id === flow)?.steps.find(({ id }) => id === step);
    const { entered = -1, left = -1, stopped = -1 } = found ?? {};
    return { entered, left, stopped };
  }

  it('counts a question once, however often it is asked again', async () => {
    const citizen = createCitizen(test.app);
    const before = await stepOf('menu', 'choose');
    await citizen.say('menu');
    await citizen.say('zzz');
    const after = await stepOf('menu', 'choose');
    expect(after.entered - before.entered).to.equal(1);
  });

  it('tells what a text would become, with the words that decided, and keeps nothing of it', async () => {
    const text = 'Jalan berlubang di depan SDN 2 Jl. Melati sejak kemarin, banyak motor jatuh';
    const answer = await agent.client.post<ClassifyAnswer>('/admin/classify', { text });
    expect(answer).to.include({ kind: 'pengaduan', restricted: false });
    expect(answer.candidates[0]).to.include({ category: 'jalan' });
    expect(answer.evidence.join(' ')).to.include('berlubang');
    expect(answer.place).to.include('Melati');
    expect(answer.target).to.include({ type: 'unit', id: 'dinas_pu' });
    const fire = await agent.client.post<ClassifyAnswer>('/admin/classify', { text: 'tolong rumah terbakar' });
    expect(fire.danger?.numbers[0]).to.equal('112');
    expect(JSON.stringify(await test.app.audit.last())).not.to.include('terbakar');
  });

  it('lists messages that were given up, and owes them again once', async () => {
    const { conversationId } = await fileCase(test.app);
    const turn = await test.app.conversations.turns.tip(conversationId);
    const at = systemClock.now();
    const turns = test.app.connection.getClient().db(test.app.connection.name).collection<{ _id: string }>('turns');
    const dead = { state: 'dead', kind: 'reply', reason: 'blocked', at };
    await turns.updateOne({ _id: turn?._id ?? '' }, { $set: { 'out.0': dead, deadAt: at } });
    const { letters } = await supervisor.client.get<DeadLetterList>('/admin/dead-letters');
    const letter = letters.find((each) => each.conversationId === conversationId);
    expect(letter).to.include({ reason: 'blocked', kind: 'reply' });
    const ids = [letter?.id ?? '', 'kein/0'];
    const answer = await supervisor.client.post<ResendAnswer>('/admin/dead-letters/resend', { ids });
    expect(answer.sent).to.deep.equal([letter?.id]);
    expect(answer.refused[0]).to.include({ id: 'kein/0', code: 'request.not_found' });
    const after = await test.app.conversations.turns.tip(conversationId);
    expect(after?.seq).to.equal((turn?.seq ?? 0) + 1);
  });

  it('pages through the audit log by who and what, and looks through its chain', async () => {
    for (let index = 0; index < 130; index++)
      await test.app.audit.append({ by: 'cli:test', what: 'case.read', subject: `LP-${index}` });
    const first = await test.admin.get<AuditPage>('/admin/audit?by=cli:test');
    expect(first.entries.length).to.equal(100);
    expect(first.entries[0]).to.include({ subject: 'LP-129' });
    const second = await test.admin.get<AuditPage>(`/admin/audit?by=cli:test&cursor=${first.cursor}`);
    expect(second.entries.at(-1)).to.include({ subject: 'LP-0' });
    expect(second.cursor).to.equal(undefined);
    expect(await test.admin.post<AuditVerdictView>('/admin/audit/verify')).to.include({ ok: true });
    const entries = test.app.connection.getClient().db(test.app.connection.name).collection<{ _id: number }>('audit');
    await entries.updateOne({ _id: 3 }, { $set: { by: 'somebody' } });
    expect(await test.admin.post<AuditVerdictView>('/admin/audit/verify')).to.include({ ok: false, at: 3 });
  });

  it('shows how long things are kept and why, and what was erased', async () => {
    await test.app.runRetention('by-hand');
    const { rules, runs } = await test.admin.get<RetentionView>('/admin/retention');
    expect(rules.find(({ what, of }) => what === 'cases' && of === 'default')?.basis).to.match(/UU/);
    expect(runs[0]?.id).to.match(/by-hand$/);
    expect(runs[0]?.counts).to.have.all.keys('cases', 'files', 'turns');
  });

  it('puts a revealed name before whoever looks at it, and says who revealed it', async () => {
    const { number } = await fileCase(test.app);
    const { by, approvedBy } = { by: supervisor.id, approvedBy: agent.id };
    await test.app.reveal({ number, by, approvedBy, reason: 'perlu dihubungi polisi', key: 'reveal-1' });

    const { cases } = await supervisor.client.get<ReviewsView>('/admin/reviews');
    expect(cases.find((each) => each.number === number)).to.include({ why: 'revealed', by: supervisor.id });
    expect(cases.find((each) => each.number === number)?.byName).to.match(/Orang/);
  });

  it('is closed to who has no such right, and to who has not signed in', async () => {
    const closed = ['/flows', '/dead-letters', '/audit', '/retention', '/reviews', '/templates'];
    for (const path of closed.slice(0, 5)) expect(await statusOf(agent, 'GET', path), path).to.equal(403);
    expect(await statusOf(agent, 'POST', '/audit/verify', {})).to.equal(403);
    expect(await statusOf(agent, 'POST', '/dead-letters/resend', { ids: ['x/0'] })).to.equal(403);
    for (const path of closed) {
      const response = await fetch(`${test.url}/api/staff/admin${path}`);
      expect(response.status, path).to.equal(401);
    }
  });
});
