import { useState } from 'preact/hooks';
import { TextField } from '../../parts/fields.js';
import { Form } from '../../parts/form.js';
import { useConsole, useTexts } from '../../state/console.js';

const MIN_CHARS = 12;

export function PasswordForm() {
  const console = useConsole();
  const texts = useTexts();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');

  async function change(): Promise<void> {
    await console.http.send('POST', '/me/password', { current, password });
    setCurrent('');
    setPassword('');
    console.toast(texts.mePasswordKept);
    // whoever signed in with the old one is out; this page needs its new token
    await console.enter();
  }

  return (
    <section aria-labelledby="me-password">
      <h2 id="me-password">{texts.mePassword}</h2>
      <Form isMinor action={texts.keep} onSubmit={change}>
        <TextField
          label={texts.mePasswordNow}
          type="password"
          required
          autocomplete="current-password"
          value={current}
          onChange={setCurrent}
        />
        <TextField
          label={texts.mePasswordNew}
          type="password"
          required
          minLength={MIN_CHARS}
          autocomplete="new-password"
          value={password}
          onChange={setPassword}
        />
        <p class="muted">{texts.passwordHint}</p>
      </Form>
    </section>
  );
}
