import { dateTime } from '../../parts/time.js';
import { toHash } from '../../routes.js';
import { useLang, useSettings, useTexts } from '../../state/console.js';
import { fill } from '../../texts/texts.js';
import type { FileState } from '../../wire-admin.js';

/** Which version of a file of rules holds, since when and by whom; and the way to its text. */
export function FileBar({ file, isOpen }: { readonly file: FileState; readonly isOpen?: boolean }) {
  const texts = useTexts();
  const lang = useLang();
  const { zone } = useSettings();
  const who = file.byName ?? file.by;
  return (
    <div class={`file-bar ${file.state}`}>
      <p>
        {file.version === 0
          ? texts.admShipped
          : fill(texts.admVersion, {
              version: file.version,
              who: who ?? '',
              at: file.at ? dateTime(file.at, lang, zone) : '',
            })}
        {file.state === 'after_restart' && (
          <strong> {fill(texts.admAfterRestart, { version: file.versionInForce })}</strong>
        )}
        {file.state === 'refused' && (
          <strong role="alert"> {fill(texts.admFileRefused, { why: file.why ?? '' })}</strong>
        )}
        {file.shippedHasChanged && <span> {texts.admShippedChanged}</span>}
      </p>
      {file.mayWrite && !isOpen && (
        <a class="button" href={toHash(['admin', 'files'], { path: file.path })}>
          {texts.admEditFile}
        </a>
      )}
    </div>
  );
}
