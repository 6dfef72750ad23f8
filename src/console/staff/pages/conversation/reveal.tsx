import { useState } from 'preact/hooks';
import { Icon } from '../../parts/icons.js';
import { useDeed } from '../../parts/use-deed.js';
import { useConsole, useMe, useRights, useSettings, useTexts } from '../../state/console.js';
import type { ConversationView, Revealed } from '../../wire.js';

/** Who consents to an anonim complainant being known; the service holds them to it. */
const APPROVERS = 'supervisor';

/** Who it is, for a reason that is kept; where the complainant asked not to be known, with the consent of a second person. */
export function Reveal({ view }: { readonly view: ConversationView }) {
  const { api } = useConsole();
  const texts = useTexts();
  const me = useMe();
  const { staff } = useSettings();
  const deed = useDeed();
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const [approvedBy, setApprovedBy] = useState('');
  const [found, setFound] = useState<Revealed>();
  const isAnonim = view.cases.some(({ anonim }) => anonim);
  const approvers = staff.filter(({ id, role }) => role === APPROVERS && id !== me.staffId);

  const submit = () =>
    deed.run(async () => {
      const body = { reason: reason.trim(), ...(isAnonim ? { approvedBy } : {}) };
      setFound(await api.reveal(view.row.conversationId, body));
    });

  if (found) {
    return (
      <p class="revealed">
        <Icon name="eye" /> <strong dir="auto">{found.name ?? texts.nameless}</strong> {found.chatId}
      </p>
    );
  }
  if (!isOpen) {
    return (
      <button type="button" class="button" onClick={() => setOpen(true)}>
        <Icon name="lock" /> {texts.reveal}
      </button>
    );
  }
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <label class="field">
        {texts.revealReason}
        <textarea
          rows={2}
          minLength={10}
          maxLength={500}
          required
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </label>
      {isAnonim && (
        <>
          <label class="field">
            {texts.revealApprover}
            <select required value={approvedBy} onChange={(event) => setApprovedBy(event.currentTarget.value)}>
              <option value="">{texts.choose}</option>
              {approvers.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <p class="muted">{texts.revealApproverHow}</p>
        </>
      )}
      <p class="failure" role="alert">
        {deed.failure}
      </p>
      <button type="submit" class="button" disabled={deed.isBusy}>
        {texts.reveal}
      </button>
    </form>
  );
}

/** For whoever may consent: lets a colleague know who an anonim complainant is, for an hour. */
export function ApproveReveal({ view }: { readonly view: ConversationView }) {
  const console = useConsole();
  const texts = useTexts();
  const me = useMe();
  const { staff } = useSettings();
  const mayApprove = useRights().has('case_identity:manage');
  const deed = useDeed();
  const [staffId, setStaffId] = useState('');
  if (!mayApprove || !view.cases.some(({ anonim }) => anonim)) return null;

  async function approve(): Promise<void> {
    const path = `/conversations/${encodeURIComponent(view.row.conversationId)}/reveal-approvals`;
    const isDone = await deed.run(() => console.http.send('POST', path, { staffId }));
    if (isDone) console.toast(texts.revealApproved);
  }

  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void approve();
      }}
    >
      <label class="field">
        {texts.revealFor}
        <select required value={staffId} onChange={(event) => setStaffId(event.currentTarget.value)}>
          <option value="">{texts.choose}</option>
          {staff
            .filter(({ id }) => id !== me.staffId)
            .map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
        </select>
      </label>
      <button type="submit" class="button" disabled={deed.isBusy}>
        {texts.revealApprove}
      </button>
    </form>
  );
}
