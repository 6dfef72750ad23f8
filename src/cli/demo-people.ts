import type { Role } from '../staff/actor.js';

export interface DemoPerson {
  readonly login: string;
  readonly name: string;
  readonly role: Role;
  readonly units: readonly string[];
}

/** Agents of each unit of the demo city; units that aren't named here have none, and their cases wait in the list. */
const AGENTS: Readonly<Record<string, readonly string[]>> = {
  meja_bantuan: ['Sari Wulandari', 'Bagas Nugroho', 'Intan Maharani'],
  dinas_pu: ['Yoga Permana', 'Ratih Anggraini'],
  dinas_lingkungan_hidup: ['Damar Setiawan', 'Lestari Putri'],
  dinas_perhubungan: ['Galih Ramadhan'],
  dinas_perkim: ['Nadia Safitri'],
  dinas_kesehatan: ['Arum Kinasih'],
  disdukcapil: ['Panji Wicaksono'],
  satpol_pp: ['Surya Atmaja'],
};
const COORDINATORS: readonly (readonly [string, readonly string[]])[] = [
  ['Endah Prasetyo', ['meja_bantuan', 'disdukcapil', 'dinas_sosial']],
  ['Hario Santoso', ['dinas_pu', 'dinas_perkim', 'dinas_perhubungan']],
  ['Wening Astuti', ['dinas_lingkungan_hidup', 'dinas_kesehatan', 'satpol_pp']],
];

/** The staff of the demo city. @param units those there are: people of others are left out */
export function demoPeople(units: ReadonlySet<string>): DemoPerson[] {
  const known = (of: readonly string[]) => of.filter((unit) => units.has(unit));
  const person = (name: string, role: Role, of: readonly string[]): DemoPerson => ({
    login: `${name.split(' ')[0] ?? name}.demo`.toLowerCase(),
    name,
    role,
    units: known(of),
  });
  const agents = Object.entries(AGENTS).flatMap(([unit, names]) => names.map((name) => person(name, 'agent', [unit])));
  const coordinators = COORDINATORS.map(([name, of]) => person(name, 'coordinator', of));
  return [
    person('Kirana Dewanti', 'admin', []),
    person('Bramantyo Hadi', 'supervisor', []),
    person('Citra Larasati', 'auditor', []),
    ...coordinators,
    ...agents,
  ].filter(({ role, units: of }) => of.length > 0 || (role !== 'agent' && role !== 'coordinator'));
}
