import { checkTone } from '../../../../staff/tone.js';
import { Icon } from '../../parts/icons.js';
import { useConsole, useLang, useSettings, useTexts } from '../../state/console.js';
import { openPlaceholders } from './canned.js';

interface GuideProps {
  readonly text: string;
  readonly dueAt: string | undefined;
}

/** Says beside the reply what may hurt or mislead its reader. It never holds a reply back. */
export function Guide({ text, dueAt }: GuideProps) {
  const { clock } = useConsole();
  const texts = useTexts();
  const lang = useLang();
  const { tone } = useSettings();
  const now = new Date(clock.nowMs());
  const flags = checkTone(text, tone, lang, { now, ...(dueAt && { dueAt: new Date(dueAt) }) });
  const open = openPlaceholders(text);
  return (
    <ul class="guide" aria-live="polite" aria-label={texts.guide}>
      {open.length > 0 && (
        <li>
          <Icon name="warn" /> <strong>{open.join(' ')}</strong> {texts.fillPlaceholders}
        </li>
      )}
      {flags.map((flag, index) => (
        <li key={`${flag.kind} ${index}`} data-kind={flag.kind}>
          <Icon name="heart" />
          <span>
            <strong>{texts[`tone_${flag.kind}`]}</strong>
            {flag.words.length > 0 && <> “{flag.words.join('”, “')}”</>}. {flag.advice}
          </span>
        </li>
      ))}
    </ul>
  );
}
