import { useState } from 'preact/hooks';
import { Icon } from '../../parts/icons.js';
import { useConsole, useTexts } from '../../state/console.js';
import { textOr } from '../../texts/texts.js';
import type { StaffFile } from '../../wire.js';

const KB = 1024;

/** A photo, a voice, a video to play, or a document to take home; of what can't be shown, why. */
export function FileView({ file }: { readonly file: StaffFile }) {
  const { api } = useConsole();
  const texts = useTexts();
  const [isBroken, setBroken] = useState(false);
  const name = texts[`file_${file.kind}`];
  if (file.refused !== undefined)
    return <Chip text={`${name}: ${textOr(texts, `file_${file.refused}`, texts.fileRefused)}`} />;
  if (file.condition === 'quarantined') return <Chip text={`${name}: ${texts.file_quarantined}`} />;
  if (file.fileId === undefined) return <Chip text={`${name}: ${texts.fileFetching}`} />;
  const url = api.fileUrl(file.fileId);
  if (isBroken) return <Chip text={`${name}: ${texts.fileGone}`} />;
  if (file.condition !== undefined) {
    return (
      <a class="file-chip" href={`${url}?original=1`} download>
        <Icon name="file" /> {name}: {texts[`file_${file.condition}`]} <small>{sizeText(file.sizeBytes)}</small>
      </a>
    );
  }
  if (file.kind === 'image') {
    return (
      <a href={url} target="_blank" rel="noreferrer" class="photo-link">
        <img class="photo" src={url} alt={name} loading="lazy" onError={() => setBroken(true)} />
      </a>
    );
  }
  if (file.kind === 'audio') {
    // biome-ignore lint/a11y/useMediaCaption: a citizen's voice comes without captions
    return <audio class="voice" controls preload="none" src={url} aria-label={name} />;
  }
  if (file.kind === 'video') {
    // biome-ignore lint/a11y/useMediaCaption: a citizen's video comes without captions
    return <video class="photo" controls preload="none" src={url} aria-label={name} />;
  }
  return (
    <a class="file-chip" href={url} download>
      <Icon name="file" /> {name} <small>{sizeText(file.sizeBytes)}</small>
    </a>
  );
}

function Chip({ text }: { readonly text: string }) {
  return (
    <span class="file-chip">
      <Icon name="file" /> {text}
    </span>
  );
}

function sizeText(bytes: number | undefined): string {
  if (bytes === undefined) return '';
  return bytes < KB * KB ? `${Math.max(1, Math.round(bytes / KB))} kB` : `${(bytes / KB / KB).toFixed(1)} MB`;
}
