import { useTexts } from '../../state/console.js';
import { fill } from '../../texts/texts.js';
import type { FlowsView } from '../../wire-admin.js';
import { layersOf } from './flow-layers.js';

type Flow = FlowsView['flows'][number];
type Step = Flow['steps'][number];

/** The steps of a flow from top to bottom, by how far they are from its start. */
export function FlowGraph({ flow }: { readonly flow: Flow }) {
  const layers = layersOf(flow);
  const most = Math.max(1, ...flow.steps.map(({ entered }) => entered ?? 0));
  return (
    <ol class="flow">
      {layers.map((steps, index) => (
        // a layer has no other name than its place
        <li key={index} class="flow-layer">
          {steps.map((step) => (
            <StepBox key={step.id} step={step} most={most} />
          ))}
        </li>
      ))}
    </ol>
  );
}

function StepBox({ step, most }: { readonly step: Step; readonly most: number }) {
  const texts = useTexts();
  const { id, kind, waits, exits, entered = 0, stopped = 0 } = step;
  const share = entered > 0 ? Math.round((stopped / entered) * 100) : 0;
  return (
    <article class={waits ? 'step waits' : 'step'} id={`step-${id}`}>
      <h2>
        {id} <span class="muted">{kind}</span>
      </h2>
      {waits && (
        <>
          <meter
            class="arrivals"
            min={0}
            max={most}
            value={entered}
            aria-label={fill(texts.admEntered, { count: entered })}
          />
          <p>
            {fill(texts.admEntered, { count: entered })}
            {stopped > 0 && (
              <strong class={share >= 20 ? 'dropped bad' : 'dropped'}>
                {' '}
                {fill(texts.admDropped, { count: stopped, share })}
              </strong>
            )}
          </p>
        </>
      )}
      {exits.length > 0 && (
        <ul class="exits">
          {exits.map(({ to, label }) => (
            <li key={`${to} ${label}`}>
              {label && `${label} `}→ {to}
            </li>
          ))}
        </ul>
      )}
    </article>
  );
}
