import { expect } from 'chai';
import sharp from 'sharp';
import { cutJpeg, eicar, lockedPdf } from '../../fakes/sample-files.js';
import { type Hired, type StaffApp, startStaffApp } from '../../fakes/staff-app.js';
import { createCitizen } from '../../fakes/test-app.js';
import { until } from '../../fakes/until.js';
import { describeInBrowser } from '../browser.js';
import { openStaffPage, type StaffPage } from './staff-page.js';

describeInBrowser('files that do not open, in the console', (browser) => {
  let office: StaffApp;
  let rina: Hired;
  let staff: StaffPage;

  before(async () => {
    office = await startStaffApp();
    rina = await office.hire('coordinator', ['dinas_pu'], 'rina');
  });
  after(() => office?.close());
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await staff?.picture('failed');
    await staff?.close();
  });

  it('say in chat and case what is wrong with each, and offer none in quarantine', async () => {
    const citizen = createCitizen(office.app);
    const { conversationId } = await citizen.say('Jalan berlubang dalam di Jl. Melati RT 01 sejak kemarin');
    const photo = sharp({ create: { width: 400, height: 300, channels: 3, background: '#567' } });
    const bodies = [await photo.jpeg().toBuffer(), cutJpeg(), lockedPdf(), eicar()];
    const files = await Promise.all(bodies.map((bytes) => office.app.files.save(conversationId, bytes, {})));
    await citizen.say('ini fotonya', { attachments: files, forwarded: true });
    const number = /LP-\d{6}-\d{4}/.exec((await citizen.hear('Kirim')).join(' '))?.[0] ?? '';
    await until('the case', async () => (await rina.client.send('GET', `/cases/${number}`)).ok);
    for (const [place, hash] of [
      ['.files', `#/inbox/${conversationId}`],
      ['.case', `#/cases/${number}`],
    ] as const) {
      staff = await openStaffPage(browser(), office.url, { login: rina.login, hash });
      await staff.sees('Foto: kosong atau rusak', place);
      await staff.sees('Dokumen: terkunci kata sandi', place);
      await staff.sees('Dokumen: dikarantina, mungkin berbahaya', place);
      const links = await staff.ask<number>(`document.querySelectorAll('a[href*="${files[3]?.fileId}"]').length`);
      expect(links, 'a way to it').to.equal(0);
      if (place === '.files') await staff.sees('diteruskan');
      expect(await staff.violations()).to.deep.equal([]);
      expect(staff.errors).to.deep.equal([]);
      await staff.ask(`document.querySelector('.file-chip').scrollIntoView({ block: 'center' })`);
      await staff.picture(`flawed-${place.slice(1)}`);
      if (place === '.files') await staff.close();
    }
  });
});
