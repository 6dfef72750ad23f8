import { useLoad, WhenLoaded } from '../../parts/loaded.js';
import { Table } from '../../parts/table.js';
import { dateTime } from '../../parts/time.js';
import { useLang, useSettings, useTexts } from '../../state/console.js';
import { fill, textOr } from '../../texts/texts.js';
import type { RetentionView } from '../../wire-admin.js';

/** As the rules call what none of the others is about. */
const EVERY_OTHER = 'default';

/** How long what is kept, by which rule; and what was erased when. */
export function RetentionPart() {
  const texts = useTexts();
  const lang = useLang();
  const { zone, categories } = useSettings();
  const nameOf = (id: string) => categories.find((category) => category.id === id)?.name ?? id;
  const loaded = useLoad<RetentionView>('/admin/retention');
  return (
    <WhenLoaded loaded={loaded}>
      {({ rules, runs }) => (
        <>
          <Table label={texts.admRetention} head={[texts.admData, texts.admKeptFor, texts.admBasis]}>
            {rules.map(({ what, of, years, basis, unverified }) => (
              <tr key={`${what} ${of}`}>
                <th scope="row">
                  {textOr(texts, `retention_${what}`, what)}{' '}
                  <span class="muted">
                    {of === EVERY_OTHER ? texts.admOthers : textOr(texts, `kind_${of}`, nameOf(of))}
                  </span>
                </th>
                <td>{fill(texts.admYears, { years })}</td>
                <td>
                  {basis}
                  {unverified && <strong class="bad"> {texts.admUnverified}</strong>}
                </td>
              </tr>
            ))}
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
