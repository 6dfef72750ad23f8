import { useState } from 'preact/hooks';
import { Icon } from '../../parts/icons.js';
import { Menu } from '../../parts/menu.js';
import { useRights, useTexts } from '../../state/console.js';
import { textOr } from '../../texts/texts.js';
import type { CaseView } from '../../wire.js';
import type { Matter } from './case.js';
import { MergeDialog } from './merge.js';
import { MoveDialog } from './move.js';
import { useNames } from './names.js';
import { ProgressDialog, RecategoriseDialog, UnmergeDialog } from './small-dialogs.js';

interface ActionsProps {
  readonly view: CaseView;
  readonly matter: Matter;
}

type Open = 'progress' | 'recategorise' | 'merge' | 'unmerge' | { readonly to: string };

const MAX_BUTTONS = 2;

/** The steps that may be taken now: the next ones as buttons, the rest behind one. */
export function Actions({ view, matter }: ActionsProps) {
  const texts = useTexts();
  const name = useNames();
  const rights = useRights();
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const label = (to: string) => textOr(texts, `move_${to}`, name.status(to));
  const first = view.actions.slice(0, MAX_BUTTONS);
  const rest = view.actions.slice(MAX_BUTTONS);
  const isMerged = view.card.status === 'merged';
  const mayWrite = rights.has('case:write');
  const mayMerge = rights.has('case:merge');
  const action = typeof open === 'object' ? view.actions.find(({ to }) => to === open.to) : undefined;

  return (
    <div class="case-actions">
      {first.map(({ to }, index) => (
        <button
          key={to}
          type="button"
          class={index === 0 ? 'button primary' : 'button'}
          onClick={() => setOpen({ to })}
        >
          {label(to)}
        </button>
      ))}
      {(rest.length > 0 || mayWrite || mayMerge) && (
        <Menu
          class="button"
          label={texts.moreActions}
          trigger={
            <>
              {texts.moreActions} <Icon name="chevron" />
            </>
          }
        >
          {rest.map(({ to }) => (
            <button key={to} type="button" data-closes onClick={() => setOpen({ to })}>
              {label(to)}
            </button>
          ))}
          {mayWrite && !isMerged && (
            <>
              <button type="button" data-closes onClick={() => setOpen('progress')}>
                {texts.tellProgress}
              </button>
              <button type="button" data-closes onClick={() => setOpen('recategorise')}>
                {texts.recategorise}
              </button>
            </>
          )}
          {mayMerge && (
            <button type="button" data-closes onClick={() => setOpen(isMerged ? 'unmerge' : 'merge')}>
              {isMerged ? texts.unmerge : texts.merge}
            </button>
          )}
        </Menu>
      )}
      {action && <MoveDialog action={action} title={label(action.to)} view={view} matter={matter} onClose={close} />}
      {open === 'progress' && <ProgressDialog matter={matter} onClose={close} />}
      {open === 'recategorise' && <RecategoriseDialog view={view} matter={matter} onClose={close} />}
      {open === 'merge' && <MergeDialog view={view} matter={matter} onClose={close} />}
      {open === 'unmerge' && <UnmergeDialog matter={matter} onClose={close} />}
    </div>
  );
}
