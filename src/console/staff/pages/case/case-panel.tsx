import { useEffect, useMemo } from 'preact/hooks';
import { Due } from '../../parts/due.js';
import { Icon } from '../../parts/icons.js';
import { useLive } from '../../parts/live-listen.js';
import { dateTime } from '../../parts/time.js';
import { useRetry } from '../../parts/use-retry.js';
import { toHash } from '../../routes.js';
import { useConsole, useLang, useSettings, useTexts } from '../../state/console.js';
import { useStore } from '../../state/store.js';
import { fill, textOr } from '../../texts/texts.js';
import type { CaseView } from '../../wire.js';
import { FileView } from '../conversation/file-view.js';
import { Actions } from './actions.js';
import { createMatter } from './case.js';
import { useNames } from './names.js';
import { CaseNotes } from './notes.js';
import { Report } from './report.js';
import { Timeline } from './timeline.js';
import './case.css';

export interface CasePanelProps {
  readonly number: string;
}

/** A case: what it is about, how long it may take, what was done, and what can be done now. */
export function CasePanel({ number }: CasePanelProps) {
  const console = useConsole();
  const texts = useTexts();
  const matter = useMemo(() => createMatter(console, number), [console, number]);
  const { view, failure } = useStore(matter.store, (state) => state);

  useEffect(() => void matter.load(), [matter]);
  useLive((event) => matter.take(event));
  useRetry(failure === 'away', matter.load);

  if (failure === 'gone') return <p role="alert">{texts.caseGone}</p>;
  if (!view) {
    return (
      <p role="status" class="muted">
        {failure === 'away' ? texts.unreachable : texts.opening}
      </p>
    );
  }
  return (
    <article class="case" aria-label={view.card.number}>
      <CaseHead view={view} />
      <Actions view={view} matter={matter} />
      <Report view={view} matter={matter} />
      <Clocks view={view} />
      <Files view={view} />
      <Reporters view={view} />
      <CaseNotes view={view} />
      <Timeline view={view} />
    </article>
  );
}

function CaseHead({ view }: { readonly view: CaseView }) {
  const texts = useTexts();
  const name = useNames();
  const { card, mergedInto, outcome, alert, rating } = view;
  return (
    <header class="case-head">
      <p class="case-line">
        <span class={`status ${card.status}`}>{name.status(card.status)}</span>
        <Due clock={card} />
        {card.urgency !== 'biasa' && (
          <span class={`mark ${card.urgency === 'darurat' ? 'late' : 'waiting'}`}>
            <Icon name="warn" /> {textOr(texts, `urgency_${card.urgency}`, card.urgency)}
          </span>
        )}
        {card.restricted && (
          <span class="mark">
            <Icon name="lock" /> {texts.restricted}
          </span>
        )}
        {card.anonim && <span class="mark">{texts.anonim}</span>}
      </p>
      <h2>{name.category(card.category)}</h2>
      <p class="muted">
        {name.kind(card.kind)}, {name.unit(card.unit)}
        {card.staffName !== undefined && `, ${card.staffName}`}
        {view.agency !== undefined && `, ${name.agency(view.agency)}`}
      </p>
      {outcome !== undefined && <p>{`${texts.outcome}: ${name.outcome(outcome)}`}</p>}
      {rating && <p>{fill(texts.stars, { stars: rating.stars })}</p>}
      {view.reopenings > 0 && <p>{fill(texts.reopenedTimes, { count: view.reopenings })}</p>}
      {mergedInto !== undefined && (
        <p>
          {texts.mergedInto} <a href={toHash(['cases', mergedInto])}>{mergedInto}</a>
        </p>
      )}
      {view.review && (
        <p class="mark waiting">
          <Icon name="eye" /> {texts.reviewOwed}: {texts[`review_${view.review.why}`]}
        </p>
      )}
      {alert && (
        <p class="mark late">
          <Icon name="warn" /> {fill(texts.escalated, { level: textOr(texts, `level_${alert.level}`, alert.level) })}{' '}
          {alert.staffNames.join(', ')}
        </p>
      )}
    </header>
  );
}

function Clocks({ view }: { readonly view: CaseView }) {
  const texts = useTexts();
  const lang = useLang();
  const { zone } = useSettings();
  if (view.clocks.length === 0) return null;
  return (
    <section>
      <h3>{texts.clocks}</h3>
      <ul class="clocks">
        {view.clocks.map((clock) => (
          <li key={`${clock.name} ${clock.startedAt}`}>
            <span>
              {textOr(texts, `clock_${clock.name}`, clock.name)}
              {clock.provisional && <span class="muted"> ({texts.provisional})</span>}
            </span>
            {clock.doneAt === undefined ? (
              <Due clock={clock} />
            ) : (
              <span class="due done">
                <Icon name="check" /> {dateTime(clock.doneAt, lang, zone)}
              </span>
            )}
            <time dateTime={clock.dueAt} class="muted">
              {dateTime(clock.dueAt, lang, zone)}
            </time>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Files({ view }: { readonly view: CaseView }) {
  const texts = useTexts();
  const groups = [
    { title: texts.evidence, files: view.evidence },
    { title: texts.proof, files: view.proof },
  ].filter(({ files }) => files.length > 0);
  return (
    <>
      {groups.map(({ title, files }) => (
        <section key={title}>
          <h3>{title}</h3>
          <div class="files">
            {files.map((file, index) => (
              <FileView key={file.fileId ?? index} file={file} />
            ))}
          </div>
        </section>
      ))}
    </>
  );
}

function Reporters({ view }: { readonly view: CaseView }) {
  const texts = useTexts();
  if (view.reporters.length === 0) return null;
  return (
    <section>
      <h3>{texts.reporters}</h3>
      <ul class="plain-list">
        {view.reporters.map(({ conversationId, audience, isReachable }, index) => (
          <li key={conversationId}>
            <a href={toHash(['inbox', conversationId])}>{fill(texts.reporterChat, { number: index + 1 })}</a>{' '}
            <span class="muted">
              {textOr(texts, `audience_${audience}`, audience)}
              {!isReachable && `, ${texts.unreachableReporter}`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
