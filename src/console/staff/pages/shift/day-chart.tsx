import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { Table } from '../../parts/table.js';
import { clockTime } from '../../parts/time.js';
import { useConsole, useLang, useSettings, useTexts } from '../../state/console.js';
import { useStore } from '../../state/store.js';
import type { ShiftView } from '../../wire-admin.js';
import 'uplot/dist/uPlot.min.css';

type Hour = ShiftView['hours'][number];
const HEIGHT_PX = 160;

interface Series {
  readonly of: 'handovers' | 'claims' | 'received' | 'resolved';
  readonly label: string;
}

interface DayChartProps {
  readonly title: string;
  readonly hours: readonly Hour[];
  readonly series: readonly Series[];
}

/** Counts an hour over the last day, as lines; and as a table for whoever can't see lines. */
export function DayChart({ title, hours, series }: DayChartProps) {
  const texts = useTexts();
  const lang = useLang();
  const { zone } = useSettings();
  const theme = useStore(useConsole().prefs, (prefs) => prefs.theme);
  const box = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const place = box.current;
    if (!place) return;
    const chart = new uPlot(
      optionsFor(place, series, (at) => clockTime(at, lang, zone)),
      dataOf(hours, series),
      place,
    );
    const watch = new ResizeObserver(() => chart.setSize({ width: place.clientWidth, height: HEIGHT_PX }));
    watch.observe(place);
    return () => {
      watch.disconnect();
      chart.destroy();
    };
  }, [hours, lang, theme]);

  return (
    <section class="panel">
      <h2>{title}</h2>
      <p class="legend">
        {series.map(({ of, label }, index) => (
          <span key={of} class={`line-${index}`}>
            {label}
          </span>
        ))}
      </p>
      <div ref={box} class="chart" aria-hidden="true" />
      <details>
        <summary>{texts.shiftAsTable}</summary>
        <Table isNarrow label={title} head={[texts.shiftHour, ...series.map(({ label }) => label)]}>
          {hours.map((hour) => (
            <tr key={hour.at}>
              <th scope="row">{clockTime(hour.at, lang, zone)}</th>
              {series.map(({ of }) => (
                <td key={of}>{hour[of]}</td>
              ))}
            </tr>
          ))}
        </Table>
      </details>
    </section>
  );
}

function dataOf(hours: readonly Hour[], series: readonly Series[]): uPlot.AlignedData {
  return [hours.map(({ at }) => Date.parse(at) / 1000), ...series.map(({ of }) => hours.map((hour) => hour[of]))];
}

function optionsFor(place: HTMLElement, series: readonly Series[], timeOf: (at: string) => string): uPlot.Options {
  const css = getComputedStyle(place);
  const colours = [css.getPropertyValue('--line-0'), css.getPropertyValue('--line-1')];
  const axis = { stroke: css.color, grid: { stroke: css.borderColor, width: 1 }, ticks: { show: false } };
  const hours = (_chart: uPlot, at: readonly number[]) => at.map((each) => timeOf(new Date(each * 1000).toISOString()));
  return {
    width: place.clientWidth,
    height: HEIGHT_PX,
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_chart, _min, max) => [0, Math.max(4, max)] } },
    axes: [
      { ...axis, values: hours },
      { ...axis, size: 36, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500] },
    ],
    series: [
      {},
      ...series.map(({ label }, index) => ({
        label,
        width: 2,
        points: { show: false },
        stroke: colours[index] ?? css.color,
        // told apart without colour too
        ...(index > 0 ? { dash: [6, 4] } : {}),
      })),
    ],
  };
}
