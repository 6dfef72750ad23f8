import { useState } from 'preact/hooks';
import { Refusal } from '../../api/http.js';
import { failureText } from '../../parts/failure-text.js';
import { go, type PageProps } from '../../routes.js';
import { useConsole, useTexts } from '../../state/console.js';
import { Door, Field } from './door.js';

const MIN_PASSWORD = 12;

/** Makes one's own account: the first administrator's from the link printed at the start, others' from an invitation. */
export function AccountPage({ route }: PageProps) {
  const console = useConsole();
  const texts = useTexts();
  const isFirst = route.parts[0] === 'first';
  const token = route.query['token'] ?? '';
  const [name, setName] = useState('');
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [failure, setFailure] = useState('');
  const [isBusy, setBusy] = useState(false);

  async function submit(): Promise<void> {
    if (isBusy) return;
    if ([...password].length < MIN_PASSWORD) return setFailure(texts.passwordShort);
    if (password !== again) return setFailure(texts.passwordDiffers);
    setBusy(true);
    setFailure('');
    try {
      const account = { token, name: name.trim(), password };
      await (isFirst
        ? console.sessionApi.first({ ...account, login: login.trim() })
        : console.sessionApi.accept({ ...account, ...(login.trim() && { login: login.trim() }) }));
      // the used link must not stay in the address
      go(['inbox']);
      await console.enter();
    } catch (error) {
      const isSpent = error instanceof Refusal && [401, 403, 404, 410].includes(error.status);
      setFailure(isSpent ? texts.linkSpent : failureText(error, texts));
    }
    setBusy(false);
  }

  return (
    <Door
      title={isFirst ? texts.firstTitle : texts.inviteTitle}
      text={isFirst ? texts.firstText : texts.inviteText}
      action={texts.makeAccount}
      isBusy={isBusy}
      failure={failure}
      onSubmit={() => void submit()}
    >
      <Field label={texts.yourName} value={name} onChange={setName} autocomplete="name" autoFocus />
      <Field
        label={texts.loginName}
        hint={isFirst ? undefined : texts.inviteLogin}
        isOptional={!isFirst}
        value={login}
        onChange={setLogin}
        autocomplete="username"
      />
      <Field
        label={texts.password}
        hint={texts.passwordHint}
        type="password"
        value={password}
        onChange={setPassword}
        autocomplete="new-password"
      />
      <Field
        label={texts.passwordAgain}
        type="password"
        value={again}
        onChange={setAgain}
        autocomplete="new-password"
      />
    </Door>
  );
}
