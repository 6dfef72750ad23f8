import { Dialog } from './dialog.js';
import { Form, type FormProps } from './form.js';

interface FormDialogProps extends Omit<FormProps, 'onDone' | 'isMinor'> {
  readonly title: string;
  readonly onClose: () => void;
}

/** A dialog with one form, closed when it went well. */
export function FormDialog({ title, onClose, ...form }: FormDialogProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <Form {...form} onDone={onClose} />
    </Dialog>
  );
}
