import type { Seeded } from './seed-city.js';

/** Who can sign in to the demo, for a terminal. */
export function showLogins(staff: Seeded['staff']): string {
  const rows = staff.map(({ login, password, role, units, name }) => [
    login,
    password,
    role,
    units.length > 0 ? units.join(', ') : 'every unit',
    name,
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`);
  return ['', 'Staff (login, password, role, units, name); written down nowhere else:', ...lines, ''].join('\n');
}
