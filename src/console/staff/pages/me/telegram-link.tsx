import { useState } from 'preact/hooks';
import { clockTime } from '../../parts/time.js';
import { useDeed } from '../../parts/use-deed.js';
import { useConsole, useLang, useSettings, useTexts } from '../../state/console.js';
import { fill } from '../../texts/texts.js';
import type { TelegramCode } from '../../wire-admin.js';

/** Links one's own Telegram by a code that is sent to the bot once. */
export function TelegramLink({
  isLinked,
  onChanged,
}: {
  readonly isLinked: boolean;
  readonly onChanged: () => Promise<void>;
}) {
  const console = useConsole();
  const texts = useTexts();
  const lang = useLang();
  const { zone } = useSettings();
  const deed = useDeed();
  const [code, setCode] = useState<TelegramCode>();

  const ask = () => deed.run(async () => setCode(await console.http.send<TelegramCode>('POST', '/me/telegram-code')));
  const unlink = () =>
    deed.run(async () => {
      await console.http.send('DELETE', '/me/telegram');
      await onChanged();
    });

  if (isLinked) {
    return (
      <p>
        {texts.meTelegramIs}{' '}
        <button type="button" class="link" disabled={deed.isBusy} onClick={() => void unlink()}>
          {texts.meTelegramUnlink}
        </button>
      </p>
    );
  }
  return (
    <div>
      <button type="button" class="button" disabled={deed.isBusy} onClick={() => void ask()}>
        {texts.meTelegramLink}
      </button>
      {code && (
        <p role="status">
          {fill(texts.meTelegramHow, { send: code.send, until: clockTime(code.expiresAt, lang, zone) })}{' '}
          {code.link && (
            <a href={code.link} target="_blank" rel="noreferrer">
              {texts.meTelegramOpen}
            </a>
          )}
        </p>
      )}
    </div>
  );
}
