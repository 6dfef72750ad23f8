import { dateTime } from '../../parts/time.js';
import { useLang, useSettings, useTexts } from '../../state/console.js';
import { textOr } from '../../texts/texts.js';
import type { CaseHistoryEntry, CaseView } from '../../wire.js';
import { useNames } from './names.js';

/** What happened to a case, newest first. */
export function Timeline({ view }: { readonly view: CaseView }) {
  const texts = useTexts();
  const entries = [...view.history].sort((a, b) => b.rev - a.rev || (a.at < b.at ? 1 : -1));
  return (
    <section>
      <h3>{texts.timeline}</h3>
      <ol class="timeline">
        {entries.map((entry, index) => (
          <li key={`${entry.rev} ${index}`}>
            <Entry entry={entry} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Entry({ entry }: { readonly entry: CaseHistoryEntry }) {
  const texts = useTexts();
  const lang = useLang();
  const { zone } = useSettings();
  const name = useNames();
  const { by } = entry;
  const who = by.name ?? (by.staffId ? name.staff(by.staffId) : texts[`by_${by.kind}`]);
  const facts = [
    entry.category && name.category(entry.category),
    entry.unit && name.unit(entry.unit),
    entry.staffId && name.staff(entry.staffId),
    entry.agency && name.agency(entry.agency),
    entry.outcome && name.outcome(entry.outcome),
    entry.other,
  ].filter(Boolean);
  return (
    <>
      <p>
        <strong>{textOr(texts, `what_${entry.what}`, entry.what)}</strong>
        {entry.to !== undefined && entry.to !== entry.from && <> → {name.status(entry.to)}</>}
        {facts.length > 0 && <>: {facts.join(', ')}</>}
        {entry.reusedProof && <span class="mark late"> {texts.reusedProof}</span>}
      </p>
      {Object.entries(entry.words).map(([key, words]) => (
        <p key={key} class="said-words" dir="auto">
          <span class="muted">{textOr(texts, `field_${key}`, key)}: </span>
          {words}
        </p>
      ))}
      <p class="muted">
        {who}, <time dateTime={entry.at}>{dateTime(entry.at, lang, zone)}</time>
      </p>
    </>
  );
}
