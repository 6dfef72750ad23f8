import { useEffect, useState } from 'preact/hooks';
import { getPhoto } from '../api.js';
import { useUi } from './ui.js';

interface PhotoProps {
  readonly token: string;
  readonly fileId: string;
  readonly onGrow: () => void;
}

/** A photo on the server: fetched with the chat's token, because an address that opens it would open it for all. */
export function Photo({ token, fileId, onGrow }: PhotoProps) {
  return <Loaded load={() => getPhoto(token, fileId)} id={fileId} onGrow={onGrow} />;
}

/** A photo that is still on its way to the server. */
export function LocalPhoto({ blobId, onGrow }: { readonly blobId: string; readonly onGrow: () => void }) {
  const { chat } = useUi();
  return <Loaded load={() => chat.blob(blobId)} id={blobId} onGrow={onGrow} />;
}

interface LoadedProps {
  readonly load: () => Promise<Blob | undefined>;
  readonly id: string;
  readonly onGrow: () => void;
}

function Loaded({ load, id, onGrow }: LoadedProps) {
  const { texts } = useUi();
  const [url, setUrl] = useState<string>();
  const [isGone, setGone] = useState(false);

  useEffect(() => {
    let made: string | undefined;
    let left = false;
    load().then(
      (blob) => {
        if (left) return;
        if (!blob) return setGone(true);
        made = URL.createObjectURL(blob);
        setUrl(made);
      },
      () => setGone(true),
    );
    return () => {
      left = true;
      if (made) URL.revokeObjectURL(made);
    };
  }, [id]);

  if (isGone) return <p class="bubble file">{texts.photoGone}</p>;
  if (!url) return <div class="photo photo-loading" />;
  return <img class="photo" src={url} alt={texts.image} onLoad={onGrow} onError={() => setGone(true)} />;
}
