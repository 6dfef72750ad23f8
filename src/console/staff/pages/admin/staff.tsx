import { useState } from 'preact/hooks';
import { useLoad, WhenLoaded } from '../../parts/loaded.js';
import { Table } from '../../parts/table.js';
import { dateTime } from '../../parts/time.js';
import { useLang, useRights, useSettings, useTexts } from '../../state/console.js';
import { textOr } from '../../texts/texts.js';
import type { AccountCard, AccountList, InvitationAnswer } from '../../wire-admin.js';
import { AccountDialog } from './account-dialog.js';
import { InvitationDialog } from './invitation-dialog.js';

type Open = { readonly is: 'new' } | { readonly is: 'edit'; readonly account: AccountCard };

/** Who works here: made, changed and let go by admins, who never learn anybody's password. */
export function StaffPart() {
  const texts = useTexts();
  const lang = useLang();
  const { zone, units } = useSettings();
  const mayManage = useRights().has('staff:manage');
  const loaded = useLoad<AccountList>('/staff');
  const [open, setOpen] = useState<Open>();
  const [invitation, setInvitation] = useState<InvitationAnswer>();
  const unitName = (id: string) => units.find((unit) => unit.id === id)?.name ?? id;

  async function changed(link?: InvitationAnswer): Promise<void> {
    setOpen(undefined);
    if (link) setInvitation(link);
    await loaded.reload();
  }

  return (
    <>
      {mayManage && (
        <button type="button" class="button primary" onClick={() => setOpen({ is: 'new' })}>
          {texts.admInvite}
        </button>
      )}
      <WhenLoaded loaded={loaded}>
        {({ staff }) => (
          <Table
            label={texts.admStaff}
            head={[
              texts.admName,
              texts.admRole,
              texts.admUnits,
              texts.admState,
              texts.admSeen,
              ...(mayManage ? [texts.admActions] : []),
            ]}
          >
            {staff.map((account) => (
              <tr key={account.id} class={account.isActive ? '' : 'off'}>
                <th scope="row">
                  {account.name} <span class="muted">{account.login}</span>
                </th>
                <td>{textOr(texts, `role_${account.role}`, account.role)}</td>
                <td>{account.units.length > 0 ? account.units.map(unitName).join(', ') : texts.every}</td>
                <td>{stateOf(account)}</td>
                <td>{account.seenAt ? dateTime(account.seenAt, lang, zone) : '–'}</td>
                {mayManage && (
                  <td>
                    <button type="button" class="link" onClick={() => setOpen({ is: 'edit', account })}>
                      {texts.admChange}
                    </button>
                  </td>
                )}
              </tr>
            ))}
          </Table>
        )}
      </WhenLoaded>
      {open && (
        <AccountDialog
          {...(open.is === 'edit' ? { account: open.account } : {})}
          onClose={() => setOpen(undefined)}
          onDone={changed}
        />
      )}
      {invitation && <InvitationDialog invitation={invitation} onClose={() => setInvitation(undefined)} />}
    </>
  );

  function stateOf({ isActive, hasPassword, hasTotp }: AccountCard): string {
    if (!isActive) return texts.admDisabled;
    if (!hasPassword) return texts.admInvited;
    return [texts.admActive, ...(hasTotp ? ['2FA'] : [])].join(' · ');
  }
}
