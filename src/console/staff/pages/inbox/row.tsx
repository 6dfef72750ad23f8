import { Due } from '../../parts/due.js';
import { Icon } from '../../parts/icons.js';
import { useNowMs } from '../../parts/now.js';
import { shortTime, spanText } from '../../parts/time.js';
import { toHash } from '../../routes.js';
import { useLang, useMe, useSettings, useTexts } from '../../state/console.js';
import { fill, textOr } from '../../texts/texts.js';
import type { InboxRow } from '../../wire.js';

interface RowProps {
  readonly row: InboxRow;
  readonly isOpen: boolean;
  readonly query: Readonly<Record<string, string | undefined>>;
}

/** One chat of the list: who, what last, who has it, what presses. */
export function Row({ row, isOpen, query }: RowProps) {
  const texts = useTexts();
  const lang = useLang();
  const { zone } = useSettings();
  const nowMs = useNowMs(60_000);
  const isUnread = row.unread > 0;
  return (
    <a
      class={`row mode-${row.mode}${isUnread ? ' unread' : ''}`}
      href={toHash(['inbox', row.conversationId], query)}
      aria-current={isOpen ? 'true' : undefined}
    >
      <span class="row-top">
        <strong class="row-name" dir="auto">
          {row.name || texts.nameless}
        </strong>
        <span class="row-channel">{textOr(texts, `channel_${row.channel}`, row.channel)}</span>
        <time dateTime={row.lastAt}>{shortTime(row.lastAt, nowMs, lang, zone)}</time>
      </span>
      <span class="row-last">
        <span class="row-words" dir="auto">
          {row.lastFrom !== 'citizen' && <span class="row-from">{texts[`from_${row.lastFrom}`]}: </span>}
          {row.lastText}
        </span>
        {isUnread && (
          <span class="badge">
            {row.unread}
            <span class="unseen"> {texts.unread}</span>
          </span>
        )}
      </span>
      <span class="row-state">
        <ModeMark row={row} />
        {row.case && (
          <>
            <span class="row-case">{row.case.number}</span>
            <Due clock={row.case} />
          </>
        )}
      </span>
    </a>
  );
}

/** Who has the chat, and for the queue how long it has waited. */
export function ModeMark({ row }: { readonly row: InboxRow }) {
  const texts = useTexts();
  const me = useMe();
  const nowMs = useNowMs(1000);
  if (row.mode === 'queued') {
    const isLate = row.waitUntil !== undefined && Date.parse(row.waitUntil) <= nowMs;
    const span = spanText(nowMs - Date.parse(row.queuedAt ?? row.lastAt), texts);
    return (
      <span class={`mark ${isLate ? 'late' : 'waiting'}`}>
        <Icon name={isLate ? 'warn' : 'clock'} /> {fill(isLate ? texts.waitsTooLong : texts.waits, { span })}
      </span>
    );
  }
  if (row.mode === 'staff') {
    return (
      <span class="mark taken">
        <Icon name="person" /> {row.staffId === me.staffId ? texts.you : (row.staffName ?? texts.from_staff)}
      </span>
    );
  }
  return (
    <span class="mark">
      <Icon name="bot" /> {texts.from_bot}
    </span>
  );
}
