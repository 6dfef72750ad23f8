import { useId } from 'preact/hooks';
import { Icon } from '../../parts/icons.js';
import { useTexts } from '../../state/console.js';
import type { Uploads } from './use-uploads.js';

/** Files that were chosen, how far each has got, and a way to leave it out again. */
export function Tray({ uploads }: { readonly uploads: Uploads }) {
  const texts = useTexts();
  if (uploads.list.length === 0) return null;
  return (
    <ul class="tray">
      {uploads.list.map(({ key, name, fileId, failure }) => (
        <li key={key} class={failure ? 'bad' : ''}>
          <Icon name="file" /> <span class="tray-name">{name}</span>{' '}
          <small>{failure ?? (fileId ? '' : texts.uploading)}</small>
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
  );
}

interface FileFieldProps {
  readonly label: string;
  readonly uploads: Uploads;
}

/** A field to choose photos, videos and papers with, and what was chosen. The browser's own button speaks its own language. */
export function FileField({ label, uploads }: FileFieldProps) {
  const texts = useTexts();
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <span class="button choose-file">
        <Icon name="attach" /> {texts.chooseFiles}
        <input
          id={id}
          type="file"
          multiple
          accept="image/*,video/*,application/pdf"
          onChange={(event) => {
            uploads.add(event.currentTarget.files);
            // the same file may be chosen again once it was left out
            event.currentTarget.value = '';
          }}
        />
      </span>
      <Tray uploads={uploads} />
    </div>
  );
}
