import { Due } from '../../parts/due.js';
import { useLoad, WhenLoaded } from '../../parts/loaded.js';
import { dateTime } from '../../parts/time.js';
import { toHash } from '../../routes.js';
import { useLang, useSettings, useTexts } from '../../state/console.js';
import type { ReviewsView } from '../../wire-admin.js';

/** What waits for a person's look: names that were revealed, and what people asked of their data. */
export function ReviewsPart() {
  const texts = useTexts();
  const lang = useLang();
  const { zone } = useSettings();
  const loaded = useLoad<ReviewsView>('/admin/reviews', 60_000);
  return (
    <WhenLoaded loaded={loaded}>
      {({ cases, dataRequests }) => (
        <>
          <h2>{texts.admLookAt}</h2>
          {cases.length === 0 && <p class="muted">{texts.admNoReviews}</p>}
          <ul class="plain-list">
            {cases.map(({ number, since, why, by, byName }) => (
              <li key={number}>
                <a href={toHash(['cases', number], { view: 'review' })}>{number}</a> {texts[`admWhy_${why}`]}{' '}
                {byName ?? by} <span class="muted">{dateTime(since, lang, zone)}</span>
              </li>
            ))}
          </ul>
          <h2>{texts.admDataRequests}</h2>
          {dataRequests.length === 0 && <p class="muted">{texts.admNoReviews}</p>}
          <ul class="plain-list">
            {dataRequests.map(({ id, kind, at, dueAt, conversationId }) => (
              <li key={id}>
                <strong>{texts[`request_${kind}`]}</strong> {dateTime(at, lang, zone)}{' '}
                {dueAt && <Due clock={{ dueAt, stage: 'on_track', isPaused: false }} />}{' '}
                {conversationId && <a href={toHash(['inbox', conversationId], { view: 'all' })}>{texts.admOpenChat}</a>}
              </li>
            ))}
          </ul>
        </>
      )}
    </WhenLoaded>
  );
}
