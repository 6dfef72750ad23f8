import { splitLinks } from '../../shared/links.js';
import { wordsOf } from '../entries.js';
import { clockTime } from '../time.js';
import type { Attachment, Entry } from '../wire.js';
import { FileChip } from './file-chip.js';
import { Icon } from './icons.js';
import { Options } from './options.js';
import { Photo } from './photo.js';
import { Receipt } from './receipt.js';
import { useUi } from './ui.js';

interface BubbleProps {
  readonly entry: Entry;
  readonly token: string | undefined;
  /** Its buttons still answer. */
  readonly isOpen: boolean;
  /** What the citizen said next, if anything. */
  readonly answer: string | undefined;
  /** The newest message of the citizen: says that it arrived. */
  readonly isSent: boolean;
  readonly endsGroup: boolean;
  readonly onGrow: () => void;
}

export function Bubble({ entry, token, isOpen, answer, isSent, endsGroup, onGrow }: BubbleProps) {
  const { lang, texts } = useUi();
  const { from, attachments = [], location, options, receipt } = entry;
  const text = wordsOf(entry);
  const who = from === 'citizen' ? texts.you : from === 'staff' ? texts.staff : document.title;
  return (
    <article class={`line from-${from}${endsGroup ? ' ends' : ''}`}>
      <span class={from === 'staff' ? 'who' : 'who unseen'}>{who}: </span>
      {attachments.length > 0 && (
        <div class="files">
          {attachments.map((attachment, index) => (
            <Shown key={attachment.fileId ?? index} attachment={attachment} token={token} onGrow={onGrow} />
          ))}
        </div>
      )}
      {location && <Place latitude={location.latitude} longitude={location.longitude} />}
      {text && (
        <p class="bubble" dir="auto">
          {from === 'citizen' ? text : <Linked text={text} />}
        </p>
      )}
      {receipt && <Receipt number={receipt.number} code={receipt.code} />}
      {options && options.length > 0 && <Options entry={entry} isOpen={isOpen} answer={answer} />}
      {endsGroup && (
        <p class="meta">
          <time dateTime={entry.at}>{clockTime(new Date(entry.at), lang)}</time>
          {isSent && (
            <span class="state">
              <Icon name="check" /> {texts.sent}
            </span>
          )}
        </p>
      )}
    </article>
  );
}

function Shown({
  attachment,
  token,
  onGrow,
}: {
  attachment: Attachment;
  token: string | undefined;
  onGrow: () => void;
}) {
  if (attachment.kind === 'image' && attachment.fileId && token) {
    return <Photo token={token} fileId={attachment.fileId} onGrow={onGrow} />;
  }
  return <FileChip kind={attachment.kind} sizeBytes={attachment.sizeBytes} />;
}

export function Place({ latitude, longitude }: { readonly latitude: number; readonly longitude: number }) {
  const { texts } = useUi();
  return (
    <p class="bubble place">
      <Icon name="pin" />
      <span>
        {texts.location}
        <small>
          {latitude.toFixed(5)}, {longitude.toFixed(5)}
        </small>
      </span>
    </p>
  );
}

function Linked({ text }: { readonly text: string }) {
  return (
    <>
      {splitLinks(text).map((part, index) =>
        part.href ? (
          <a key={index} href={part.href} target="_blank" rel="noopener noreferrer nofollow">
            {part.text}
          </a>
        ) : (
          part.text
        ),
      )}
    </>
  );
}
