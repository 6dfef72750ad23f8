import { expect } from 'chai';
import { parseDataText } from '../../../src/cases/data-file.js';
import { loadNotices } from '../../../src/cases/notice-rules.js';
import { isWindowOpen, renderTemplate } from '../../../src/channels/whatsapp-cloud/render-template.js';
import { loadTemplates, TemplatesSchema } from '../../../src/channels/whatsapp-cloud/templates.js';
import { at, refusalOf } from '../../fakes/graph-server-rules.js';
import { outbound, question } from './outbound.js';

const templates = loadTemplates('flows/templates.yaml');
const now = new Date('2026-11-24T03:00:00.000Z');
const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000);

describe('isWindowOpen', () => {
  it('is open for 24 hours from the citizen’s last message, less a minute', () => {
    expect(isWindowOpen(outbound({ lastInboundAt: hoursAgo(23.9) }), now)).to.equal(true);
    expect(isWindowOpen(outbound({ lastInboundAt: new Date(hoursAgo(24).getTime() + 60_000) }), now)).to.equal(false);
    expect(isWindowOpen(outbound({ lastInboundAt: new Date(hoursAgo(24).getTime() + 60_001) }), now)).to.equal(true);
  });

  it('tries what nobody planned otherwise when the last message isn’t known', () => {
    const template = { name: 'kabar_netral', locale: 'id', params: [] };
    expect(isWindowOpen(outbound(), now)).to.equal(true);
    expect(isWindowOpen(outbound({ template }), now)).to.equal(false);
  });
});

describe('renderTemplate', () => {
  const render = (more: Parameters<typeof outbound>[0]) => renderTemplate(outbound(more), templates, 'Lapor Kota');

  it('says a notice by the template it brings, in the citizen’s language', () => {
    const template = { name: 'kabar_laporan', locale: 'en', params: ['LP-261124-0007', 'in progress'] };
    expect(render({ kind: 'notice', template })).to.deep.equal({
      type: 'template',
      template: {
        name: 'kabar_laporan',
        language: { code: 'en' },
        components: [
          {
            type: 'body',
            parameters: [
              { type: 'text', text: 'LP-261124-0007' },
              { type: 'text', text: 'in progress' },
            ],
          },
        ],
      },
    });
  });

  it('speaks the first language where it lacks the citizen’s', () => {
    const template = { name: 'kabar_laporan', locale: 'su', params: ['LP-261124-0007', 'diproses'] };
    expect(at(render({ kind: 'notice', template }), 'template', 'language', 'code')).to.equal('id');
  });

  it('ties its quick replies to the question’s own options', () => {
    const template = { name: 'tanya_sudah_beres', locale: 'id', params: ['LP-261124-0007'] };
    const message = { ...question(['Sudah beres', 'Belum', 'Sebagian']), kind: 'notice' as const, template };
    const request = renderTemplate(message, templates, 'x');
    const payload = (index: number) =>
      at(request, 'template', 'components', String(index + 1), 'parameters', '0', 'payload');
    expect([payload(0), payload(1)]).to.deep.equal(['1z:pick:o1', '1z:pick:o2']);
  });

  it('leaves quick replies to their words where the options are others', () => {
    const template = { name: 'tanya_sudah_beres', locale: 'id', params: ['LP-261124-0007'] };
    const message = { ...question(['Ya', 'Tidak']), kind: 'notice' as const, template };
    expect(at(renderTemplate(message, templates, 'x'), 'template', 'components')).to.have.length(1);
  });

  it('falls back to a neutral word for a notice without a template', () => {
    const request = render({ kind: 'notice', text: 'Laporan Anda ditolak karena ...' });
    expect(request).to.deep.equal({
      type: 'template',
      template: { name: 'kabar_netral', language: { code: 'id' }, components: [] },
    });
  });

  for (const [what, template] of [
    ['of an unknown name', { name: 'tidak_ada', locale: 'id', params: [] }],
    ['with too few values', { name: 'kabar_laporan', locale: 'id', params: ['LP-261124-0007'] }],
    ['with an empty value', { name: 'kabar_laporan', locale: 'id', params: ['LP-261124-0007', ' '] }],
  ] as const) {
    it(`falls back for a template ${what}`, () => {
      expect(at(render({ kind: 'notice', template }), 'template', 'name')).to.equal('kabar_netral');
    });
  }

  it('puts an officer’s words on one line, as Meta wants parameters', () => {
    const request = render({ kind: 'staff', text: 'Halo Bu,\n\n- foto\tdari   depan\r\n- alamat' });
    const texts = at(request, 'template', 'components', '0', 'parameters');
    expect(texts).to.deep.equal([
      { type: 'text', text: 'Lapor Kota' },
      { type: 'text', text: 'Halo Bu, - foto dari depan. - alamat' },
    ]);
  });

  it('cuts the longest parameter until the whole fits', () => {
    const request = render({ kind: 'staff', text: 'kata '.repeat(500) });
    const body = templates.templates['balasan_petugas']?.languages['id']?.body ?? '';
    const text = String(at(request, 'template', 'components', '0', 'parameters', '1', 'text'));
    const whole = body.replace('{{1}}', 'Lapor Kota').replace('{{2}}', text);
    expect(whole.length).to.be.within(1000, 1024);
    expect(refusalOf({ messaging_product: 'whatsapp', to: '1', ...request })).to.equal(undefined);
  });

  it('has none for prompts, replies and broadcasts: who doesn’t write isn’t in a dialogue', () => {
    for (const kind of ['prompt', 'reply', 'urgent', 'broadcast'] as const)
      expect(render({ kind })).to.equal(undefined);
  });

  it('never shows a receipt on a locked screen', () => {
    expect(render({ kind: 'notice', receiptFor: 'LP-261124-0007' })).to.equal(undefined);
  });
});

describe('flows/templates.yaml', () => {
  it('holds every template that flows/notices.yaml names, with the same parameters and languages', () => {
    const { locales, ...named } = loadNotices('flows').templates;
    const all = Object.values(named).filter((each) => each !== undefined);
    for (const { name, params } of all) {
      expect(templates.templates[name]?.parameters, name).to.deep.equal(params);
      expect(Object.keys(templates.templates[name]?.languages ?? {}), name).to.include.members(locales);
    }
  });
});

describe('TemplatesSchema', () => {
  const body = (text: string, parameters = '[number]') =>
    `version: 1\nfallback: {}\ntemplates:\n  t:\n    parameters: ${parameters}\n    languages:\n      id: { body: "${text}" }\n`;
  const load = (text: string) => () => parseDataText('templates.yaml', text, TemplatesSchema);

  it('takes a template that Meta would take', () => {
    expect(load(body('Kabar laporan {{1}} ada.'))).not.to.throw();
  });

  for (const [why, text, parameters] of [
    ['must not begin or end', 'Kabar laporan {{1}}.', '[number]'],
    ['must not begin or end', '{{1}} ada kabar.', '[number]'],
    ['must hold {{1}} once each', 'Ada kabar.', '[number]'],
    ['must hold {{1}}, {{2}} once each', 'Ada {{2}} dan {{1}} ya.', '[number, when]'],
    ['must hold no parameter', 'Ada {{1}} ya.', '[]'],
    ['must not hold tabs', 'Ada {{1}}     ya.', '[number]'],
  ] as const) {
    it(`refuses "${text}": ${why}`, () => {
      expect(load(body(text, parameters))).to.throw(`line 7, templates.t.languages.id.body: ${why}`);
    });
  }

  it('refuses a fallback that it could not fill or find', () => {
    const needy = body('Ada {{1}} ya.', '[unit]').replace('fallback: {}', 'fallback: { notice: t, staff: u }');
    expect(load(needy)).to.throw('fallback.notice: may only need number, text, service');
    expect(load(needy)).to.throw('fallback.staff: must be one of templates');
  });
});
