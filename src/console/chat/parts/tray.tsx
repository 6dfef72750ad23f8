import { useEffect, useState } from 'preact/hooks';
import type { GeoPoint } from '../wire.js';
import { Icon } from './icons.js';
import { useUi } from './ui.js';
import type { StagedFile } from './use-staged-files.js';

interface TrayProps {
  readonly files: readonly StagedFile[];
  readonly isPreparing: boolean;
  readonly isLocating: boolean;
  readonly location: GeoPoint | undefined;
  readonly onRemoveFile: (index: number) => void;
  readonly onRemoveLocation: () => void;
}

/** What will go along with the message being written, to be looked at before it is sent. */
export function Tray({ files, isPreparing, isLocating, location, onRemoveFile, onRemoveLocation }: TrayProps) {
  const { texts } = useUi();
  return (
    <div class="tray" role="status">
      {files.map((file, index) => (
        <span class="staged" key={`${file.name} ${file.blob.size} ${index}`}>
          <Preview file={file} />
          <RemoveButton label={`${texts.remove} ${file.name}`} onClick={() => onRemoveFile(index)} />
        </span>
      ))}
      {location && (
        <span class="staged">
          <Icon name="pin" /> {texts.location}
          <RemoveButton label={`${texts.remove} ${texts.location}`} onClick={onRemoveLocation} />
        </span>
      )}
      {isPreparing && <span class="staged">{texts.preparing}</span>}
      {isLocating && <span class="staged">{texts.locating}</span>}
    </div>
  );
}

function RemoveButton({ label, onClick }: { readonly label: string; readonly onClick: () => void }) {
  return (
    <button type="button" class="round small" aria-label={label} onClick={onClick}>
      <Icon name="close" />
    </button>
  );
}

function Preview({ file }: { readonly file: StagedFile }) {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!/^image\//.test(file.blob.type)) return undefined;
    const made = URL.createObjectURL(file.blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  if (url) return <img class="thumb" src={url} alt={file.name} />;
  return (
    <>
      <Icon name="file" /> <bdi class="file-name">{file.name}</bdi>
    </>
  );
}
