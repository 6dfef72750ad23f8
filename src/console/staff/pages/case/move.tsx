import { useId, useState } from 'preact/hooks';
import { Dialog } from '../../parts/dialog.js';
import { failureText } from '../../parts/failure-text.js';
import { Icon } from '../../parts/icons.js';
import { useConsole, useSettings, useTexts } from '../../state/console.js';
import { textOr } from '../../texts/texts.js';
import type { CaseAction, CaseView, MoveBody } from '../../wire.js';
import { useUploads } from '../conversation/use-uploads.js';
import type { Matter } from './case.js';

interface MoveDialogProps {
  readonly action: CaseAction;
  readonly title: string;
  readonly view: CaseView;
  readonly matter: Matter;
  readonly onClose: () => void;
}

const CHOICES = { unit: 'units', outcome: 'outcomes', agencyId: 'agencies' } as const;
/** One of these says where a case goes that isn't ours; the address is for an agency that has none with us. */
const DESTINATIONS = ['agencyId', 'rightAgency', 'agencyAddress', 'unit'];
const LONG = new Set(['reason', 'question', 'result', 'note', 'appealWay', 'noProofReason']);

/** Takes a step: asks for what it needs, and nothing else. */
export function MoveDialog({ action, title, view, matter, onClose }: MoveDialogProps) {
  const { api } = useConsole();
  const texts = useTexts();
  const settings = useSettings();
  const isTransfer = action.to === 'transferred';
  const [values, setValues] = useState<Readonly<Record<string, string>>>(isTransfer ? {} : { unit: view.card.unit });
  const [failure, setFailure] = useState('');
  const uploads = useUploads((file, key) => api.uploadProof(view.card.number, file, key));
  const asksProof = action.requires.includes('proofFileIds');
  const asksStaff = action.requires.includes('unit') && !isTransfer;
  const fields = fieldsOf(action);
  const set = (name: string, value: string) => setValues((before) => ({ ...before, [name]: value }));
  const colleagues = settings.staff.filter(({ units }) => units.length === 0 || units.includes(values['unit'] ?? ''));

  function isRequired(name: string): boolean {
    if (name === 'noProofReason') return uploads.list.length === 0;
    return !(isTransfer && DESTINATIONS.includes(name));
  }

  async function submit(): Promise<void> {
    if (uploads.isBusy) return;
    if (isTransfer && !DESTINATIONS.some((name) => values[name]?.trim())) return setFailure(texts.needsDestination);
    const given = [...fields, ...(asksStaff ? ['staffId'] : [])].flatMap((name) => {
      const value = values[name]?.trim();
      return value ? [[name, value]] : [];
    });
    const proofFileIds = uploads.list.flatMap(({ fileId }) => fileId ?? []);
    const body = { ...Object.fromEntries(given), ...(proofFileIds.length > 0 && { proofFileIds }) };
    try {
      await matter.act('move', { ...(body as Partial<MoveBody>), to: action.to });
      onClose();
    } catch (error) {
      setFailure(failureText(error, texts));
    }
  }

  return (
    <Dialog title={title} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {fields.map((name) => (
          <MoveField
            key={name}
            name={name}
            value={values[name] ?? ''}
            isRequired={isRequired(name)}
            onChange={(value) => set(name, value)}
          />
        ))}
        {asksStaff && (
          <label class="field">
            {texts.field_staffId}
            <select value={values['staffId'] ?? ''} onChange={(event) => set('staffId', event.currentTarget.value)}>
              <option value="">{texts.nobodyYet}</option>
              {colleagues.map(({ id, name, isAvailable }) => (
                <option key={id} value={id}>
                  {name} ({isAvailable ? texts.available : texts.away})
                </option>
              ))}
            </select>
          </label>
        )}
        {asksProof && (
          <div class="field">
            <label>
              {texts.field_proofFileIds}
              <input
                type="file"
                multiple
                accept="image/*,video/*,application/pdf"
                onChange={(event) => uploads.add(event.currentTarget.files)}
              />
            </label>
            <ul class="tray">
              {uploads.list.map(({ key, name, fileId, failure: why }) => (
                <li key={key} class={why ? 'bad' : ''}>
                  <Icon name="file" /> <span class="tray-name">{name}</span>{' '}
                  <small>{why ?? (fileId ? '' : texts.uploading)}</small>
                  <button
                    type="button"
                    class="icon-button"
                    aria-label={`${texts.remove}: ${name}`}
                    onClick={() => uploads.remove(key)}
                  >
                    <Icon name="close" />
                  </button>
                </li>
              ))}
            </ul>
          </div>
        )}
        <p class="failure" role="alert">
          {failure}
        </p>
        <button type="submit" class="button primary" aria-disabled={uploads.isBusy}>
          {title}
        </button>
      </form>
    </Dialog>
  );
}

/** Where proof is asked for, a reason why there is none does as well; a transfer goes to an agency or to a unit. */
function fieldsOf({ to, requires }: CaseAction): readonly string[] {
  if (to === 'transferred') return [...DESTINATIONS, ...requires.filter((name) => !DESTINATIONS.includes(name))];
  const fields = requires.filter((name) => name !== 'proofFileIds');
  return requires.includes('proofFileIds') && !fields.includes('noProofReason') ? [...fields, 'noProofReason'] : fields;
}

interface MoveFieldProps {
  readonly name: string;
  readonly value: string;
  readonly isRequired: boolean;
  readonly onChange: (value: string) => void;
}

/** A choice where there is a list of it, else words, with more room for those that explain something. */
function MoveField({ name, value, isRequired, onChange }: MoveFieldProps) {
  const texts = useTexts();
  const settings = useSettings();
  const id = useId();
  const list = CHOICES[name as keyof typeof CHOICES];
  return (
    <div class="field">
      <label for={id}>{textOr(texts, `field_${name}`, name)}</label>
      {list ? (
        <select id={id} required={isRequired} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
          <option value="">{texts.choose}</option>
          {settings[list].map((each) => (
            <option key={each.id} value={each.id}>
              {each.name}
            </option>
          ))}
        </select>
      ) : LONG.has(name) ? (
        <textarea
          id={id}
          rows={3}
          required={isRequired}
          maxLength={4000}
          value={value}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      ) : (
        <input
          id={id}
          required={isRequired}
          maxLength={4000}
          value={value}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </div>
  );
}
