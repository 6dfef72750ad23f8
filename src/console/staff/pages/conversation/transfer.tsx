import { useId, useState } from 'preact/hooks';
import { TextField } from '../../parts/fields.js';
import { FormDialog } from '../../parts/form-dialog.js';
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
  const toId = useId();
  const colleagues = staff
    .filter(({ id }) => id !== holder)
    .sort((a, b) => Number(b.isAvailable) - Number(a.isAvailable) || a.name.localeCompare(b.name));

  async function submit(): Promise<void> {
    const [kind = '', id = ''] = to.split(/:(.*)/s);
    const words = note.trim() ? { note: note.trim() } : {};
    await onTransfer(kind === 'unit' ? { unit: id, ...words } : { staffId: id, ...words });
  }

  return (
    <FormDialog
      title={texts.transferTitle}
      action={texts.transfer}
      isReady={to !== ''}
      onSubmit={submit}
      onClose={onClose}
    >
      <div class="field">
        <label for={toId}>{texts.transferTo}</label>
        <select id={toId} value={to} required onChange={(event) => setTo(event.currentTarget.value)}>
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
      </div>
      <TextField label={texts.transferNote} rows={3} maxLength={1000} value={note} onChange={setNote} />
    </FormDialog>
  );
}
