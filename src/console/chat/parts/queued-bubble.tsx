import type { ChatState } from '../chat.js';
import type { QueuedMessage } from '../outbox.js';
import { refusalText } from '../texts.js';
import { Place } from './bubble.js';
import { FileChip } from './file-chip.js';
import { Icon } from './icons.js';
import { LocalPhoto } from './photo.js';
import { useUi } from './ui.js';

interface QueuedBubbleProps {
  readonly item: QueuedMessage;
  readonly sending: ChatState['sending'];
  readonly onGrow: () => void;
}

/** A message that the server hasn't confirmed: it says what it waits for, or what to do when it can't be sent. */
export function QueuedBubble({ item, sending, onGrow }: QueuedBubbleProps) {
  const { chat, texts } = useUi();
  const isSending = sending?.key === item.key;
  const { files = [], location, text, refused } = item;
  return (
    <article class={`line from-citizen ends queued${refused ? ' refused' : ''}`}>
      <span class="who unseen">{texts.you}: </span>
      {files.length > 0 && (
        <div class="files">
          {files.map((file) =>
            /^image\//.test(file.mimeType) ? (
              <LocalPhoto key={file.blobId} blobId={file.blobId} onGrow={onGrow} />
            ) : (
              <FileChip key={file.blobId} name={file.name} sizeBytes={file.sizeBytes} />
            ),
          )}
        </div>
      )}
      {location && <Place latitude={location.latitude} longitude={location.longitude} />}
      {text && (
        <p class="bubble" dir="auto">
          {text}
        </p>
      )}
      {isSending && files.length > 0 && (
        <progress class="progress" max={1} value={sending.progress} aria-label={texts.sending} />
      )}
      {refused !== undefined ? (
        <div class="refusal" role="alert">
          <p>
            <Icon name="warn" /> {refusalText(texts, refused)}
          </p>
          {files.length > 0 && text && (
            <button type="button" class="quiet" onClick={() => chat.sendWithoutFiles(item.key)}>
              {texts.sendWithout}
            </button>
          )}
          <button type="button" class="quiet" onClick={() => chat.discard(item.key)}>
            {texts.remove}
          </button>
        </div>
      ) : (
        <p class="meta">
          <span class="state">
            <Icon name="clock" /> {isSending ? texts.sending : texts.waiting}
          </span>
        </p>
      )}
    </article>
  );
}
