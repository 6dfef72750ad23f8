import { useState } from 'preact/hooks';
import { useLoad, WhenLoaded } from '../../parts/loaded.js';
import { useTexts } from '../../state/console.js';
import { fill } from '../../texts/texts.js';
import type { FlowsView } from '../../wire-admin.js';
import { FlowGraph } from './flow-graph.js';

type Flow = FlowsView['flows'][number];
const SPANS = [1, 7, 30, 90] as const;

/** Each flow as a picture of its steps, with how many came to each and how many stopped there. */
export function FlowsPart() {
  const texts = useTexts();
  const [days, setDays] = useState(7);
  const loaded = useLoad<FlowsView>(`/admin/flows?days=${days}`, 60_000);
  const [id, setId] = useState('intake');
  return (
    <>
      <div class="row-form">
        <label class="field">
          {texts.admSpan}
          <select value={days} onChange={(event) => setDays(Number(event.currentTarget.value))}>
            {SPANS.map((span) => (
              <option key={span} value={span}>
                {fill(texts.admDays, { days: span })}
              </option>
            ))}
          </select>
        </label>
        <WhenLoaded loaded={loaded}>
          {({ flows }) => (
            <label class="field">
              {texts.admFlow}
              <select value={id} onChange={(event) => setId(event.currentTarget.value)}>
                {flows.map((flow) => (
                  <option key={flow.id} value={flow.id}>
                    {flow.id} ({arrivalsOf(flow)})
                  </option>
                ))}
              </select>
            </label>
          )}
        </WhenLoaded>
      </div>
      {loaded.data?.flows
        .filter((flow) => flow.id === id)
        .map((flow) => (
          <section key={flow.id} aria-label={flow.id}>
            <p class="muted">{texts.admFlowHow}</p>
            <FlowGraph flow={flow} />
          </section>
        ))}
    </>
  );
}

/** How many came to wait at any step of it. */
function arrivalsOf({ steps }: Flow): number {
  return steps.reduce((sum, { entered }) => sum + (entered ?? 0), 0);
}
