import { useState } from 'preact/hooks';
import { SelectField, TextField } from '../../parts/fields.js';
import { Form } from '../../parts/form.js';
import { Icon } from '../../parts/icons.js';
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
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const [approvedBy, setApprovedBy] = useState('');
  const [found, setFound] = useState<Revealed>();
  const isAnonim = view.cases.some(({ anonim }) => anonim);
  const approvers = staff.filter(({ id, role }) => role === APPROVERS && id !== me.staffId);

  async function submit(): Promise<void> {
    const body = { reason: reason.trim(), ...(isAnonim ? { approvedBy } : {}) };
    setFound(await api.reveal(view.row.conversationId, body));
  }

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
    <Form isMinor action={texts.reveal} onSubmit={submit}>
      <TextField
        label={texts.revealReason}
        rows={2}
        minLength={10}
        maxLength={500}
        required
        value={reason}
        onChange={setReason}
      />
      {isAnonim && (
        <>
          <SelectField
            label={texts.revealApprover}
            required
            none
            value={approvedBy}
            options={approvers}
            onChange={setApprovedBy}
          />
          <p class="muted">{texts.revealApproverHow}</p>
        </>
      )}
    </Form>
  );
}

/** For whoever may consent: lets a colleague know who an anonim complainant is, for an hour. */
export function ApproveReveal({ view }: { readonly view: ConversationView }) {
  const console = useConsole();
  const texts = useTexts();
  const me = useMe();
  const { staff } = useSettings();
  const mayApprove = useRights().has('case_identity:manage');
  const [staffId, setStaffId] = useState('');
  if (!mayApprove || !view.cases.some(({ anonim }) => anonim)) return null;

  const path = `/conversations/${encodeURIComponent(view.row.conversationId)}/reveal-approvals`;
  return (
    <Form
      isMinor
      action={texts.revealApprove}
      onSubmit={() => console.http.send('POST', path, { staffId })}
      onDone={() => console.toast(texts.revealApproved)}
    >
      <SelectField
        label={texts.revealFor}
        required
        none
        value={staffId}
        options={staff.filter(({ id }) => id !== me.staffId)}
        onChange={setStaffId}
      />
    </Form>
  );
}
