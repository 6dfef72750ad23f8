import { Fragment } from 'preact';
import { useState } from 'preact/hooks';
import { SelectField, TextField } from '../../parts/fields.js';
import { FormDialog } from '../../parts/form-dialog.js';
import { useConsole, useSettings, useTexts } from '../../state/console.js';
import { textOr } from '../../texts/texts.js';
import type { CaseAction, CaseView, MoveBody } from '../../wire.js';
import { FileField } from '../conversation/tray.js';
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
  const uploads = useUploads((file, key) => api.uploadProof(view.card.number, file, key));
  const asksStaff = action.requires.includes('unit') && !isTransfer;
  const fields = fieldsOf(action);
  const set = (name: string, value: string) => setValues((before) => ({ ...before, [name]: value }));
  const colleagues = settings.staff.filter(({ units }) => units.length === 0 || units.includes(values['unit'] ?? ''));

  function isRequired(name: string): boolean {
    if (name === 'noProofReason') return uploads.list.length === 0;
    return !(isTransfer && DESTINATIONS.includes(name));
  }

  const missing = () =>
    isTransfer && !DESTINATIONS.some((name) => values[name]?.trim()) ? texts.needsDestination : undefined;

  async function submit(): Promise<void> {
    const given = [...fields, ...(asksStaff ? ['staffId'] : [])].flatMap((name) => {
      const value = values[name]?.trim();
      return value ? [[name, value]] : [];
    });
    const proof = uploads.fileIds.length > 0 ? { proofFileIds: [...uploads.fileIds] } : {};
    const body = { ...Object.fromEntries(given), ...proof };
    await matter.act('move', { ...(body as Partial<MoveBody>), to: action.to });
  }

  return (
    <FormDialog
      title={title}
      action={title}
      isReady={!uploads.isBusy}
      check={missing}
      onSubmit={submit}
      onClose={onClose}
    >
      {isTransfer && <p class="muted">{texts.needsDestination}</p>}
      {fields.map((name) => (
        <Fragment key={name}>
          {name === 'noProofReason' && <FileField label={texts.field_proofFileIds} uploads={uploads} />}
          <MoveField
            name={name}
            value={values[name] ?? ''}
            required={isRequired(name)}
            onChange={(value) => set(name, value)}
          />
        </Fragment>
      ))}
      {asksStaff && (
        <SelectField
          label={texts.field_staffId}
          none={texts.nobodyYet}
          value={values['staffId'] ?? ''}
          options={colleagues.map(({ id, name, isAvailable }) => ({
            ...{ id, name: `${name} (${isAvailable ? texts.available : texts.away})` },
          }))}
          onChange={(value) => set('staffId', value)}
        />
      )}
    </FormDialog>
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
  readonly required: boolean;
  readonly onChange: (value: string) => void;
}

/** A choice where there is a list of it, else words, with more room for those that explain something. */
function MoveField({ name, ...field }: MoveFieldProps) {
  const texts = useTexts();
  const settings = useSettings();
  const label = textOr(texts, `field_${name}`, name);
  const list = CHOICES[name as keyof typeof CHOICES];
  if (list) return <SelectField label={label} none options={settings[list]} {...field} />;
  return <TextField label={label} maxLength={4000} {...(LONG.has(name) && { rows: 3 })} {...field} />;
}
