import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { liveUnit, proposeRoute, type RouteFacts, type RouteProposal } from '../../src/cases/routing.js';
import { loadUnits, type RoutingRules, type Unit } from '../../src/cases/routing-data.js';
import { AppError } from '../../src/core/errors.js';
import { calendars, FLOWS_DIR } from './shipped-rules.js';

const shipped = loadUnits(FLOWS_DIR, calendars);
const TEXT = readFileSync(join(FLOWS_DIR, 'units.yaml'), 'utf8');

function route(facts: Partial<RouteFacts> & { category: string }, rules = shipped): RouteProposal {
  return proposeRoute({ on: '2026-03-17', ...facts }, rules);
}

function why({ reasons }: RouteProposal): string[] {
  return reasons.map(({ code, value }) => `${code} ${value}`);
}

function unit(more: Partial<Unit> = {}): Unit {
  return { name: 'Dinas', calendar: 'pemda_wib', categories: ['jalan'], restricted: false, ...more };
}

describe('proposeRoute', () => {
  // category, text, road owner -> target, alternatives
  const VECTORS: readonly (readonly [string, string, RouteFacts['roadOwner'], string, readonly string[]])[] = [
    ['jalan', 'jalan berlubang di depan pasar', undefined, 'dinas_pu', []],
    ['jalan', 'lubang di tengah', 'nasional', 'kementerian_pu', ['dinas_pu']],
    ['jalan', 'lubang di tengah', 'provinsi', 'dinas_pu_provinsi', ['dinas_pu']],
    ['jalan', 'jalan nasional rusak', undefined, 'kementerian_pu', ['dinas_pu']],
    ['jalan', 'JALAN  PROVINSI, rusak!', undefined, 'dinas_pu_provinsi', ['dinas_pu']],
    ['jalan', 'jalan nasional rusak', 'kota', 'dinas_pu', []],
    ['jalan', 'sudah lapor dishub, jalan tetap rusak', undefined, 'dinas_pu', ['dinas_perhubungan']],
    ['jalan', 'sudah lapor ke inspektorat, jalan tetap rusak', undefined, 'dinas_pu', []],
    ['lampu_jalan', 'lampu mati', undefined, 'dinas_perkim', ['dinas_perhubungan']],
    ['lampu_jalan', 'kata perkim itu urusan dishub', undefined, 'dinas_perkim', ['dinas_perhubungan']],
    ['lampu_jalan', 'tolong Dishub perbaiki lampu', undefined, 'dinas_perhubungan', ['dinas_perkim']],
    ['listrik', 'padam dari pagi', undefined, 'pln', []],
    ['air_bersih', 'air keruh', undefined, 'pdam', []],
    ['kesehatan', 'antre lama di puskesmas', undefined, 'dinas_kesehatan', []],
    ['kesehatan', 'kartu BPJS saya tidak aktif', undefined, 'bpjs_kesehatan', ['dinas_kesehatan']],
    ['ketenagakerjaan', 'perusahaan menunggak bpjs', undefined, 'bpjs_ketenagakerjaan', ['dinas_tenaga_kerja']],
    ['aparat_pelayanan', 'petugas dukcapil ketus', undefined, 'disdukcapil', ['meja_bantuan']],
    ['aparat_pelayanan', 'petugas ketus', undefined, 'meja_bantuan', []],
    ['lainnya', 'entah ke mana', undefined, 'meja_bantuan', []],
    ['pungli_korupsi', 'oknum disdukcapil minta uang', undefined, 'inspektorat', []],
    ['perlindungan_perempuan_anak', 'dipukul suami, sudah ke satpol pp', undefined, 'dp3a', []],
    ['kategori_baru', 'apa saja', undefined, 'meja_bantuan', []],
  ];
  for (const [category, text, roadOwner, target, alternatives] of VECTORS) {
    it(`sends ${category} "${text}"${roadOwner ? ` (road: ${roadOwner})` : ''} to ${target}`, () => {
      const proposal = route({ category, text, ...(roadOwner && { roadOwner }) });
      expect(proposal.target.id).to.equal(target);
      expect(proposal.alternatives.map(({ id }) => id)).to.deep.equal(alternatives);
    });
  }

  it('says why, in codes and in the words of the report', () => {
    expect(why(route({ category: 'jalan', text: 'jalan tol ambles' }))).to.deep.equal([
      'category jalan',
      'words jalan tol',
    ]);
    expect(why(route({ category: 'jalan', roadOwner: 'nasional' }))).to.deep.equal([
      'category jalan',
      'road_owner nasional',
    ]);
    expect(why(route({ category: 'pungli_korupsi' }))).to.deep.equal([
      'category pungli_korupsi',
      'restricted pungli_korupsi',
    ]);
    expect(why(route({ category: 'kategori_baru' }))).to.deep.equal(['nobody_else kategori_baru']);
  });

  it('gives the address of an agency that is not ours, and whether it was confirmed', () => {
    expect(route({ category: 'listrik' }).target).to.deep.equal({
      type: 'agency',
      id: 'pln',
      name: 'PT PLN (Persero)',
      address: { phone: '123', app: 'PLN Mobile' },
      unverified: false,
    });
  });

  it('takes no part of a word for a name', () => {
    expect(route({ category: 'kesehatan', text: 'kiswanto dirawat' }).target.id).to.equal('dinas_kesehatan');
    expect(route({ category: 'aparat_pelayanan', text: 'dlhokseumawe' }).target.id).to.equal('meja_bantuan');
  });

  it('prefers the unit of the place to that of the city, and never one of another place', () => {
    const rules: RoutingRules = {
      ...shipped,
      units: {
        ...shipped.units,
        uptd_utara: unit({ name: 'UPTD Utara', regions: ['Banjarsari', 'Jebres'] }),
        uptd_selatan: unit({ name: 'UPTD Selatan', regions: ['Serengan'] }),
      },
    };
    const north = route({ category: 'jalan', place: 'Jl. Mawar, Kel. Banjarsari' }, rules);
    expect(north.target.id).to.equal('uptd_utara');
    expect(why(north)).to.deep.equal(['category jalan', 'region Banjarsari']);
    expect(north.alternatives.map(({ id }) => id)).to.deep.equal(['dinas_pu']);
    expect(route({ category: 'jalan', place: 'Laweyan' }, rules).target.id).to.equal('dinas_pu');
  });
});

describe('liveUnit', () => {
  const rules: RoutingRules = {
    ...shipped,
    units: {
      ...shipped.units,
      dinas_lama: unit({ name: 'Dinas Lama', abolishedOn: '2026-03-01', successor: 'dinas_antara' }),
      dinas_antara: unit({ name: 'Dinas Antara', abolishedOn: '2026-06-01', successor: 'dinas_pu' }),
    },
  };

  it('follows an abolished unit to whoever took over on that day', () => {
    expect(liveUnit('dinas_lama', rules, '2026-02-28')).to.deep.equal({ id: 'dinas_lama', reasons: [] });
    expect(liveUnit('dinas_lama', rules, '2026-03-01').id).to.equal('dinas_antara');
    expect(liveUnit('dinas_lama', rules, '2026-06-01')).to.deep.equal({
      id: 'dinas_pu',
      reasons: [
        { code: 'successor', value: 'Dinas Lama' },
        { code: 'successor', value: 'Dinas Antara' },
      ],
    });
  });

  it('falls back to the helpdesk for a unit that nobody knows', () => {
    expect(liveUnit('dinas_khayal', rules, '2026-03-01').id).to.equal('meja_bantuan');
  });

  it('proposes the successor once, though both were for the category', () => {
    const proposal = route({ category: 'jalan', on: '2026-06-01' }, rules);
    expect([proposal.target.id, ...proposal.alternatives.map(({ id }) => id)]).to.deep.equal(['dinas_pu']);
  });
});

describe('loadUnits', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'units-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it('ships a way for every category of flows/categories.yaml, and names no category that is not there', () => {
    const known = Object.keys(parse(readFileSync(join(FLOWS_DIR, 'categories.yaml'), 'utf8')).categories);
    for (const category of known) {
      expect(why(route({ category })), category).not.to.include(`nobody_else ${category}`);
    }
    const named = [...Object.values(shipped.units), ...shipped.external].flatMap(({ categories }) => categories);
    expect(named.filter((category) => !known.includes(category))).to.deep.equal([]);
  });

  const FAULTS: readonly (readonly [string, string, string, RegExp])[] = [
    ['the helpdesk is no unit', 'helpdesk: meja_bantuan', 'helpdesk: meja', /helpdesk: no unit called "meja"/],
    ['a unit keeps unknown hours', 'calendar: siaga_wib', 'calendar: siaga', /units\.bpbd: no calendar called "siaga"/],
    [
      'a rule names an unknown agency',
      'agency: pdam,',
      'agency: pam,',
      /line \d+, external\.1\.agency: no agency called "pam"/,
    ],
    ['an agency has no address', 'address: { phone: "110" }', 'address: {}', /agencies\.polri\.address/],
    [
      'an abolished unit has no successor',
      '    alsoCalled: [dlh]',
      '    abolishedOn: "2026-05-01"',
      /an abolished unit needs a successor/,
    ],
    [
      'a successor does not exist',
      '    alsoCalled: [dlh]',
      '    abolishedOn: "2026-05-01"\n    successor: dlh',
      /no unit called "dlh"/,
    ],
    [
      'a unit succeeds itself',
      '    alsoCalled: [dlh]',
      '    abolishedOn: "2026-05-01"\n    successor: dinas_lingkungan_hidup',
      /must not go in a circle/,
    ],
    [
      'the helpdesk is abolished',
      '    categories: [lainnya, aparat_pelayanan]',
      '    categories: [lainnya]\n    abolishedOn: "2026-05-01"\n    successor: dinas_pu',
      /helpdesk must not be abolished/,
    ],
    ['a key is misspelt', 'alsoCalled: [dlh]', 'alsoKnown: [dlh]', /alsoKnown/],
  ];
  for (const [what, from, to, message] of FAULTS) {
    it(`refuses to start when ${what}`, () => {
      expect(TEXT).to.include(from);
      writeFileSync(join(dir, 'units.yaml'), TEXT.replace(from, to));
      expect(() => loadUnits(dir, calendars)).to.throw(AppError, message);
    });
  }
});
