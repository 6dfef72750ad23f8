import { useState } from 'preact/hooks';
import { Dialog } from '../../parts/dialog.js';
import { useDeed } from '../../parts/use-deed.js';
import { useConsole, useSettings, useTexts } from '../../state/console.js';
import { textOr } from '../../texts/texts.js';
import type { AccountBody, AccountCard, AccountMade, InvitationAnswer } from '../../wire-admin.js';

const ROLES = ['agent', 'coordinator', 'supervisor', 'auditor', 'admin'] as const;

interface AccountDialogProps {
  /** A new one when left out. */
  readonly account?: AccountCard;
  readonly onClose: () => void;
  readonly onDone: (link?: InvitationAnswer) => Promise<void>;
}

/** Makes or changes an account. Its owner chooses the password, by a link that is good once. */
export function AccountDialog({ account, onClose, onDone }: AccountDialogProps) {
  const console = useConsole();
  const texts = useTexts();
  const { units } = useSettings();
  const deed = useDeed();
  const [login, setLogin] = useState(account?.login ?? '');
  const [name, setName] = useState(account?.name ?? '');
  const [role, setRole] = useState<AccountBody['role']>(account?.role ?? 'agent');
  const [own, setOwn] = useState<readonly string[]>(account?.units ?? []);
  const [capacity, setCapacity] = useState(account?.capacity ?? 20);
  const path = account ? `/staff/${encodeURIComponent(account.id)}` : '/staff';

  async function submit(): Promise<void> {
    const shared = { name: name.trim(), role, units: [...own], capacity };
    await deed.run(async () => {
      if (account) {
        await console.http.send('PATCH', path, shared);
        return onDone();
      }
      const made = await console.http.send<AccountMade>('POST', path, { login: login.trim(), ...shared });
      return onDone(made.invitation);
    });
  }

  const setActive = (isActive: boolean) =>
    deed.run(async () => {
      await console.http.send('PATCH', path, { isActive });
      await onDone();
    });
  const resetPassword = () =>
    deed.run(async () => onDone(await console.http.send<InvitationAnswer>('POST', `${path}/reset`)));

  return (
    <Dialog title={account ? account.name : texts.admInvite} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {!account && (
          <label class="field">
            {texts.loginName}
            <input
              required
              maxLength={200}
              autocomplete="off"
              value={login}
              onInput={(e) => setLogin(e.currentTarget.value)}
            />
          </label>
        )}
        <label class="field">
          {texts.yourName}
          <input
            required
            maxLength={80}
            autocomplete="off"
            value={name}
            onInput={(e) => setName(e.currentTarget.value)}
          />
        </label>
        <label class="field">
          {texts.admRole}
          <select value={role} onChange={(e) => setRole(e.currentTarget.value as AccountBody['role'])}>
            {ROLES.map((each) => (
              <option key={each} value={each}>
                {textOr(texts, `role_${each}`, each)}
              </option>
            ))}
          </select>
        </label>
        <fieldset class="choices">
          <legend>{texts.admUnits}</legend>
          <p class="muted">{texts.admUnitsHint}</p>
          {units.map((unit) => (
            <label key={unit.id} class="check">
              <input
                type="checkbox"
                checked={own.includes(unit.id)}
                onChange={(e) =>
                  setOwn(e.currentTarget.checked ? [...own, unit.id] : own.filter((each) => each !== unit.id))
                }
              />{' '}
              {unit.name}
            </label>
          ))}
        </fieldset>
        <label class="field">
          {texts.admCapacity}
          <input
            type="number"
            min={0}
            max={1000}
            required
            value={capacity}
            onInput={(e) => setCapacity(Number(e.currentTarget.value))}
          />
        </label>
        <p class="failure" role="alert">
          {deed.failure}
        </p>
        <button type="submit" class="button primary" disabled={deed.isBusy}>
          {account ? texts.keep : texts.admInvite}
        </button>
        {account && (
          <div class="row-form">
            <button type="button" class="button" disabled={deed.isBusy} onClick={() => void resetPassword()}>
              {texts.admResetPassword}
            </button>
            <button
              type="button"
              class="button"
              disabled={deed.isBusy}
              onClick={() => void setActive(!account.isActive)}
            >
              {account.isActive ? texts.admDisable : texts.admEnable}
            </button>
          </div>
        )}
      </form>
    </Dialog>
  );
}
