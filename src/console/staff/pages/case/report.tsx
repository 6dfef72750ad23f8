import { useState } from 'preact/hooks';
import { Icon } from '../../parts/icons.js';
import { useRights, useTexts } from '../../state/console.js';
import { fill } from '../../texts/texts.js';
import type { CaseView } from '../../wire.js';
import type { Matter } from './case.js';
import { EditReport } from './edit-report.js';
import { useNames } from './names.js';

interface ReportProps {
  readonly view: CaseView;
  readonly matter: Matter;
}

/** What was reported, in the complainant's words, and what it was taken for. */
export function Report({ view, matter }: ReportProps) {
  const texts = useTexts();
  const name = useNames();
  const rights = useRights();
  const [isEditing, setEditing] = useState(false);
  const { report, classification } = view;
  if (!report) return <p class="muted">{texts.noContent}</p>;
  const { point } = report;
  const others = classification.top.filter(({ category }) => category !== view.card.category).slice(0, 2);
  return (
    <section class="report">
      <h3>
        {texts.report}
        {rights.has('case:write') && (
          <button type="button" class="link" onClick={() => setEditing(true)}>
            {texts.edit}
          </button>
        )}
      </h3>
      <p class="said-words" dir="auto">
        {report.description}
      </p>
      <dl class="facts">
        {report.place !== undefined && (
          <div>
            <dt>{texts.place}</dt>
            <dd dir="auto">{report.place}</dd>
          </div>
        )}
        {point && (
          <div>
            <dt>{texts.onMap}</dt>
            <dd>
              <a
                href={`https://www.openstreetmap.org/?mlat=${point.latitude}&mlon=${point.longitude}#map=17/${point.latitude}/${point.longitude}`}
                target="_blank"
                rel="noreferrer"
              >
                <Icon name="pin" /> {point.latitude.toFixed(5)}, {point.longitude.toFixed(5)}
              </a>
            </dd>
          </div>
        )}
        {report.time !== undefined && (
          <div>
            <dt>{texts.time}</dt>
            <dd dir="auto">{report.time}</dd>
          </div>
        )}
        {report.displayName !== undefined && (
          <div>
            <dt>{texts.reporter}</dt>
            <dd dir="auto">{report.displayName}</dd>
          </div>
        )}
        <div>
          <dt>{texts.guess}</dt>
          <dd>
            {fill(texts.percentSure, { percent: Math.round(classification.confidence * 100) })}
            {report.evidenceWords.length > 0 && <span class="muted"> “{report.evidenceWords.join('”, “')}”</span>}
            {others.length > 0 && (
              <span class="muted">
                {' '}
                {texts.orElse} {others.map(({ category }) => name.category(category)).join(', ')}
              </span>
            )}
          </dd>
        </div>
      </dl>
      {isEditing && <EditReport view={view} matter={matter} onClose={() => setEditing(false)} />}
    </section>
  );
}
