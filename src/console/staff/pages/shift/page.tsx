import { Due } from '../../parts/due.js';
import { useLoad, WhenLoaded } from '../../parts/loaded.js';
import { Table } from '../../parts/table.js';
import { spanText } from '../../parts/time.js';
import { toHash } from '../../routes.js';
import { useSettings, useTexts } from '../../state/console.js';
import { fill } from '../../texts/texts.js';
import type { ShiftView } from '../../wire-admin.js';
import { DayChart } from './day-chart.js';
import './shift.css';

const LOOK_EVERY_MS = 10_000;

/** How the shift stands, on one screen: who waits, what is late or soon will be, and whose hands are full. */
export function Page() {
  const texts = useTexts();
  const loaded = useLoad<ShiftView>('/shift', LOOK_EVERY_MS);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with a keyboard
    <main class="shift" tabIndex={0} aria-label={texts.navShift}>
      <h1 class="unseen">{texts.navShift}</h1>
      <WhenLoaded loaded={loaded}>
        {(view) => (
          <>
            <Figures view={view} />
            <div class="shift-grid">
              <NextBreaches view={view} />
              <Load view={view} />
              <Backlog view={view} />
              <DayChart
                title={texts.shiftDay}
                hours={view.hours}
                series={[
                  { of: 'handovers', label: texts.shiftHandovers },
                  { of: 'claims', label: texts.shiftClaims },
                ]}
              />
              <DayChart
                title={texts.shiftDayCases}
                hours={view.hours}
                series={[
                  { of: 'received', label: texts.shiftReceived },
                  { of: 'resolved', label: texts.shiftResolved },
                ]}
              />
            </div>
          </>
        )}
      </WhenLoaded>
    </main>
  );
}

function Figures({ view }: { readonly view: ShiftView }) {
  const texts = useTexts();
  const { queue, firstResponse, breached, breachIn4h } = view;
  const oldest = queue.oldestSince && spanText(Date.parse(view.now) - Date.parse(queue.oldestSince), texts);
  const span = (seconds: number) => spanText(seconds * 1000, texts);
  return (
    <dl class="figures">
      <Figure
        label={texts.shiftQueue}
        value={`${queue.waiting}`}
        more={oldest ? fill(texts.shiftOldest, { span: oldest }) : texts.shiftNobodyWaits}
        isBad={queue.waiting > 0}
        to={toHash(['inbox'], { view: 'queue' })}
      />
      <Figure
        label={texts.shiftFirst}
        value={firstResponse ? span(firstResponse.medianSeconds) : '–'}
        more={
          firstResponse
            ? fill(texts.shiftFirstMore, { span: span(firstResponse.p90Seconds), count: firstResponse.count })
            : texts.shiftFirstNone
        }
      />
      <Figure
        label={texts.shiftLate}
        value={`${breached}`}
        isBad={breached > 0}
        to={toHash(['cases'], { view: 'overdue' })}
      />
      <Figure label={texts.shiftSoon} value={`${breachIn4h}`} />
    </dl>
  );
}

interface FigureProps {
  readonly label: string;
  readonly value: string;
  readonly more?: string;
  readonly isBad?: boolean;
  /** Where those counted stand one by one. */
  readonly to?: string;
}

function Figure({ label, value, more, isBad, to }: FigureProps) {
  return (
    <div class={isBad ? 'figure is-bad' : 'figure'}>
      <dt>{to ? <a href={to}>{label}</a> : label}</dt>
      <dd>
        <strong>{value}</strong>
        {more && <span class="muted">{more}</span>}
      </dd>
    </div>
  );
}

function NextBreaches({ view }: { readonly view: ShiftView }) {
  const texts = useTexts();
  const { categories } = useSettings();
  const nameOf = (id: string) => categories.find((category) => category.id === id)?.name ?? id;
  return (
    <section class="panel" aria-labelledby="shift-next">
      <h2 id="shift-next">{texts.shiftNext}</h2>
      {view.nextBreaches.length === 0 && <p class="muted">{texts.shiftNextNone}</p>}
      <ul class="plain-list">
        {view.nextBreaches.map(({ number, category, dueAt, staffName }) => (
          <li key={number}>
            <a href={toHash(['cases', number], { view: 'all' })}>{number}</a> {nameOf(category)}{' '}
            <span class="muted">{staffName}</span> <Due clock={{ dueAt, stage: 'due_soon', isPaused: false }} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Load({ view }: { readonly view: ShiftView }) {
  const texts = useTexts();
  // whoever is here can be asked; who has least comes first
  const load = [...view.load].sort(
    (a, b) => Number(b.isAvailable) - Number(a.isAvailable) || a.chats + a.cases - (b.chats + b.cases),
  );
  return (
    <section class="panel" aria-labelledby="shift-load">
      <h2 id="shift-load">{texts.shiftLoad}</h2>
      <Table
        isNarrow
        label={texts.shiftLoad}
        head={[texts.admName, texts.shiftChats, texts.shiftCases, texts.shiftCapacity]}
      >
        {load.map(({ staffId, name, isAvailable, chats, cases, capacity }) => (
          <tr key={staffId} class={isAvailable ? '' : 'off'}>
            <th scope="row">
              {name} <span class="muted">{isAvailable ? texts.available : texts.away}</span>
            </th>
            <td>{chats}</td>
            <td class={capacity > 0 && cases >= capacity ? 'bad' : ''}>{cases}</td>
            <td>{capacity}</td>
          </tr>
        ))}
      </Table>
    </section>
  );
}

function Backlog({ view }: { readonly view: ShiftView }) {
  const texts = useTexts();
  const { statuses } = useSettings();
  const most = Math.max(1, ...view.backlog.map(({ count }) => count));
  const nameOf = (id: string) => statuses.find((status) => status.id === id)?.name ?? id;
  return (
    <section class="panel" aria-labelledby="shift-backlog">
      <h2 id="shift-backlog">{texts.shiftBacklog}</h2>
      <ul class="bars">
        {view.backlog.map(({ status, count }) => (
          <li key={status}>
            <span>{nameOf(status)}</span>
            <meter min={0} max={most} value={count} aria-label={nameOf(status)} />
            <strong>{count}</strong>
          </li>
        ))}
      </ul>
    </section>
  );
}
