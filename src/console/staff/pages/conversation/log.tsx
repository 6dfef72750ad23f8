import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Icon } from '../../parts/icons.js';
import { useNowMs } from '../../parts/now.js';
import { dayName, dayOf } from '../../parts/time.js';
import { useConsole, useLang, useSettings, useTexts } from '../../state/console.js';
import { useStore } from '../../state/store.js';
import { Bubble, NoteBubble } from './bubble.js';
import type { Conversation } from './conversation.js';
import { type LogItem, toLog } from './entries.js';
import { PendingBubble } from './pending.js';

const NEAR_PIXELS = 90;
const SAME_GROUP_MS = 5 * 60_000;

/** What was said, newest at the end. It keeps to its end as long as the reader does, and reads on when scrolled up. */
export function Log({ conversation }: { readonly conversation: Conversation }) {
  const console = useConsole();
  const texts = useTexts();
  const lang = useLang();
  const { zone } = useSettings();
  const nowMs = useNowMs(60_000);
  const { view, entries, olderBefore, isLoadingOlder } = useStore(conversation.store, (state) => state);
  const pending = useStore(console.replies.store, (state) => state.pending);
  const mine = pending.filter((each) => each.conversationId === conversation.id);
  const notes = view?.notes ?? [];
  const items = useMemo(() => toLog(entries, notes, olderBefore !== undefined), [entries, notes, olderBefore]);
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [hasNewer, setHasNewer] = useState(false);
  const oldest = entries[0]?.seq;
  const before = useRef({ oldest, height: 0 });

  function toEnd(): void {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
    setHasNewer(false);
  }

  function onScroll(): void {
    const scroller = box.current;
    if (!scroller) return;
    atEnd.current = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_PIXELS;
    if (atEnd.current) setHasNewer(false);
    if (scroller.scrollTop < NEAR_PIXELS * 3) void conversation.loadOlder();
  }

  useLayoutEffect(() => {
    const scroller = box.current;
    if (!scroller) return;
    // older bubbles came in above: what was being read must not move
    if (before.current.oldest !== undefined && oldest !== undefined && oldest < before.current.oldest) {
      scroller.scrollTop += scroller.scrollHeight - before.current.height;
    } else if (atEnd.current) toEnd();
    else setHasNewer(true);
    before.current = { oldest, height: scroller.scrollHeight };
  }, [items.length, oldest]);

  // what the reader wrote is always shown to him
  useLayoutEffect(() => {
    if (mine.length > 0) toEnd();
  }, [mine.length]);

  // photos and the reply box change the room there is
  useEffect(() => {
    const scroller = box.current;
    const content = scroller?.firstElementChild;
    if (!scroller || !content) return;
    const watch = new ResizeObserver(() => {
      before.current.height = scroller.scrollHeight;
      if (atEnd.current) toEnd();
    });
    watch.observe(content);
    watch.observe(scroller);
    return () => watch.disconnect();
  }, []);

  return (
    <div class="log-box">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with a keyboard */}
      <section class="log-scroll" ref={box} onScroll={onScroll} tabIndex={0} aria-label={texts.log}>
        <div class="log" role="log" aria-live="polite" aria-busy={isLoadingOlder} aria-label={texts.log}>
          {olderBefore !== undefined && (
            <button
              type="button"
              class="button older"
              aria-disabled={isLoadingOlder}
              onClick={() => void conversation.loadOlder()}
            >
              {isLoadingOlder ? texts.oneMoment : texts.older}
            </button>
          )}
          {items.map((item, index) => {
            const previous = items[index - 1];
            const isNewDay = !previous || dayOf(previous.at, zone) !== dayOf(item.at, zone);
            return [
              isNewDay && (
                <p class="day" key={`day ${item.at}`}>
                  {dayName(item.at, nowMs, lang, zone, texts)}
                </p>
              ),
              item.kind === 'note' ? (
                <NoteBubble key={item.note.id} note={item.note} />
              ) : (
                <Bubble
                  key={`${item.entry.seq}/${item.entry.part}`}
                  entry={item.entry}
                  isFirst={isNewDay || !isSameGroup(previous, item)}
                />
              ),
            ];
          })}
          {mine.map((reply) => (
            <PendingBubble key={reply.key} reply={reply} />
          ))}
        </div>
      </section>
      {hasNewer && (
        <button type="button" class="newer" onClick={toEnd}>
          <Icon name="down" /> {texts.newMessages}
        </button>
      )}
    </div>
  );
}

function isSameGroup(a: LogItem | undefined, b: LogItem): boolean {
  if (a?.kind !== 'entry' || b.kind !== 'entry') return false;
  const isSameSpeaker = a.entry.from === b.entry.from && a.entry.staffId === b.entry.staffId;
  return isSameSpeaker && Date.parse(b.at) - Date.parse(a.at) < SAME_GROUP_MS;
}
