import { useLoad, WhenLoaded } from '../../parts/loaded.js';
import { useTexts } from '../../state/console.js';
import { fill } from '../../texts/texts.js';
import type { TemplatesView } from '../../wire-admin.js';
import { FileBar } from './file-bar.js';
import { TemplateForm } from './template-form.js';

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
                <p class="muted">{fill(texts.admParameters, { list: parameters.map(withNumber).join(', ') || '–' })}</p>
                {languages.map((language) => (
                  <TemplateForm
                    key={`${language.locale} ${file.version}`}
                    name={name}
                    language={language}
                    file={file}
                    onKept={loaded.reload}
                  />
                ))}
              </li>
            ))}
          </ul>
        </>
      )}
    </WhenLoaded>
  );
}

/** As a template's text names it. */
function withNumber(parameter: string, index: number): string {
  return `{{${index + 1}}} ${parameter}`;
}
