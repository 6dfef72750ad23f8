import { useLoad, WhenLoaded } from '../../parts/loaded.js';
import { useTexts } from '../../state/console.js';
import { textOr } from '../../texts/texts.js';
import type { CalendarView } from '../../wire-admin.js';
import { FileBar } from './file-bar.js';
import { Holidays } from './holidays.js';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** When offices work, and when they don't. */
export function CalendarPart() {
  const texts = useTexts();
  const loaded = useLoad<CalendarView>('/admin/calendar');
  return (
    <WhenLoaded loaded={loaded}>
      {({ file, hours, calendars, years, warnings }) => (
        <>
          {warnings.length > 0 && (
            <ul class="problems">
              {warnings.map((warning) => (
                <li key={warning}>{warning}</li>
              ))}
            </ul>
          )}
          <FileBar file={file} />
          {years.map((year) => (
            <Holidays key={year.year} year={year} onKept={loaded.reload} />
          ))}
          <h2>{texts.admHours}</h2>
          {hours.map(({ id, basis, week, unverified }) => (
            <section key={id} class="hours">
              <h3>
                {id}{' '}
                <span class="muted">
                  {calendars
                    .filter((calendar) => calendar.hours === id)
                    .map((calendar) => `${calendar.id} (${calendar.zone})`)
                    .join(', ')}
                </span>
              </h3>
              <p class="muted">
                {basis}
                {unverified && <strong class="bad"> {texts.admUnverified}</strong>}
              </p>
              <dl class="facts">
                {DAYS.map((day) => (
                  <div key={day} class="fact">
                    <dt>{textOr(texts, `day_${day}`, day)}</dt>
                    <dd>{(week[day] ?? []).map(([from, to]) => `${from}–${to}`).join(', ') || '–'}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </>
      )}
    </WhenLoaded>
  );
}
