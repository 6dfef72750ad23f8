import { useEffect, useState } from 'preact/hooks';
import { Refusal } from '../../api/http.js';
import { failureText } from '../../parts/failure-text.js';
import { useConsole, useTexts } from '../../state/console.js';
import { Door, Field } from './door.js';

/** The way in. Where one wanted to go stays in the address and is where one lands. */
export function LoginPage() {
  const console = useConsole();
  const texts = useTexts();
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [totp, setTotp] = useState('');
  const [asksCode, setAsksCode] = useState(false);
  const [failure, setFailure] = useState('');
  const [isBusy, setBusy] = useState(false);

  const [hasOffice, setHasOffice] = useState(false);

  useEffect(() => {
    console.sessionApi.door().then(
      ({ oidc }) => setHasOffice(oidc),
      () => undefined,
    );
  }, []);

  async function submit(): Promise<void> {
    if (isBusy) return;
    setBusy(true);
    setFailure('');
    try {
      await console.sessionApi.login({ login: login.trim(), password, ...(totp && { totp: totp.replace(/\s/g, '') }) });
      await console.enter();
    } catch (error) {
      const needsCode = error instanceof Refusal && error.code === 'auth.totp_required';
      if (needsCode) setAsksCode(true);
      if (!needsCode || totp) setFailure(needsCode ? texts.totpWrong : loginFailure(error));
    }
    setBusy(false);
  }

  function loginFailure(error: unknown): string {
    if (error instanceof Refusal && error.status === 401) return texts.loginWrong;
    if (error instanceof Refusal && error.status === 429) return texts.loginTooOften;
    return failureText(error, texts);
  }

  return (
    <Door
      title={texts.loginTitle}
      action={texts.login}
      isBusy={isBusy}
      failure={failure}
      onSubmit={() => void submit()}
    >
      <Field label={texts.loginName} value={login} onChange={setLogin} autocomplete="username" autoFocus />
      <Field
        label={texts.password}
        type="password"
        value={password}
        onChange={setPassword}
        autocomplete="current-password"
      />
      {asksCode ? (
        <Field
          label={texts.totp}
          hint={texts.totpHint}
          value={totp}
          onChange={setTotp}
          autocomplete="one-time-code"
          inputMode="numeric"
          autoFocus
        />
      ) : (
        <button type="button" class="link" onClick={() => setAsksCode(true)}>
          {texts.haveTotp}
        </button>
      )}
      {hasOffice && (
        <a class="link" href="/api/staff/oidc/start">
          {texts.loginElsewhere}
        </a>
      )}
    </Door>
  );
}
