import { expect } from 'chai';
import type { Turn } from '../../../src/conversations/turn.js';
import { createFindReceipts } from '../../../src/staff/message-receipts.js';
import { at } from '../../fakes/graph-server-rules.js';
import { until } from '../../fakes/until.js';
import { APP_SECRET, startWholeRig, type WholeRig } from './whole-rig.js';

/** Meta took each of these, and said minutes later that it could not deliver it. */
describe('a message that fails after Meta took it', () => {
  let rig: WholeRig;
  let phones = 0;

  before(async () => {
    rig = await startWholeRig();
    rig.graph.reportTo(rig.webhookUrl, APP_SECRET, ['sent', 'delivered']);
  });
  after(() => rig.close());

  const turnsOf = (phone: string): Promise<Turn[]> =>
    rig.test.app.conversations.turns.after(rig.conversationOf(phone), 0, 100);
  const systemTurnsOf = async (phone: string) =>
    (await turnsOf(phone)).filter(({ source }) => source.key.startsWith('again:'));

  /** Somebody whom staff talk to. */
  const withStaff = async () => {
    phones += 1;
    const citizen = rig.citizen(`62813999000${phones}`);
    await citizen.say('halo');
    await until('a greeting', () => citizen.heard().length === 1);
    const id = rig.conversationOf(citizen.phone);
    await rig.test.app.conversations.staff.claim(id, 'rina', `claim-${phones}`);
    await until('the claim is told', () => citizen.heard().length >= 1);
    return { citizen, say: (text: string) => rig.test.app.conversations.staff.say(id, 'rina', `say-${text}`, text) };
  };
  const bodiesOf = (phone: string, type: string) =>
    rig.graph.sent.filter((each) => each.to === phone && at(each.body, 'type') === type && each.wamid !== undefined);

  it('goes out once more as a template when only those pass, however often Meta says so', async () => {
    const { citizen, say } = await withStaff();
    rig.graph.failLater(citizen.phone, 131047);
    await say('Petugas sudah ke lokasi.');
    await until('a template', () => bodiesOf(citizen.phone, 'template').length === 1);
    await rig.graph.reported();
    await Promise.all([rig.graph.reportAgain(), rig.graph.reportAgain()]);
    await until('nothing is owed', async () => (await turnsOf(citizen.phone)).every(({ sendAt }) => !sendAt));
    expect(bodiesOf(citizen.phone, 'template')).to.have.length(1);
    const [template] = bodiesOf(citizen.phone, 'template');
    expect(at(template?.body, 'template', 'name')).to.equal('balasan_petugas');
    expect(JSON.stringify(template?.body)).to.include('Petugas sudah ke lokasi.');
    expect(await systemTurnsOf(citizen.phone)).to.have.length(1);
  });

  it('is given up when the template fails as well', async () => {
    const { citizen, say } = await withStaff();
    rig.graph.failLater(citizen.phone, 131047, 'all');
    await say('Mohon tunggu.');
    const dead = async () =>
      (await systemTurnsOf(citizen.phone)).flatMap(({ out }) => out.filter(({ state }) => state === 'dead'));
    await until('it is dead', async () => (await dead()).length === 1);
    expect((await dead())[0]).to.include({ reason: 'not_delivered:131047' });
    await rig.graph.reportAgain();
    expect(bodiesOf(citizen.phone, 'template')).to.have.length(1);
    expect(await systemTurnsOf(citizen.phone)).to.have.length(1);
  });

  it('goes out once more in the same words when Meta had trouble of its own', async () => {
    const { citizen, say } = await withStaff();
    rig.graph.failLater(citizen.phone, 131000, 'all');
    await say('Sebentar ya.');
    const same = () =>
      bodiesOf(citizen.phone, 'text').filter(({ body }) => at(body, 'text', 'body') === 'Sebentar ya.');
    const dead = async () =>
      (await systemTurnsOf(citizen.phone)).some(({ out }) => out.some(({ state }) => state === 'dead'));
    await until('the second fails too', dead);
    await rig.graph.reportAgain();
    expect(same()).to.have.length(2);
  });

  it('is a dead letter when this person can not be reached, and is not sent again', async () => {
    const { citizen, say } = await withStaff();
    rig.graph.failLater(citizen.phone, 131026, 'all');
    await say('Halo?');
    const dead = async () => {
      const letters = await rig.test.app.conversations.deadLetters.list(new Date(0), 100);
      return letters.filter(({ conversationId }) => conversationId === rig.conversationOf(citizen.phone));
    };
    await until('a dead letter', async () => (await dead()).length === 1);
    expect((await dead())[0]).to.include({ kind: 'staff', reason: 'not_delivered:131026' });
    expect(await systemTurnsOf(citizen.phone)).to.deep.equal([]);
  });

  it('asks again for the report of a send whose answer is not noted yet', async () => {
    const { citizen, say } = await withStaff();
    rig.graph.failLater(citizen.phone, 131047);
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    rig.graph.script({ answer: 'slow', until: opened });
    const { turn } = await say('Kami cek dulu.');
    await until('it is being sent', async () => (await turnsOf(citizen.phone)).at(-1)?.out[0]?.state === 'sending');
    const early = rig.test.app.conversations.noteFailedLater({
      messageId: `${turn._id}/0`,
      platformId: 'wamid.ANY',
      code: '131047',
      helps: 'template',
    });
    const failure = await early.catch((error: unknown) => error);
    expect(failure).to.include({ code: 'conversation.busy' });
    open();
    await until('a template', () => bodiesOf(citizen.phone, 'template').length === 1);
  });

  it('is nobody’s when its mark was made up or is of a message that was sent otherwise', async () => {
    const { citizen } = await withStaff();
    const isNoted = async () => (await turnsOf(citizen.phone))[0]?.out[0]?.state === 'sent';
    await until('the first answer is noted as sent', isNoted);
    const [first] = await turnsOf(citizen.phone);
    for (const messageId of ['x', `${first?._id}/0`, `${first?._id}/99`, 'a#b/0']) {
      const seen = await rig.test.app.conversations.noteFailedLater({
        messageId,
        platformId: 'wamid.OTHER',
        code: '131047',
        helps: 'template',
      });
      expect(seen).to.equal('nothing');
    }
  });

  it('shows how far each message got, under the id that the turn holds', async () => {
    phones += 1;
    const citizen = rig.citizen(`62813999000${phones}`);
    await citizen.say('halo');
    await until('a greeting', () => citizen.heard().length === 1);
    const find = createFindReceipts(rig.test.app.connection.getClient().db(rig.test.app.connection.name));
    await until('staff see that it was delivered', async () => {
      const turns = await turnsOf(citizen.phone);
      const receiptOf = await find(turns);
      const sent = turns.flatMap(({ out }) => out.flatMap((each) => (each.state === 'sent' ? [each.platformId] : [])));
      return sent.length === 1 && sent.some((id) => receiptOf(id)?.state === 'delivered');
    });
  });
});
