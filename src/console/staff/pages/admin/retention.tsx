import { useLoad, WhenLoaded } from '../../parts/loaded.js';
import { Table } from '../../parts/table.js';
import { dateTime } from '../../parts/time.js';
import { useLang, useSettings, useTexts } from '../../state/console.js';
import { fill, textOr } from '../../texts/texts.js';
import type { RetentionView } from '../../wire-admin.js';

/** How long what is kept, by which rule; and what was erased when. */
export function RetentionPart() {
  const texts = useTexts();
  const lang = useLang();
  const { zone } = useSettings();
  const loaded = useLoad<RetentionView>('/admin/retention');
  return (
    <WhenLoaded loaded={loaded}>
      {({ rules, runs }) => (
        <>
          <Table label={texts.admRetention}>
            <thead>
              <tr>
                <th scope="col">{texts.admWhat}</th>
                <th scope="col">{texts.admKeptFor}</th>
                <th scope="col">{texts.admBasis}</th>
              </tr>
            </thead>
            <tbody>
              {rules.map(({ what, of, years, basis, unverified }) => (
                <tr key={`${what} ${of}`}>
                  <th scope="row">
                    {textOr(texts, `retention_${what}`, what)} <span class="muted">{of}</span>
                  </th>
                  <td>{fill(texts.admYears, { years })}</td>
                  <td>
                    {basis}
                    {unverified && <strong class="bad"> {texts.admUnverified}</strong>}
                  </td>
                </tr>
              ))}
            </tbody>
          </Table>
          <h2>{texts.admRuns}</h2>
          {runs.length === 0 && <p class="muted">{texts.admNoRuns}</p>}
          <ul class="plain-list">
            {runs.map(({ id, startedAt, finishedAt, counts }) => (
              <li key={id}>
                <strong>{dateTime(startedAt, lang, zone)}</strong>
                {!finishedAt && ` (${texts.admRunning})`} {fill(texts.admErased, counts)}
              </li>
            ))}
          </ul>
        </>
      )}
    </WhenLoaded>
  );
}
