import { expect } from 'chai';
import type { AuditPage } from '../../../src/staff/api/admin.js';
import { fileCase } from '../../cases/case-life.js';
import { until } from '../../fakes/until.js';
import { type Colleague, type Office, officeClock, openOffice } from './console-office.js';

const LAMP = 'Lampu jalan mati di Jl. Mawar RT 03 sejak seminggu';

describe('walking through numbers', function () {
  this.timeout(60_000);
  const clock = officeClock();
  let office: Office;
  let kepala: Colleague;
  let hidden: string;
  before(async () => {
    office = await openOffice({ clock });
    kepala = await office.hire('Kepala', 'supervisor');
    hidden = (await fileCase(office.test.app, LAMP)).number;
  });
  after(() => office.close());

  const newAgent = (name: string) => office.hire(name, 'agent', ['dinas_kesehatan']);
  const numberAt = (index: number) => `LP-${hidden.slice(3, 9)}-${String(index).padStart(4, '0')}`;
  const ask = async (who: Colleague, path: string) => {
    const response = await who.send('GET', path);
    return { status: response.status, text: await response.text(), retry: response.headers.get('retry-after') };
  };

  it('is answered the same whether a number is not theirs or not there, then slowed down', async () => {
    const budi = await newAgent('Budi');
    const stream = await office.follow(kepala);
    const answers = [];
    for (let index = 1; index <= 200; index++) {
      const number = numberAt(index);
      const { status, text } = await ask(budi, `/cases/${number}`);
      answers.push(`${status} ${text.replaceAll(number, 'N')}`);
    }
    const missed = answers.filter((each) => each.startsWith('404'));
    expect(missed.length).to.be.within(60, 62);
    expect(new Set(missed).size, 'nothing tells them apart').to.equal(1);
    expect(answers.slice(missed.length).every((each) => each.startsWith('429'))).to.equal(true);
    await stream.see('who oversees is told', ({ type, ...event }) => {
      return type === 'alert' && 'alert' in event && event.alert.what === 'numbers_tried';
    });
    const page = () => kepala.get<AuditPage>(`/admin/audit?what=staff.numbers_tried&by=${budi.id}`);
    await until('it is on record', async () => (await page()).entries.length > 0);
    expect((await page()).entries, 'once').to.have.length(1);
  });

  it('does not get ahead by many requests at once, nor by chats and files', async () => {
    const tono = await newAgent('Tono');
    const paths = Array.from({ length: 150 }, (_, index) => {
      return [`/cases/${numberAt(index)}`, `/conversations/nobody${index}`, `/files/${'0'.repeat(20)}${1000 + index}`];
    }).flat();
    const statuses = (await Promise.all(paths.map((path) => ask(tono, path)))).map(({ status }) => status);
    expect(statuses.filter((status) => status !== 429).length).to.be.at.most(62);
  });

  it('slows down nobody else, and nobody who finds what they ask for', async () => {
    const { number } = await fileCase(office.test.app, LAMP);
    for (let count = 0; count < 100; count++) expect((await ask(kepala, `/cases/${number}`)).status).to.equal(200);
  });

  it('is told how long to wait, and may read lists meanwhile', async () => {
    const sari = await newAgent('Sari');
    for (let index = 1; index <= 70; index++) await ask(sari, `/cases/${numberAt(index)}`);
    const { status, retry } = await ask(sari, `/cases/${numberAt(1)}`);
    expect(status).to.equal(429);
    expect(Number(retry)).to.be.within(1, 10);
    expect((await ask(sari, '/cases')).status, 'lists are open').to.equal(200);
  });
});
