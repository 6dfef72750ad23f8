import { useState } from 'preact/hooks';
import { useDeed } from '../../parts/use-deed.js';
import { useConsole, useTexts } from '../../state/console.js';

const MIN_CHARS = 12;

export function PasswordForm() {
  const console = useConsole();
  const texts = useTexts();
  const deed = useDeed();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');

  async function change(): Promise<void> {
    const isDone = await deed.run(() => console.http.send('POST', '/me/password', { current, password }));
    if (!isDone) return;
    setCurrent('');
    setPassword('');
    console.toast(texts.mePasswordKept);
    // whoever signed in with the old one is out; this page needs its new token
    await console.enter();
  }

  return (
    <section aria-labelledby="me-password">
      <h2 id="me-password">{texts.mePassword}</h2>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void change();
        }}
      >
        <label class="field">
          {texts.mePasswordNow}
          <input
            type="password"
            required
            autocomplete="current-password"
            value={current}
            onInput={(event) => setCurrent(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          {texts.mePasswordNew}
          <input
            type="password"
            required
            minLength={MIN_CHARS}
            autocomplete="new-password"
            value={password}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        </label>
        <p class="muted">{texts.passwordHint}</p>
        <p class="failure" role="alert">
          {deed.failure}
        </p>
        <button type="submit" class="button" disabled={deed.isBusy}>
          {texts.keep}
        </button>
      </form>
    </section>
  );
}
