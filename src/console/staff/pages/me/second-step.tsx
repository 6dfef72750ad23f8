import { useState } from 'preact/hooks';
import { TextField } from '../../parts/fields.js';
import { Form } from '../../parts/form.js';
import { useConsole, useTexts } from '../../state/console.js';
import { useStore } from '../../state/store.js';
import { fill } from '../../texts/texts.js';
import type { RecoveryCodes, TotpOffer } from '../../wire-admin.js';
import { TotpQr } from './totp-qr.js';

/** A code of an app besides the password: turned on, shown to work, turned off. */
export function SecondStep() {
  const console = useConsole();
  const texts = useTexts();
  const me = useStore(console.session, (state) => state.me);
  const { hasTotp = false, recoveryLeft = 0 } = me ?? {};
  const [password, setPassword] = useState('');
  const [offer, setOffer] = useState<TotpOffer>();
  const [code, setCode] = useState('');
  const [recovery, setRecovery] = useState<RecoveryCodes>();

  async function start(): Promise<void> {
    setOffer(await console.http.send<TotpOffer>('POST', '/totp/enrol', { password }));
    setPassword('');
  }

  async function confirm(): Promise<void> {
    setRecovery(await console.http.send<RecoveryCodes>('POST', '/totp/confirm', { code: code.trim() }));
    setOffer(undefined);
    setCode('');
    await console.enter();
  }

  async function stop(): Promise<void> {
    await console.http.send('POST', '/totp/disable', { password });
    setPassword('');
    setRecovery(undefined);
    await console.enter();
  }

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
        <Form key="code" action={texts.meTotpConfirm} onSubmit={confirm}>
          <p>{texts.meTotpScan}</p>
          <TotpQr uri={offer.uri} />
          <a class="link" href={offer.uri}>
            {texts.meTotpHere}
          </a>
          <label class="field">
            {texts.meTotpKey}
            <input class="code" readOnly value={offer.secret} onFocus={(event) => event.currentTarget.select()} />
          </label>
          <TextField
            label={texts.totp}
            required
            inputMode="numeric"
            autocomplete="one-time-code"
            value={code}
            onChange={setCode}
          />
        </Form>
      ) : (
        <Form
          key="password"
          isMinor
          action={hasTotp ? texts.meTotpStop : texts.meTotpStart}
          onSubmit={hasTotp ? stop : start}
        >
          <TextField
            label={texts.mePasswordNow}
            type="password"
            required
            autocomplete="current-password"
            value={password}
            onChange={setPassword}
          />
        </Form>
      )}
    </section>
  );
}
