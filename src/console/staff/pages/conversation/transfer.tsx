import { useState } from 'preact/hooks';
import { Dialog } from '../../parts/dialog.js';
import { failureText } from '../../parts/failure-text.js';
import { useSettings, useTexts } from '../../state/console.js';
import type { Transfer } from '../../wire.js';

interface TransferDialogProps {
  readonly holder: string | undefined;
  readonly onTransfer: (to: Transfer) => Promise<void>;
  readonly onClose: () => void;
}

/** Gives a chat to a colleague or into the queue of a unit, with a word on why. */
export function TransferDialog({ holder, onTransfer, onClose }: TransferDialogProps) {
  const texts = useTexts();
  const { staff, units } = useSettings();
  const [to, setTo] = useState('');
  const [note, setNote] = useState('');
  const [failure, setFailure] = useState('');
  const colleagues = staff
    .filter(({ id }) => id !== holder)
    .sort((a, b) => Number(b.isAvailable) - Number(a.isAvailable) || a.name.localeCompare(b.name));

  async function submit(): Promise<void> {
    const [kind = '', id = ''] = to.split(/:(.*)/s);
    if (!id) return;
    const words = note.trim() ? { note: note.trim() } : {};
    try {
      await onTransfer(kind === 'unit' ? { unit: id, ...words } : { staffId: id, ...words });
      onClose();
    } catch (error) {
      setFailure(failureText(error, texts));
    }
  }

  return (
    <Dialog title={texts.transferTitle} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <label class="field">
          {texts.transferTo}
          <select value={to} required onChange={(event) => setTo(event.currentTarget.value)}>
            <option value="">{texts.choose}</option>
            <optgroup label={texts.colleagues}>
              {colleagues.map(({ id, name, isAvailable }) => (
                <option key={id} value={`staff:${id}`}>
                  {name} ({isAvailable ? texts.available : texts.away})
                </option>
              ))}
            </optgroup>
            <optgroup label={texts.unitQueues}>
              {units.map(({ id, name }) => (
                <option key={id} value={`unit:${id}`}>
                  {name}
                </option>
              ))}
            </optgroup>
          </select>
        </label>
        <label class="field">
          {texts.transferNote}
          <textarea rows={3} maxLength={1000} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
        </label>
        <p class="failure" role="alert">
          {failure}
        </p>
        <button type="submit" class="button primary" aria-disabled={!to}>
          {texts.transfer}
        </button>
      </form>
    </Dialog>
  );
}
