import { Due } from '../../parts/due.js';
import { Icon } from '../../parts/icons.js';
import { useNowMs } from '../../parts/now.js';
import { shortTime } from '../../parts/time.js';
import { toHash } from '../../routes.js';
import { useLang, useSettings, useTexts } from '../../state/console.js';
import { textOr } from '../../texts/texts.js';
import type { CaseCard } from '../../wire.js';
import { useNames } from '../case/names.js';

interface CaseRowProps {
  readonly card: CaseCard;
  readonly query: Readonly<Record<string, string>>;
  readonly isOpen: boolean;
  readonly isSelected: boolean;
  readonly onSelect: () => void;
}

export function CaseRow({ card, query, isOpen, isSelected, onSelect }: CaseRowProps) {
  const texts = useTexts();
  const lang = useLang();
  const { zone } = useSettings();
  const name = useNames();
  const nowMs = useNowMs(60_000);
  return (
    <li class={isSelected ? 'case-row selected' : 'case-row'} data-number={card.number}>
      <label class="case-check">
        <input type="checkbox" checked={isSelected} onChange={onSelect} />
        <span class="unseen">
          {texts.select} {card.number}
        </span>
      </label>
      <a class="case-link" href={toHash(['cases', card.number], query)} aria-current={isOpen ? 'true' : undefined}>
        <span class="case-what">
          <strong>{card.number}</strong>{' '}
          <span class="case-title" dir="auto">
            {card.title ?? name.category(card.category)}
          </span>
        </span>
        <span class="case-where muted">
          {name.category(card.category)}
          {card.place !== undefined && (
            <>
              , <span dir="auto">{card.place}</span>
            </>
          )}
        </span>
        <span class="case-state">
          <span class={`status ${card.status}`}>{name.status(card.status)}</span>
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
          <Due clock={card} />
        </span>
        <span class="case-who muted">
          <span class="case-owner">{card.staffName ?? name.unit(card.unit)}</span>
          <time dateTime={card.receivedAt}>{shortTime(card.receivedAt, nowMs, lang, zone)}</time>
        </span>
      </a>
    </li>
  );
}
