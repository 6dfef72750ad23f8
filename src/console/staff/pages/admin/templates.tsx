import { useLoad, WhenLoaded } from '../../parts/loaded.js';
import { useTexts } from '../../state/console.js';
import { fill } from '../../texts/texts.js';
import type { TemplatesView } from '../../wire-admin.js';
import { FileBar } from './file-bar.js';

/** What WhatsApp lets through a day after the citizen last wrote: each must be approved by Meta, word for word. */
export function TemplatesPart() {
  const texts = useTexts();
  const loaded = useLoad<TemplatesView>('/admin/templates');
  return (
    <WhenLoaded loaded={loaded}>
      {({ file, templates }) => (
        <>
          <p class="muted">{texts.admTemplatesHow}</p>
          <FileBar file={file} />
          <ul class="cards">
            {templates.map(({ name, parameters, languages }) => (
              <li key={name} class="card">
                <h2>{name}</h2>
                <p class="muted">{fill(texts.admParameters, { list: parameters.join(', ') || '–' })}</p>
                {languages.map(({ locale, body, buttons }) => (
                  <div key={locale} class="template">
                    <h3>{locale}</h3>
                    <p class="as-written">{body}</p>
                    {buttons.length > 0 && <p class="muted">{buttons.map((label) => `[${label}]`).join(' ')}</p>}
                  </div>
                ))}
              </li>
            ))}
          </ul>
        </>
      )}
    </WhenLoaded>
  );
}
