import type { AttachmentKind } from '../../../messages/message.js';
import { Icon } from './icons.js';
import { useUi } from './ui.js';

interface FileChipProps {
  readonly name?: string;
  readonly kind?: AttachmentKind;
  readonly sizeBytes: number | undefined;
}

export function FileChip({ name, kind = 'document', sizeBytes }: FileChipProps) {
  const { lang, texts } = useUi();
  return (
    <p class="bubble file">
      <Icon name="file" />
      <bdi class="file-name">{name ?? texts[kind]}</bdi>
      {sizeBytes !== undefined && <small>{sizeText(sizeBytes, lang)}</small>}
    </p>
  );
}

function sizeText(sizeBytes: number, lang: string): string {
  const kilobytes = Math.max(1, Math.round(sizeBytes / 1024));
  return kilobytes < 1000
    ? `${kilobytes} KB`
    : `${(kilobytes / 1024).toLocaleString(lang, { maximumFractionDigits: 1 })} MB`;
}
