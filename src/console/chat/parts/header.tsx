import { Icon, Mark } from './icons.js';
import { useUi } from './ui.js';

interface HeaderProps {
  readonly onSwitchLang: () => void;
  readonly canForget: boolean;
}

export function Header({ onSwitchLang, canForget }: HeaderProps) {
  const { chat, lang, texts } = useUi();

  function forget(): void {
    if (confirm(texts.forgetSure)) void chat.forget().then(() => location.reload());
  }

  return (
    <header class="header">
      <div class="header-row">
        <Mark />
        <div class="header-name">
          <h1>{document.title}</h1>
          <p>{texts.subtitle}</p>
        </div>
        <button type="button" class="quiet" lang={lang === 'id' ? 'en' : 'id'} onClick={onSwitchLang}>
          {texts.otherLanguage}
        </button>
        {canForget && (
          <details class="menu">
            <summary class="round" aria-label={texts.more}>
              <Icon name="more" />
            </summary>
            <div class="menu-sheet">
              <button type="button" onClick={forget}>
                {texts.forget}
              </button>
            </div>
          </details>
        )}
      </div>
      <p class="emergency">
        {texts.emergency} <a href="tel:112">{texts.emergencyCall}</a>
      </p>
    </header>
  );
}
