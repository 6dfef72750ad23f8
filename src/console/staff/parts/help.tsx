import { useConsole, useTexts } from '../state/console.js';
import { useStore } from '../state/store.js';
import type { TextKey } from '../texts/texts.js';
import { Dialog } from './dialog.js';

const KEYS: readonly (readonly [string, TextKey])[] = [
  ['j / k', 'keyMove'],
  ['Enter', 'keyOpen'],
  ['/', 'keySearch'],
  ['1 – 4', 'keyViews'],
  ['r', 'keyReply'],
  ['n', 'keyNote'],
  ['c', 'keyClaim'],
  ['e', 'keyRelease'],
  ['t', 'keyTransfer'],
  ['i', 'keyPanel'],
  ['x', 'keySelect'],
  ['Ctrl + Enter', 'keySend'],
  ['/ …', 'keyCanned'],
  ['Esc', 'keyBack'],
  ['?', 'keyHelp'],
];

export function HelpDialog({ onClose }: { readonly onClose: () => void }) {
  const texts = useTexts();
  const { prefs } = useConsole();
  const keys = useStore(prefs, (state) => state.keys);
  return (
    <Dialog title={texts.helpTitle} onClose={onClose}>
      <label class="check">
        <input type="checkbox" checked={keys} onChange={(event) => prefs.set({ keys: event.currentTarget.checked })} />{' '}
        {texts.keysOn}
      </label>
      <dl class="keys">
        {KEYS.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{texts[what]}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
