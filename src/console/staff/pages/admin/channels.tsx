import { useLoad, WhenLoaded } from '../../parts/loaded.js';
import { Qr } from '../../parts/qr.js';
import { dateTime } from '../../parts/time.js';
import { useDeed } from '../../parts/use-deed.js';
import { useConsole, useLang, useRights, useSettings, useTexts } from '../../state/console.js';
import { textOr } from '../../texts/texts.js';
import type { ChannelRow } from '../../wire-admin.js';

const LOOK_EVERY_MS = 5_000;

/** How each channel account is; the code to pair a phone where one is wanted. */
export function ChannelsPart() {
  const texts = useTexts();
  const loaded = useLoad<readonly ChannelRow[]>('/channels', LOOK_EVERY_MS);
  return (
    <WhenLoaded loaded={loaded}>
      {(channels) =>
        channels.length === 0 ? (
          <p class="muted">{texts.admNoChannels}</p>
        ) : (
          <ul class="cards">
            {channels.map((row) => (
              <Channel key={`${row.channel}:${row.account}`} row={row} onChanged={loaded.reload} />
            ))}
          </ul>
        )
      }
    </WhenLoaded>
  );
}

function Channel({ row, onChanged }: { readonly row: ChannelRow; readonly onChanged: () => Promise<void> }) {
  const console = useConsole();
  const texts = useTexts();
  const lang = useLang();
  const { zone } = useSettings();
  const mayRestart = useRights().has('channel:manage');
  const deed = useDeed();
  const { channel, account, state, since, problems, lastError, warning, qr } = row;

  async function restart(): Promise<void> {
    const isDone = await deed.run(() =>
      console.http.send('POST', `/channels/${encodeURIComponent(`${channel}:${account}`)}/restart`),
    );
    if (!isDone) return;
    console.toast(texts.admRestarting);
    await onChanged();
  }

  return (
    <li class="card">
      <h2>
        {textOr(texts, `channel_${channel}`, channel)} <span class="muted">{account}</span>
      </h2>
      <p>
        <span class={`state ${state}`}>{texts[`admChannel_${state}`]}</span>{' '}
        <span class="muted">{dateTime(since, lang, zone)}</span>
      </p>
      {problems.length > 0 && (
        <ul class="problems">
          {problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      )}
      {lastError && <p class="muted">{lastError}</p>}
      {warning && <p class="warning">{warning}</p>}
      {qr && (
        <figure>
          <Qr label={texts.admQr} {...qr} />
          <figcaption>{texts.admQrHow}</figcaption>
        </figure>
      )}
      {mayRestart && (
        <button type="button" class="button" disabled={deed.isBusy} onClick={() => void restart()}>
          {texts.admRestart}
        </button>
      )}
    </li>
  );
}
