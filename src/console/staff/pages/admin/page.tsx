import type { ComponentType } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { type PageProps, toHash } from '../../routes.js';
import { useRights, useTexts } from '../../state/console.js';
import type { TextKey } from '../../texts/texts.js';
import { AuditPart } from './audit.js';
import { CalendarPart } from './calendar.js';
import { CannedPart } from './canned.js';
import { CategoriesPart } from './categories.js';
import { ChannelsPart } from './channels.js';
import { DeadLettersPart } from './dead-letters.js';
import { FilesPart } from './files.js';
import { FlowsPart } from './flows.js';
import { RetentionPart } from './retention.js';
import { ReviewsPart } from './reviews.js';
import { SlaPart } from './sla.js';
import { StaffPart } from './staff.js';
import { TemplatesPart } from './templates.js';
import { TonePart } from './tone.js';
import { UnitsPart } from './units.js';
import '../../parts/tables.css';
import './admin.css';

interface Part {
  readonly id: string;
  readonly label: TextKey;
  readonly right: string;
  readonly Part: ComponentType<PageProps>;
}

const PARTS: readonly Part[] = [
  { id: 'channels', label: 'admChannels', right: 'channel:read', Part: ChannelsPart },
  { id: 'dead-letters', label: 'admDead', right: 'dead_letter:list', Part: DeadLettersPart },
  { id: 'flows', label: 'admFlows', right: 'flow:list', Part: FlowsPart },
  { id: 'staff', label: 'admStaff', right: 'staff:read', Part: StaffPart },
  { id: 'units', label: 'admUnits', right: 'unit:list', Part: UnitsPart },
  { id: 'categories', label: 'admCategories', right: 'category:list', Part: CategoriesPart },
  { id: 'canned', label: 'admCanned', right: 'canned:write', Part: CannedPart },
  { id: 'sla', label: 'admSla', right: 'sla:list', Part: SlaPart },
  { id: 'calendar', label: 'admCalendar', right: 'sla:list', Part: CalendarPart },
  { id: 'templates', label: 'admTemplates', right: 'template:list', Part: TemplatesPart },
  { id: 'tone', label: 'admTone', right: 'settings:write', Part: TonePart },
  { id: 'files', label: 'admFiles', right: 'settings:write', Part: FilesPart },
  { id: 'reviews', label: 'admReviews', right: 'audit:list', Part: ReviewsPart },
  { id: 'retention', label: 'admRetention', right: 'retention:list', Part: RetentionPart },
  { id: 'audit', label: 'admAudit', right: 'audit:list', Part: AuditPart },
];

/** What an office sets, and how the service is: a list of parts, and the one that is open. */
export function Page({ route }: PageProps) {
  const texts = useTexts();
  const rights = useRights();
  const parts = PARTS.filter(({ right }) => rights.has(right));
  const open = parts.find(({ id }) => id === route.parts[1]) ?? parts[0];
  const nav = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    // on a phone they stand in one long row
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [open?.id]);
  if (!open) return <p class="list-note">{texts.admNothing}</p>;
  return (
    <div class="admin">
      <nav class="admin-nav" ref={nav} aria-label={texts.navAdmin}>
        <ul>
          {parts.map(({ id, label }) => (
            <li key={id}>
              <a href={toHash(['admin', id])} aria-current={id === open.id ? 'page' : undefined}>
                {texts[label]}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with a keyboard */}
      <main class="admin-body" tabIndex={0} aria-label={texts[open.label]}>
        <h1>{texts[open.label]}</h1>
        <open.Part key={open.id} route={route} />
      </main>
    </div>
  );
}
