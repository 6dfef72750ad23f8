import { Icon } from '../../parts/icons.js';
import { useConsole, useTexts } from '../../state/console.js';
import type { PendingReply } from '../../state/replies.js';
import { useStore } from '../../state/store.js';
import { fill, type Texts, textOr } from '../../texts/texts.js';

/** What was written here and hasn't been confirmed: on its way, waiting for the network, or refused. */
export function PendingBubble({ reply }: { readonly reply: PendingReply }) {
  const { replies, live } = useConsole();
  const texts = useTexts();
  const isLost = useStore(live.status, (state) => state.is === 'lost');
  const { key, kind, text, refused } = reply;
  return (
    <div class={`line pending ${kind === 'note' ? 'note' : 'from-staff'} first`}>
      <p class="bubble" dir="auto">
        {text}
      </p>
      {refused ? (
        <div class="refusal" role="alert">
          <p>
            <Icon name="warn" /> {refusalText(refused, texts)}
          </p>
          <button type="button" class="link" onClick={() => replies.retry(key)}>
            {texts.tryAgain}
          </button>
          <button type="button" class="link" onClick={() => void navigator.clipboard?.writeText(text)}>
            {texts.copy}
          </button>
          <button type="button" class="link" onClick={() => replies.discard(key)}>
            {texts.discard}
          </button>
        </div>
      ) : (
        <span class="meta">
          <Icon name="clock" /> {isLost ? texts.waitsForNetwork : texts.delivery_sending}
        </span>
      )}
    </div>
  );
}

function refusalText({ code, holder }: NonNullable<PendingReply['refused']>, texts: Texts): string {
  if (holder !== undefined) return fill(texts.notSentTakenBy, { name: holder });
  return `${texts.notSent} ${textOr(texts, code, '')}`;
}
