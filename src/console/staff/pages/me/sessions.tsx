import { useLoad, WhenLoaded } from '../../parts/loaded.js';
import { dateTime } from '../../parts/time.js';
import { useDeed } from '../../parts/use-deed.js';
import { useConsole, useLang, useSettings, useTexts } from '../../state/console.js';
import { fill } from '../../texts/texts.js';
import type { SessionList } from '../../wire-admin.js';
import { deviceName } from './device-name.js';

/** Where one is signed in, each ended at once. */
export function MySessions() {
  const console = useConsole();
  const texts = useTexts();
  const lang = useLang();
  const { zone } = useSettings();
  const deed = useDeed();
  const loaded = useLoad<SessionList>('/sessions');
  const end = (id: string) =>
    deed.run(async () => {
      await console.http.send('DELETE', `/sessions/${encodeURIComponent(id)}`);
      await loaded.reload();
    });
  return (
    <section aria-labelledby="me-sessions">
      <h2 id="me-sessions">{texts.meSessions}</h2>
      <WhenLoaded loaded={loaded}>
        {({ sessions }) => (
          <ul class="plain-list">
            {sessions.map(({ id, createdAt, seenAt, userAgent, isThis }) => (
              <li key={id}>
                <span title={userAgent}>
                  {fill(texts.meSessionAt, {
                    device: deviceName(userAgent, texts.meDevice),
                    since: dateTime(createdAt, lang, zone),
                    seen: dateTime(seenAt, lang, zone),
                  })}
                </span>{' '}
                {isThis ? (
                  <span class="tag">{texts.meSessionThis}</span>
                ) : (
                  <button type="button" class="link" disabled={deed.isBusy} onClick={() => void end(id)}>
                    {texts.meSessionEnd}
                  </button>
                )}
              </li>
            ))}
          </ul>
        )}
      </WhenLoaded>
    </section>
  );
}
