import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ChatState } from '../chat.js';
import { openQuestionOf } from '../entries.js';
import { dayName, isSameDay } from '../time.js';
import type { Entry } from '../wire.js';
import { Bubble } from './bubble.js';
import { Icon } from './icons.js';
import { QueuedBubble } from './queued-bubble.js';
import { useUi } from './ui.js';

const NEAR_END_PIXELS = 80;
const SAME_GROUP_MS = 5 * 60 * 1000;

/** The conversation: keeps to its end as long as the reader does. */
export function Log({ state }: { readonly state: ChatState }) {
  const { lang, texts } = useUi();
  const scroller = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [hasNewer, setHasNewer] = useState(false);
  const { entries, queue, sending } = state;
  const question = queue.length === 0 ? openQuestionOf(entries) : undefined;
  const lastOwn = entries.filter((entry) => entry.from === 'citizen').pop();

  function toEnd(): void {
    const box = scroller.current;
    if (box) box.scrollTop = box.scrollHeight;
  }

  function keepEnd(): void {
    if (atEnd.current) toEnd();
  }

  function onScroll(): void {
    const box = scroller.current;
    if (!box) return;
    atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PIXELS;
    if (atEnd.current) setHasNewer(false);
  }

  // what the reader wrote is always shown to him
  useLayoutEffect(() => {
    if (queue.length > 0) toEnd();
  }, [queue.length]);

  useLayoutEffect(() => {
    if (atEnd.current) toEnd();
    else setHasNewer(true);
  }, [entries.length]);

  useLayoutEffect(keepEnd, [sending === undefined, state.loading]);

  return (
    <div class="scroll" ref={scroller} onScroll={onScroll}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with a keyboard */}
      <div class="log" role="log" aria-label={texts.log} aria-live="polite" aria-busy={state.loading} tabIndex={0}>
        {state.loading && <p class="loading">{texts.loading}</p>}
        {entries.map((entry, index) => {
          const at = new Date(entry.at);
          const before = entries[index - 1];
          const isNewDay = !before || !isSameDay(new Date(before.at), at);
          return [
            isNewDay && (
              <p class="day" key={`day ${entry.seq}`}>
                {dayName(at, new Date(), lang, texts)}
              </p>
            ),
            <Bubble
              key={`${entry.seq}/${entry.part}`}
              entry={entry}
              token={state.token}
              isOpen={entry === question}
              answer={entry.options && answerAfter(entries, index)}
              isSent={entry === lastOwn}
              endsGroup={!isSameGroup(entry, entries[index + 1])}
              onGrow={keepEnd}
            />,
          ];
        })}
        {queue.map((item) => (
          <QueuedBubble key={item.key} item={item} sending={sending} onGrow={keepEnd} />
        ))}
        {sending && !state.offline && (
          <p class="typing" aria-hidden="true">
            <i />
            <i />
            <i />
          </p>
        )}
      </div>
      {hasNewer && (
        <button type="button" class="newer" onClick={toEnd}>
          <Icon name="down" /> {texts.newMessages}
        </button>
      )}
    </div>
  );
}

function answerAfter(entries: readonly Entry[], index: number): string | undefined {
  return entries.slice(index + 1).find((entry) => entry.from === 'citizen')?.text;
}

function isSameGroup(entry: Entry, next: Entry | undefined): boolean {
  if (next?.from !== entry.from) return false;
  return new Date(next.at).getTime() - new Date(entry.at).getTime() < SAME_GROUP_MS;
}
