import { Icon } from '../../parts/icons.js';
import { toHash } from '../../routes.js';
import { useMe, useTexts } from '../../state/console.js';
import { fill, textOr } from '../../texts/texts.js';
import type { ConversationView } from '../../wire.js';
import { ModeMark } from '../inbox/row.js';

export interface HeaderDeeds {
  readonly claim: () => void;
  readonly release: () => void;
  readonly transfer: () => void;
  readonly togglePanel: () => void;
}

interface HeaderProps {
  readonly view: ConversationView;
  readonly back: Readonly<Record<string, string | undefined>>;
  readonly isPanelOpen: boolean;
  readonly isBusy: boolean;
  readonly mayClaim: boolean;
  readonly deeds: HeaderDeeds;
}

/** Whom one talks to, who has them, and who else is looking. */
export function ConversationHeader({ view, back, isPanelOpen, isBusy, mayClaim, deeds }: HeaderProps) {
  const texts = useTexts();
  const me = useMe();
  const { row, may, viewers } = view;
  const others = viewers.filter(({ staffId }) => staffId !== me.staffId);
  const typing = others.filter(({ isTyping }) => isTyping);
  const look = typing.length > 0 ? typing : others;
  return (
    <header class="pane-head">
      <a class="icon-button back" href={toHash(['inbox'], back)} aria-label={texts.back} title={texts.back}>
        <Icon name="back" />
      </a>
      <div class="conv-who">
        <h1 dir="auto">{row.name || texts.nameless}</h1>
        <p>
          <span>{textOr(texts, `channel_${row.channel}`, row.channel)}</span> <ModeMark row={row} />
          {row.isBlocked && (
            <span class="mark late">
              <Icon name="warn" /> {texts.blocked}
            </span>
          )}
          <span class="viewers" role="status">
            {look.length > 0 && (
              <>
                <Icon name={typing.length > 0 ? 'note' : 'eye'} />{' '}
                {fill(typing.length > 0 ? texts.isTyping : texts.isViewing, {
                  names: look.map(({ name }) => name).join(', '),
                })}
              </>
            )}
          </span>
        </p>
      </div>
      <div class="conv-deeds">
        {mayClaim && (
          <button type="button" class="button primary" aria-disabled={isBusy} onClick={deeds.claim}>
            <Icon name="person" /> {texts.claim}
          </button>
        )}
        {may.release && (
          <button type="button" class="button" aria-disabled={isBusy} onClick={deeds.release} title={texts.releaseHint}>
            <Icon name="bot" /> <span>{texts.release}</span>
          </button>
        )}
        {may.transfer && (
          <button type="button" class="button" aria-disabled={isBusy} onClick={deeds.transfer}>
            <Icon name="swap" /> <span>{texts.transfer}</span>
          </button>
        )}
        <button
          type="button"
          class={isPanelOpen ? 'icon-button on' : 'icon-button'}
          aria-pressed={isPanelOpen}
          aria-label={texts.panel}
          title={texts.panel}
          onClick={deeds.togglePanel}
        >
          <Icon name="panel" />
        </button>
      </div>
    </header>
  );
}
