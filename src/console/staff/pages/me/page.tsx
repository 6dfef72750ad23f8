import { useTexts } from '../../state/console.js';
import '../../parts/tables.css';
import '../admin/admin.css';
import { MyAlertsForm } from './alerts-form.js';
import { PasswordForm } from './password-form.js';
import { SecondStep } from './second-step.js';
import { MySessions } from './sessions.js';

/** What concerns oneself: how one is told, and how one's account is kept safe. */
export function Page() {
  const texts = useTexts();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with a keyboard
    <main class="admin-body" tabIndex={0} aria-label={texts.navMe}>
      <h1>{texts.navMe}</h1>
      <MyAlertsForm />
      <PasswordForm />
      <SecondStep />
      <MySessions />
    </main>
  );
}
