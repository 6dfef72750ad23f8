import { splitLinks } from '../../../shared/links.js';
import { Icon, type IconName } from '../../parts/icons.js';
import { clockTime } from '../../parts/time.js';
import { useLang, useSettings, useTexts } from '../../state/console.js';
import { textOr } from '../../texts/texts.js';
import type { Note, StaffEntry } from '../../wire.js';
import { FileView } from './file-view.js';

/** A citizen's words as words: only plain web addresses become links. */
export function Words({ text }: { readonly text: string }) {
  return (
    <>
      {splitLinks(text).map((part, index) =>
        part.href ? (
          <a key={index} href={part.href} target="_blank" rel="noreferrer noopener nofollow">
            {part.text}
          </a>
        ) : (
          part.text
        ),
      )}
    </>
  );
}

const DELIVERY_ICONS: Readonly<Record<NonNullable<StaffEntry['delivery']>['state'], IconName>> = {
  due: 'clock',
  sending: 'clock',
  sent: 'check',
  delivered: 'checks',
  read: 'eye',
  dead: 'warn',
  superseded: 'close',
};

/** One thing that was said, by whom, when, and whether it got there. */
export function Bubble({ entry, isFirst }: { readonly entry: StaffEntry; readonly isFirst: boolean }) {
  const texts = useTexts();
  const lang = useLang();
  const { zone } = useSettings();
  const { from, at, text, files = [], location, options = [], delivery } = entry;
  const who = from === 'staff' ? (entry.staffName ?? texts.from_staff) : texts[`from_${from}`];
  return (
    <div class={`line from-${from}${isFirst ? ' first' : ''}`}>
      {isFirst && <span class="who">{who}</span>}
      {text !== '' && (
        <p class="bubble" dir="auto">
          <Words text={text} />
        </p>
      )}
      {location && (
        <a
          class="bubble place"
          href={`https://www.openstreetmap.org/?mlat=${location.latitude}&mlon=${location.longitude}#map=17/${location.latitude}/${location.longitude}`}
          target="_blank"
          rel="noreferrer"
        >
          <Icon name="pin" /> {location.name ?? `${location.latitude.toFixed(5)}, ${location.longitude.toFixed(5)}`}
          <span class="unseen"> ({texts.onMap})</span>
        </a>
      )}
      {files.length > 0 && (
        <div class="files">
          {files.map((file, index) => (
            <FileView key={index} file={file} />
          ))}
        </div>
      )}
      {options.length > 0 && (
        <ul class="said-options" aria-label={texts.offered}>
          {options.map((option) => (
            <li key={option}>{option}</li>
          ))}
        </ul>
      )}
      <span class="meta">
        <time dateTime={at}>{clockTime(at, lang, zone)}</time>
        {entry.forwarded && <span>{texts.forwarded}</span>}
        {entry.edited && <span>{texts.edited}</span>}
        {delivery && (
          <span class={`delivery ${delivery.state}`}>
            <Icon name={DELIVERY_ICONS[delivery.state]} />
            <span class={delivery.state === 'dead' || delivery.state === 'superseded' ? '' : 'unseen'}>
              {texts[`delivery_${delivery.state}`]}
              {delivery.reason !== undefined && `: ${textOr(texts, `reason_${delivery.reason}`, delivery.reason)}`}
            </span>
          </span>
        )}
      </span>
    </div>
  );
}

/** What staff wrote for each other. */
export function NoteBubble({ note }: { readonly note: Note }) {
  const texts = useTexts();
  const lang = useLang();
  const { zone } = useSettings();
  return (
    <div class="line note first">
      <span class="who">
        <Icon name="note" /> {texts.noteBy} {note.byName}
      </span>
      <p class="bubble" dir="auto">
        <Words text={note.text} />
      </p>
      <span class="meta">
        <time dateTime={note.at}>{clockTime(note.at, lang, zone)}</time>
      </span>
    </div>
  );
}
