import { Dialog } from '../../parts/dialog.js';
import { dateTime } from '../../parts/time.js';
import { useConsole, useLang, useSettings, useTexts } from '../../state/console.js';
import { fill } from '../../texts/texts.js';
import type { InvitationAnswer } from '../../wire-admin.js';

/** A link to be handed over by hand; shown this once. */
export function InvitationDialog({
  invitation,
  onClose,
}: {
  readonly invitation: InvitationAnswer;
  readonly onClose: () => void;
}) {
  const console = useConsole();
  const texts = useTexts();
  const lang = useLang();
  const { zone } = useSettings();
  const link = new URL(invitation.path, location.origin).href;

  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(link).then(
      () => console.toast(texts.admCopied),
      () => undefined, // the link can be picked by hand
    );
  }

  return (
    <Dialog title={texts.admLinkTitle} onClose={onClose}>
      <div class="form">
        <p>{fill(texts.admLinkHow, { until: dateTime(invitation.expiresAt, lang, zone) })}</p>
        <label class="field">
          {texts.admLink}
          <input class="code" readOnly value={link} onFocus={(event) => event.currentTarget.select()} />
        </label>
        <button type="button" class="button primary" onClick={() => void copy()}>
          {texts.copy}
        </button>
      </div>
    </Dialog>
  );
}
