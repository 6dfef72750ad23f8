import { useState } from 'preact/hooks';
import { ALERT_KINDS } from '../../../../staff/alert-kinds.js';
import { useLoad, WhenLoaded } from '../../parts/loaded.js';
import { useDeed } from '../../parts/use-deed.js';
import { useConsole, useTexts } from '../../state/console.js';
import { textOr } from '../../texts/texts.js';
import type { MyAlerts, MyAlertsBody } from '../../wire-admin.js';
import { TelegramLink } from './telegram-link.js';

/** Of what one is told while not looking, and where. */
export function MyAlertsForm() {
  const texts = useTexts();
  const loaded = useLoad<MyAlerts>('/me/alerts');
  return (
    <section aria-labelledby="me-alerts">
      <h2 id="me-alerts">{texts.meAlerts}</h2>
      <p class="muted">{texts.meAlertsHow}</p>
      <WhenLoaded loaded={loaded}>
        {(alerts) =>
          alerts.canTelegram || alerts.canEmail ? (
            <Form alerts={alerts} onChanged={loaded.reload} />
          ) : (
            <p>{texts.meNoWays}</p>
          )
        }
      </WhenLoaded>
    </section>
  );
}

function Form({ alerts, onChanged }: { readonly alerts: MyAlerts; readonly onChanged: () => Promise<void> }) {
  const console = useConsole();
  const texts = useTexts();
  const deed = useDeed();
  const [kinds, setKinds] = useState<MyAlertsBody['kinds']>(alerts.kinds);
  const [telegram, setTelegram] = useState(alerts.telegram);
  const [email, setEmail] = useState(alerts.email);
  const [emailAddress, setEmailAddress] = useState(alerts.emailAddress ?? '');
  const [from, setFrom] = useState(alerts.quietHours?.from ?? '');
  const [to, setTo] = useState(alerts.quietHours?.to ?? '');

  async function keep(): Promise<void> {
    const body: MyAlertsBody = {
      kinds,
      telegram,
      email,
      ...(emailAddress.trim() ? { emailAddress: emailAddress.trim() } : {}),
      ...(from && to ? { quietHours: { from, to } } : {}),
    };
    const isDone = await deed.run(() => console.http.send('PUT', '/me/alerts', body));
    if (!isDone) return;
    console.toast(texts.meKept);
    await onChanged();
  }

  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void keep();
      }}
    >
      <fieldset class="choices">
        <legend class="unseen">{texts.meAlerts}</legend>
        {ALERT_KINDS.map((kind) => (
          <label key={kind} class="check">
            <input
              type="checkbox"
              checked={kinds.includes(kind)}
              onChange={(event) =>
                setKinds(event.currentTarget.checked ? [...kinds, kind] : kinds.filter((each) => each !== kind))
              }
            />{' '}
            {textOr(texts, `alert_${kind}`, kind)}
          </label>
        ))}
      </fieldset>
      {alerts.canTelegram && (
        <>
          <label class="check">
            <input type="checkbox" checked={telegram} onChange={(event) => setTelegram(event.currentTarget.checked)} />{' '}
            {texts.meTelegram}
          </label>
          <TelegramLink isLinked={alerts.telegramLinked} onChanged={onChanged} />
        </>
      )}
      {alerts.canEmail && (
        <>
          <label class="check">
            <input type="checkbox" checked={email} onChange={(event) => setEmail(event.currentTarget.checked)} />{' '}
            {texts.meEmail}
          </label>
          <label class="field">
            {texts.meEmailAddress}
            <input
              type="email"
              maxLength={200}
              required={email}
              value={emailAddress}
              onInput={(event) => setEmailAddress(event.currentTarget.value)}
            />
          </label>
        </>
      )}
      <fieldset class="row-form">
        <legend>{texts.meQuiet}</legend>
        <label class="field">
          {texts.meFrom}
          <input
            type="time"
            value={from}
            required={to !== ''}
            onInput={(event) => setFrom(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          {texts.meTo}
          <input type="time" value={to} required={from !== ''} onInput={(event) => setTo(event.currentTarget.value)} />
        </label>
      </fieldset>
      <button type="submit" class="button primary" disabled={deed.isBusy}>
        {texts.keep}
      </button>
    </form>
  );
}
