import { useTexts } from '../state/console.js';
import { fill } from '../texts/texts.js';
import type { CaseCard } from '../wire.js';
import { Icon, type IconName } from './icons.js';
import { useNowMs } from './now.js';
import { type Stage, stageNow } from './sla.js';
import { spanText } from './time.js';

const ICONS: Readonly<Record<Stage, IconName>> = { on_track: 'clock', due_soon: 'clock', breached: 'warn' };

interface DueProps {
  readonly clock: Pick<CaseCard, 'stage' | 'dueAt' | 'isPaused'>;
}

/** How long there is left, or how long it is over: in words, with a sign, and coloured besides. */
export function Due({ clock }: DueProps) {
  const texts = useTexts();
  const { dueAt, isPaused } = clock;
  const leftMs = dueAt === undefined ? 0 : Date.parse(dueAt) - useNowMs(1000);
  if (dueAt === undefined) return null;
  const stage = stageNow(clock, Date.parse(dueAt) - leftMs);
  if (isPaused) {
    return (
      <span class="due paused">
        <Icon name="pause" /> {texts.slaPaused}
      </span>
    );
  }
  const text = fill(leftMs < 0 ? texts.slaLate : texts.slaLeft, { span: spanText(Math.abs(leftMs), texts) });
  return (
    <span class={`due ${stage}`}>
      <Icon name={ICONS[stage]} /> {text}
    </span>
  );
}
