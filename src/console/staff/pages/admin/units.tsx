import { useLoad, WhenLoaded } from '../../parts/loaded.js';
import { Table } from '../../parts/table.js';
import { useSettings, useTexts } from '../../state/console.js';
import { fill } from '../../texts/texts.js';
import type { UnitsView } from '../../wire-admin.js';
import { FileBar } from './file-bar.js';

/** The offices that cases go to, and agencies outside. */
export function UnitsPart() {
  const texts = useTexts();
  const { categories } = useSettings();
  const loaded = useLoad<UnitsView>('/admin/units');
  const nameOf = (id: string) => categories.find((category) => category.id === id)?.name ?? id;
  return (
    <WhenLoaded loaded={loaded}>
      {({ file, units, agencies, helpdesk }) => (
        <>
          <FileBar file={file} />
          <Table label={texts.admUnits} head={[texts.admUnit, texts.admCategories, texts.admCalendar, texts.admStaff]}>
            {units.map((unit) => (
              <tr key={unit.id} class={unit.abolishedOn ? 'off' : ''}>
                <th scope="row">
                  {unit.name} <span class="muted">{unit.id}</span>
                  {unit.id === helpdesk && <span class="tag">{texts.admHelpdesk}</span>}
                  {unit.restricted && <span class="tag">{texts.admRestricted}</span>}
                  {unit.abolishedOn && (
                    <p class="muted">
                      {fill(texts.admAbolished, { on: unit.abolishedOn, successor: unit.successor ?? '–' })}
                    </p>
                  )}
                </th>
                <td>{unit.categories.map(nameOf).join(', ')}</td>
                <td>{unit.calendar}</td>
                <td class={unit.staff === 0 ? 'bad' : ''}>{unit.staff}</td>
              </tr>
            ))}
          </Table>
          <h2>{texts.admAgencies}</h2>
          <Table label={texts.admAgencies} head={[texts.admName, texts.admAddress]}>
            {agencies.map((agency) => (
              <tr key={agency.id}>
                <th scope="row">{agency.name}</th>
                <td>
                  {Object.values(agency.address).join(', ') || '–'}
                  {agency.unverified && <strong class="bad"> {texts.admUnverified}</strong>}
                </td>
              </tr>
            ))}
          </Table>
        </>
      )}
    </WhenLoaded>
  );
}
