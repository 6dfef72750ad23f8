import { useState } from 'preact/hooks';
import { useDeed } from '../../parts/use-deed.js';
import { useConsole, useTexts } from '../../state/console.js';
import { useStore } from '../../state/store.js';
import { fill } from '../../texts/texts.js';
import type { RecoveryCodes, TotpOffer } from '../../wire-admin.js';

/** A code of an app besides the password: turned on, shown to work, turned off. */
export function SecondStep() {
  const console = useConsole();
  const texts = useTexts();
  const me = useStore(console.session, (state) => state.me);
  const { hasTotp = false, recoveryLeft = 0 } = me ?? {};
  const deed = useDeed();
  const [password, setPassword] = useState('');
  const [offer, setOffer] = useState<TotpOffer>();
  const [code, setCode] = useState('');
  const [recovery, setRecovery] = useState<RecoveryCodes>();

  const start = () =>
    deed.run(async () => {
      setOffer(await console.http.send<TotpOffer>('POST', '/totp/enrol', { password }));
      setPassword('');
    });
  const confirm = () =>
    deed.run(async () => {
      setRecovery(await console.http.send<RecoveryCodes>('POST', '/totp/confirm', { code: code.trim() }));
      setOffer(undefined);
      setCode('');
      await console.enter();
    });
  const stop = () =>
    deed.run(async () => {
      await console.http.send('POST', '/totp/disable', { password });
      setPassword('');
      setRecovery(undefined);
      await console.enter();
    });

  return (
    <section aria-labelledby="me-totp">
      <h2 id="me-totp">{texts.meTotp}</h2>
      <p>{hasTotp ? fill(texts.meTotpOn, { left: recoveryLeft }) : texts.meTotpOff}</p>
      {recovery && (
        <div role="status">
          <p>{texts.meRecovery}</p>
          <p class="code as-written">{recovery.recoveryCodes.join('\n')}</p>
        </div>
      )}
      {offer ? (
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault();
            void confirm();
          }}
        >
          <p>{texts.meTotpScan}</p>
          <label class="field">
            {texts.meTotpKey}
            <input class="code" readOnly value={offer.secret} onFocus={(event) => event.currentTarget.select()} />
          </label>
          <label class="field">
            {texts.totp}
            <input
              required
              inputMode="numeric"
              autocomplete="one-time-code"
              value={code}
              onInput={(event) => setCode(event.currentTarget.value)}
            />
          </label>
          <button type="submit" class="button primary" disabled={deed.isBusy}>
            {texts.meTotpConfirm}
          </button>
        </form>
      ) : (
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault();
            void (hasTotp ? stop() : start());
          }}
        >
          <label class="field">
            {texts.mePasswordNow}
            <input
              type="password"
              required
              autocomplete="current-password"
              value={password}
              onInput={(event) => setPassword(event.currentTarget.value)}
            />
          </label>
          <button type="submit" class="button" disabled={deed.isBusy}>
            {hasTotp ? texts.meTotpStop : texts.meTotpStart}
          </button>
        </form>
      )}
      <p class="failure" role="alert">
        {deed.failure}
      </p>
    </section>
  );
}
