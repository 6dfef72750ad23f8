import { useState } from 'preact/hooks';
import { failureText } from '../../parts/failure-text.js';
import { Icon } from '../../parts/icons.js';
import { Menu } from '../../parts/menu.js';
import { useConsole, useRights, useTexts } from '../../state/console.js';
import { textOr } from '../../texts/texts.js';
import type { CaseAction, CaseView } from '../../wire.js';
import type { Matter } from './case.js';
import { MergeDialog } from './merge.js';
import { MoveDialog } from './move.js';
import { useNames } from './names.js';
import { ProgressDialog, RecategoriseDialog, ReviewedDialog, UnmergeDialog } from './small-dialogs.js';

interface ActionsProps {
  readonly view: CaseView;
  readonly matter: Matter;
}

type Open = 'progress' | 'reviewed' | 'recategorise' | 'merge' | 'unmerge' | CaseAction;

const MAX_BUTTONS = 2;
/** The step that brings a case of this status nearer to its end. */
const NEXT: Readonly<Record<string, string>> = {
  received: 'verified',
  verified: 'assigned',
  assigned: 'in_progress',
  in_progress: 'resolved',
  transferred: 'resolved',
  reopened: 'in_progress',
};
/** From where passing a case to a unit means to take it from another. */
const HELD = new Set(['assigned', 'in_progress']);

/** The steps that may be taken now: the next ones as buttons, the rest behind one. */
export function Actions({ view, matter }: ActionsProps) {
  const console = useConsole();
  const texts = useTexts();
  const name = useNames();
  const rights = useRights();
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const { status } = view.card;
  function label(to: string): string {
    // back to where it was before the question
    if (status === 'needs_info' && to in NEXT) return texts.resumeWork;
    return to === 'assigned' && HELD.has(status) ? texts.reassign : textOr(texts, `move_${to}`, name.status(to));
  }
  const isNext = ({ to }: CaseAction) => to === NEXT[status];
  const ordered = [...view.actions].sort((a, b) => Number(isNext(b)) - Number(isNext(a)));
  const first = ordered.slice(0, MAX_BUTTONS);
  const rest = ordered.slice(MAX_BUTTONS);
  const isMerged = status === 'merged';
  const mayWrite = rights.has('case:write');
  const mayMerge = rights.has('case:merge');

  /** What needs no words is done at once. */
  function take(action: CaseAction): void {
    if (action.requires.length > 0) {
      setOpen(action);
      return;
    }
    matter.act('move', { to: action.to }).catch((error) => console.toast(failureText(error, texts), { tone: 'bad' }));
  }

  return (
    <div class="case-actions">
      {first.map((action, index) => (
        <button
          key={`${action.to} ${index}`}
          type="button"
          class={isNext(action) ? 'button primary' : 'button'}
          onClick={() => take(action)}
        >
          {label(action.to)}
        </button>
      ))}
      {view.review?.may && (
        <button type="button" class="button" onClick={() => setOpen('reviewed')}>
          {texts.markReviewed}
        </button>
      )}
      {(rest.length > 0 || mayWrite || mayMerge) && (
        <Menu
          class="button"
          trigger={
            <>
              {texts.moreActions} <Icon name="chevron" />
            </>
          }
        >
          {rest.map((action, index) => (
            <button key={`${action.to} ${index}`} type="button" data-closes onClick={() => take(action)}>
              {label(action.to)}
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
      {typeof open === 'object' && (
        <MoveDialog action={open} title={label(open.to)} view={view} matter={matter} onClose={close} />
      )}
      {open === 'progress' && <ProgressDialog matter={matter} onClose={close} />}
      {open === 'reviewed' && <ReviewedDialog matter={matter} onClose={close} />}
      {open === 'recategorise' && <RecategoriseDialog view={view} matter={matter} onClose={close} />}
      {open === 'merge' && <MergeDialog view={view} matter={matter} onClose={close} />}
      {open === 'unmerge' && <UnmergeDialog matter={matter} onClose={close} />}
    </div>
  );
}
