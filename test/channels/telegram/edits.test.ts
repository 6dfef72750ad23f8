import { expect } from 'chai';
import { until } from '../../fakes/until.js';
import { type ServiceRig, startServiceRig } from './service-rig.js';

const FIRST = 'lampu jalan mati di Jl. Mawar RT 03 RW 05 sejak seminggu lalu';
const SECOND = 'lampu jalan mati di Jl. Melati RT 04 RW 05 sejak seminggu lalu';
const THIRD = 'lampu jalan mati di Jl. Kenanga RT 05 RW 05 sejak seminggu lalu';

describe('a message that is changed on Telegram', () => {
  let rig: ServiceRig;
  let chats = 400;

  before(async () => {
    rig = await startServiceRig('polling');
  });
  after(() => rig.close());

  async function reporting() {
    const siti = rig.fake.citizen(++chats);
    siti.say(FIRST);
    await until('the summary is heard', () => siti.heard().length === 1);
    const said = siti.lastMessageId();
    const heardNext = async (act: () => unknown) => {
      const before = siti.heard().length;
      act();
      await until('an answer is heard', () => siti.heard().length > before);
      return siti.heard().at(-1) ?? '';
    };
    return { siti, said, heardNext };
  }

  it('is offered as a change of the report, which takes it at a tap', async () => {
    const { siti, said, heardNext } = await reporting();
    const offer = await heardNext(() => siti.edit(said, { text: SECOND }));
    expect(offer).to.include('mengubah pesan').and.to.include(SECOND);
    const summary = await heardNext(() => siti.tap('Ya'));
    expect(summary).to.include('Jl. Melati RT 04').and.not.to.include('Mawar');
  });

  it('is offered again when it is changed again', async () => {
    const { siti, said, heardNext } = await reporting();
    await heardNext(() => siti.edit(said, { text: SECOND }));
    await heardNext(() => siti.tap('Ya'));
    rig.fake.queue.push('edited_message', edited(siti.chatId, said, THIRD), `chat:${siti.chatId}`);
    await until('the new offer is heard', () => siti.heard().at(-1)?.includes(THIRD) ?? false);
    const summary = await heardNext(() => siti.tap('Ya'));
    expect(summary).to.include('Jl. Kenanga RT 05').and.not.to.include('Melati');
  });

  it('changes nothing when the citizen says no', async () => {
    const { siti, said, heardNext } = await reporting();
    await heardNext(() => siti.edit(said, { text: SECOND }));
    expect(await heardNext(() => siti.tap('Tidak')))
      .to.include('Jl. Mawar RT 03')
      .and.not.to.include('Melati');
  });

  it('is recorded without a word once the report is sent', async () => {
    const { siti, said, heardNext } = await reporting();
    await heardNext(() => siti.tap('Kirim'));
    const heard = siti.heard().length;
    siti.edit(said, { text: SECOND });
    await until('it is confirmed', () => rig.fake.queue.pendingCount === 0);
    await until(
      'nothing is owed',
      async () =>
        (await rig.test.app.connection.collection('turns').countDocuments({ sendAt: { $exists: true } })) === 0,
    );
    expect(siti.heard()).to.have.length(heard);
  });

  /** Seconds later, by the platform's clock. */
  function edited(chatId: string, message_id: number, text: string) {
    const date = Math.floor(rig.clock.now().getTime() / 1000);
    const from = { id: Number(chatId), is_bot: false, first_name: 'Siti' };
    return { message_id, from, chat: { id: Number(chatId), type: 'private' }, date, edit_date: date + 9, text };
  }
});
