import { useState } from 'preact/hooks';
import { SelectField, TextField } from '../../parts/fields.js';
import { SureButton } from '../../parts/sure-button.js';
import { dateOnly } from '../../parts/time.js';
import { useDeed } from '../../parts/use-deed.js';
import { useConsole, useLang, useTexts } from '../../state/console.js';
import { fill } from '../../texts/texts.js';
import type { CalendarView, FileKept, HolidayRemoval, HolidayWish } from '../../wire-admin.js';
import { FileBar } from './file-bar.js';

type Year = CalendarView['years'][number];

/** The days off of a year. A change works out deadlines anew, and complainants hear of it. */
export function Holidays({ year, onKept }: { readonly year: Year; readonly onKept: () => Promise<void> }) {
  const console = useConsole();
  const texts = useTexts();
  const lang = useLang();
  const deed = useDeed();
  const [on, setOn] = useState('');
  const [name, setName] = useState('');
  const [list, setList] = useState<HolidayWish['list']>('holidays');
  const { file, holidays, jointLeave, basis } = year;
  const seenVersion = file.version;
  const days = [
    ...holidays.map((day) => ({ ...day, isJoint: false })),
    ...jointLeave.map((day) => ({ ...day, isJoint: true })),
  ].sort((a, b) => (a.on < b.on ? -1 : 1));

  async function change(path: string, body: HolidayWish | HolidayRemoval): Promise<void> {
    const isDone = await deed.run(async () => {
      const { file: kept, retimed = 0 } = await console.http.send<FileKept>('POST', path, body);
      const state = kept.needsRestart ? texts.admKeptRestart : texts.admKept;
      console.toast(`${state} ${fill(texts.admRetimed, { count: retimed })}`);
      await onKept();
    });
    if (isDone) setName('');
  }

  return (
    <section aria-label={`${texts.admHolidays} ${year.year}`}>
      <h2>
        {texts.admHolidays} {year.year}
      </h2>
      <p class="muted">{basis}</p>
      <FileBar file={file} />
      <ul class="day-list">
        {days.map((day) => (
          <li key={day.on}>
            <time dateTime={day.on}>{dateOnly(day.on, lang)}</time> {day.name}
            {day.isJoint && <span class="tag">{texts.admJointLeave}</span>}
            {file.mayWrite && (
              <SureButton
                class="link"
                text={texts.remove}
                of={day.name}
                isBusy={deed.isBusy}
                onSure={() => void change('/admin/holidays/remove', { on: day.on, seenVersion })}
              />
            )}
          </li>
        ))}
      </ul>
      {file.mayWrite && (
        <form
          class="row-form"
          onSubmit={(event) => {
            event.preventDefault();
            void change('/admin/holidays', { on, name: name.trim(), list, seenVersion });
          }}
        >
          <TextField
            label={texts.admDay}
            type="date"
            required
            min={`${year.year}-01-01`}
            max={`${year.year}-12-31`}
            value={on}
            onChange={setOn}
          />
          <TextField
            label={texts.admName}
            grows
            required
            minLength={3}
            maxLength={120}
            value={name}
            onChange={setName}
          />
          <SelectField
            label={texts.admKind}
            value={list}
            options={[
              { id: 'holidays', name: texts.admHoliday },
              { id: 'jointLeave', name: texts.admJointLeave },
            ]}
            onChange={(to) => setList(to as HolidayWish['list'])}
          />
          <button type="submit" class="button primary" disabled={deed.isBusy}>
            {texts.admAdd}
          </button>
        </form>
      )}
      <p class="failure" role="alert">
        {deed.failure}
      </p>
    </section>
  );
}
