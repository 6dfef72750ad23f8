import { expect } from 'chai';
import type { ConversationView } from '../../../src/staff/api/conversation.js';
import { fileCase } from '../../cases/case-life.js';
import { type Colleague, type Office, officeClock, openOffice } from './console-office.js';

const MINUTE_MS = 60_000;
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

describe('an office that took over from one that was abolished', () => {
  const clock = officeClock();
  let office: Office;
  let koord: Colleague;
  let lead: Colleague;
  let number: string;
  let chat: string;
  before(async () => {
    office = await openOffice({ clock });
    const admin = await office.hire('Admin', 'admin');
    koord = await office.hire('Koord', 'coordinator', ['dinas_pu']);
    lead = await office.hire('Pimpin', 'supervisor', ['dinas_pu']);
    const filed = await fileCase(office.test.app);
    number = filed.number;
    chat = `/conversations/${filed.conversationId}`;
    expect((await office.test.app.cases.find(number))?.unit).to.equal('dinas_perkim');
    const unit = ['units', 'dinas_perkim'];
    const edits = [
      { do: 'set', at: [...unit, 'abolishedOn'], value: '2026-01-01' },
      { do: 'set', at: [...unit, 'successor'], value: 'dinas_pu' },
    ];
    await admin.done('/admin/file/edit', { path: 'units.yaml', seenVersion: 0, edits });
  });
  after(() => office.close());

  it('does in its chats all that it does in its own', async () => {
    expect((await koord.get<ConversationView>(chat)).may).to.include({ claim: true, reveal: true });
    expect((await koord.write('POST', `${chat}/reveal`, { reason: 'perlu dihubungi balik' })).status).to.equal(200);
    const sent = await fetch(`${office.test.url}/api/staff${chat}/files`, {
      method: 'POST',
      headers: {
        Origin: office.test.url,
        'Content-Type': 'image/png',
        'X-CSRF-Token': koord.me?.csrf ?? '',
        Cookie: [...koord.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      },
      body: PNG,
    });
    expect(sent.status, await sent.text()).to.equal(201);
  });

  it('hears of its late cases', async () => {
    const dueAt = (await office.test.app.cases.find(number))?.dueAt?.getTime() ?? 0;
    clock.shift(dueAt + MINUTE_MS - clock.now().getTime());
    await office.test.app.sweepClocks();
    expect((await office.test.app.cases.find(number))?.alert).to.deep.include({
      level: 'supervisor',
      staffIds: [lead.id],
    });
  });
});
