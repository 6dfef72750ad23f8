import { useState } from 'preact/hooks';
import { useLoad, WhenLoaded } from '../../parts/loaded.js';
import { Table } from '../../parts/table.js';
import { useLang, useTexts } from '../../state/console.js';
import type { CategoriesView } from '../../wire-admin.js';
import { FileBar } from './file-bar.js';
import { Keywords } from './keywords.js';
import { TestBox } from './test-box.js';

/** What reports are sorted into, by which words; and what a text would become. */
export function CategoriesPart() {
  const texts = useTexts();
  const lang = useLang();
  const loaded = useLoad<CategoriesView>('/admin/categories');
  const [open, setOpen] = useState<string>();
  return (
    <>
      <TestBox />
      <WhenLoaded loaded={loaded}>
        {({ file, categories, dangers }) => (
          <>
            <FileBar file={file} />
            <Table label={texts.admCategories} head={[texts.category, texts.admUnit, texts.admKeywords]}>
              {categories.map((category) => (
                <tr key={category.id}>
                  <th scope="row">
                    {category.labels[lang] ?? category.id} <span class="muted">{category.id}</span>
                    {category.restricted && <span class="tag">{texts.admRestricted}</span>}
                  </th>
                  <td>{category.unit}</td>
                  <td>
                    <button
                      type="button"
                      class="link"
                      aria-expanded={open === category.id}
                      onClick={() => setOpen(open === category.id ? undefined : category.id)}
                    >
                      {category.keywords.reduce((sum, { words }) => sum + words.length, 0)}
                    </button>
                    {open === category.id && <Keywords category={category} file={file} onKept={loaded.reload} />}
                  </td>
                </tr>
              ))}
            </Table>
            <h2>{texts.admDangers}</h2>
            <ul class="plain-list">
              {dangers.map((danger) => (
                <li key={danger.id}>
                  <strong>{danger.labels[lang] ?? danger.id}</strong> {danger.numbers.join(', ')}
                  <p class="muted">{danger.words.slice(0, 12).join(', ')}</p>
                </li>
              ))}
            </ul>
          </>
        )}
      </WhenLoaded>
    </>
  );
}
