import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Icon } from '../../parts/icons.js';
import { useNowMs } from '../../parts/now.js';
import { dayName, dayOf, isZone } from '../../parts/time.js';
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
  const { view, entries, olderBefore, newerAfter, isLoadingOlder } = useStore(conversation.store, (state) => state);
  const pending = useStore(console.replies.store, (state) => state.pending);
  const mine = pending.filter((each) => each.conversationId === conversation.id);
  const notes = view?.notes ?? [];
  const items = useMemo(
    () => toLog({ entries, olderBefore, newerAfter }, notes),
    [entries, notes, olderBefore, newerAfter],
  );
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const place = useRef<Place | undefined>(undefined);
  const [hasNewer, setHasNewer] = useState(false);
  const isPast = newerAfter !== undefined;
  const newest = entries[entries.length - 1]?.seq ?? 0;
  const shown = useRef(newest);

  function toEnd(): void {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
    setHasNewer(false);
  }

  function toNewest(): void {
    atEnd.current = true;
    conversation.follow(true);
    if (isPast) void conversation.loadNewest();
    toEnd();
  }

  function onScroll(): void {
    const scroller = box.current;
    if (!scroller) return;
    place.current = placeIn(scroller);
    const below = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
    atEnd.current = !isPast && below < NEAR_PIXELS;
    conversation.follow(atEnd.current);
    if (atEnd.current) setHasNewer(false);
    if (scroller.scrollTop < NEAR_PIXELS * 3) void conversation.loadOlder();
    else if (isPast && below < NEAR_PIXELS * 3) void conversation.loadNewer();
  }

  useLayoutEffect(() => {
    const scroller = box.current;
    if (!scroller) return;
    if (atEnd.current) toEnd();
    else {
      keepPlace(scroller, place.current);
      if (newest > shown.current && !isPast) setHasNewer(true);
    }
    shown.current = newest;
    place.current = placeIn(scroller);
  }, [items]);

  // what the reader wrote is always shown to him
  useLayoutEffect(() => {
    if (mine.length > 0) toNewest();
  }, [mine.length]);

  // photos and the reply box change the room there is
  useEffect(() => {
    const scroller = box.current;
    const content = scroller?.firstElementChild;
    if (!scroller || !content) return;
    const watch = new ResizeObserver(() => {
      if (atEnd.current) toEnd();
      else keepPlace(scroller, place.current);
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
          {items.flatMap((item, index) => {
            const previous = items[index - 1];
            const isNewDay = !previous || dayOf(previous.at, zone) !== dayOf(item.at, zone);
            return [
              isNewDay && (
                <p class="day" key={`day ${item.at}`}>
                  {dayName(item.at, nowMs, lang, zone, texts)}
                  {isZone(zone) && ` · ${zone}`}
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
      {(hasNewer || isPast) && (
        <button type="button" class="newer" onClick={toNewest}>
          <Icon name="down" /> {texts.newMessages}
        </button>
      )}
    </div>
  );
}

/** What the reader sees at the top, and how far from there. */
interface Place {
  readonly line: Element;
  readonly top: number;
}

function placeIn(scroller: HTMLElement): Place | undefined {
  const top = scroller.getBoundingClientRect().top;
  for (const line of scroller.querySelectorAll('.line')) {
    const box = line.getBoundingClientRect();
    if (box.bottom > top) return { line, top: box.top };
  }
  return undefined;
}

/** Whatever came in or went away above: what was being read must not move. */
function keepPlace(scroller: HTMLElement, place: Place | undefined): void {
  if (place?.line.isConnected) scroller.scrollTop += place.line.getBoundingClientRect().top - place.top;
}

function isSameGroup(a: LogItem | undefined, b: LogItem): boolean {
  if (a?.kind !== 'entry' || b.kind !== 'entry') return false;
  const isSameSpeaker = a.entry.from === b.entry.from && a.entry.staffId === b.entry.staffId;
  return isSameSpeaker && Date.parse(b.at) - Date.parse(a.at) < SAME_GROUP_MS;
}
