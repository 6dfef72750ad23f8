import { useState } from 'preact/hooks';
import { SelectField, TextField } from '../../parts/fields.js';
import { FormDialog } from '../../parts/form-dialog.js';
import { SureButton } from '../../parts/sure-button.js';
import { useConsole, useSettings, useTexts } from '../../state/console.js';
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
  const { http } = useConsole();
  const texts = useTexts();
  const { units } = useSettings();
  const [login, setLogin] = useState(account?.login ?? '');
  const [name, setName] = useState(account?.name ?? '');
  const [role, setRole] = useState<AccountBody['role']>(account?.role ?? 'agent');
  const [own, setOwn] = useState<readonly string[]>(account?.units ?? []);
  const [capacity, setCapacity] = useState(String(account?.capacity ?? 20));
  const path = account ? `/staff/${encodeURIComponent(account.id)}` : '/staff';

  async function submit(): Promise<void> {
    const shared = { name: name.trim(), role, units: [...own], capacity: Number(capacity) };
    if (account) {
      await http.send('PATCH', path, shared);
      return onDone();
    }
    const made = await http.send<AccountMade>('POST', path, { login: login.trim(), ...shared });
    return onDone(made.invitation);
  }

  async function setActive(isActive: boolean): Promise<void> {
    await http.send('PATCH', path, { isActive });
    await onDone();
  }

  const resetPassword = async () => onDone(await http.send<InvitationAnswer>('POST', `${path}/reset`));

  return (
    <FormDialog
      title={account ? account.name : texts.admInvite}
      action={account ? texts.keep : texts.admInvite}
      onSubmit={submit}
      onClose={onClose}
      others={(deed) =>
        account && (
          <>
            <button type="button" class="button" disabled={deed.isBusy} onClick={() => void deed.run(resetPassword)}>
              {texts.admResetPassword}
            </button>
            <SureButton
              text={account.isActive ? texts.admDisable : texts.admEnable}
              isBusy={deed.isBusy}
              onSure={() => void deed.run(() => setActive(!account.isActive))}
            />
          </>
        )
      }
    >
      {!account && (
        <TextField
          label={texts.loginName}
          required
          maxLength={200}
          autocomplete="off"
          value={login}
          onChange={setLogin}
        />
      )}
      <TextField label={texts.yourName} required maxLength={80} autocomplete="off" value={name} onChange={setName} />
      <SelectField
        label={texts.admRole}
        value={role}
        options={ROLES.map((id) => ({ id, name: texts[`role_${id}`] }))}
        onChange={(to) => setRole(ROLES.find((each) => each === to) ?? role)}
      />
      <fieldset class="choices">
        <legend>{texts.admUnits}</legend>
        <p class="muted">{texts.admUnitsHint}</p>
        {units.map((unit) => (
          <label key={unit.id} class="check">
            <input
              type="checkbox"
              checked={own.includes(unit.id)}
              onChange={(event) =>
                setOwn(event.currentTarget.checked ? [...own, unit.id] : own.filter((each) => each !== unit.id))
              }
            />{' '}
            {unit.name}
          </label>
        ))}
      </fieldset>
      <TextField
        label={texts.admCapacity}
        type="number"
        min={0}
        max={1000}
        required
        value={capacity}
        onChange={setCapacity}
      />
    </FormDialog>
  );
}
