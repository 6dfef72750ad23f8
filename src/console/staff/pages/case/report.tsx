import { useState } from 'preact/hooks';
import { Dialog } from '../../parts/dialog.js';
import { failureText } from '../../parts/failure-text.js';
import { Icon } from '../../parts/icons.js';
import { useRights, useTexts } from '../../state/console.js';
import { fill } from '../../texts/texts.js';
import type { CaseView } from '../../wire.js';
import type { Matter } from './case.js';
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

function EditReport({ view, matter, onClose }: ReportProps & { readonly onClose: () => void }) {
  const texts = useTexts();
  const [description, setDescription] = useState(view.report?.description ?? '');
  const [place, setPlace] = useState(view.report?.place ?? '');
  const [reason, setReason] = useState('');
  const [failure, setFailure] = useState('');

  async function submit(): Promise<void> {
    const changed = {
      ...(description.trim() !== view.report?.description && { description: description.trim() }),
      ...(place.trim() !== (view.report?.place ?? '') && { place: place.trim() }),
    };
    try {
      await matter.act('report', { ...changed, reason: reason.trim() });
      onClose();
    } catch (error) {
      setFailure(failureText(error, texts));
    }
  }

  return (
    <Dialog title={texts.editReport} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <label class="field">
          {texts.field_description}
          <textarea
            rows={6}
            required
            maxLength={4000}
            value={description}
            onInput={(event) => setDescription(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          {texts.place}
          <input value={place} maxLength={300} onInput={(event) => setPlace(event.currentTarget.value)} />
        </label>
        <label class="field">
          {texts.editReason}
          <input
            value={reason}
            required
            minLength={3}
            maxLength={500}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        </label>
        <p class="failure" role="alert">
          {failure}
        </p>
        <button type="submit" class="button primary">
          {texts.keep}
        </button>
      </form>
    </Dialog>
  );
}
