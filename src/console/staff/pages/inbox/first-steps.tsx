import { toHash } from '../../routes.js';
import { useRights, useTexts } from '../../state/console.js';

/** For whoever sets up an office: what to do before the first citizen writes. */
export function FirstSteps() {
  const texts = useTexts();
  if (!useRights().has('staff:manage')) return null;
  return (
    <section class="first-steps">
      <h2>{texts.firstSteps}</h2>
      <ul>
        <li>
          <a href={toHash(['admin', 'staff'])}>{texts.firstInvite}</a>
        </li>
        <li>
          <a href={toHash(['admin', 'channels'])}>{texts.firstChannels}</a>
        </li>
        <li>
          <a href="/chat" target="_blank" rel="noreferrer">
            {texts.firstChat}
          </a>
        </li>
      </ul>
    </section>
  );
}
