import { useState } from 'preact/hooks';
import { useDeed } from '../../parts/use-deed.js';
import { useConsole, useTexts } from '../../state/console.js';
import { fill } from '../../texts/texts.js';
import type { CategoriesView, FileKept, FileState, KeywordsWish } from '../../wire-admin.js';

type Category = CategoriesView['categories'][number];

interface KeywordsProps {
  readonly category: Category;
  readonly file: FileState;
  readonly onKept: () => Promise<void>;
}

/** The words of a category by how much they say, one a line. */
export function Keywords({ category, file, onKept }: KeywordsProps) {
  return (
    <div class="keywords">
      {category.keywords.map(({ weight, words }) => (
        <WordList key={weight} category={category.id} weight={weight} words={words} file={file} onKept={onKept} />
      ))}
    </div>
  );
}

interface WordListProps {
  readonly category: string;
  readonly weight: number;
  readonly words: readonly string[];
  readonly file: FileState;
  readonly onKept: () => Promise<void>;
}

function WordList({ category, weight, words, file, onKept }: WordListProps) {
  const console = useConsole();
  const texts = useTexts();
  const deed = useDeed();
  const before = words.join('\n');
  const [text, setText] = useState(before);

  async function keep(): Promise<void> {
    const lines = text.split('\n').map((line) => line.trim());
    const body: KeywordsWish = { seenVersion: file.version, weight, words: lines.filter(Boolean) };
    await deed.run(async () => {
      const kept = await console.http.send<FileKept>(
        'PUT',
        `/admin/categories/${encodeURIComponent(category)}/keywords`,
        body,
      );
      console.toast(kept.file.needsRestart ? texts.admKeptRestart : texts.admKept);
      await onKept();
    });
  }

  return (
    <div class="word-list">
      <label class="field">
        {fill(texts.admWeight, { weight })}
        <textarea
          rows={6}
          spellcheck={false}
          readOnly={!file.mayWrite}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      {file.mayWrite && (
        <button type="button" class="button" disabled={deed.isBusy || text === before} onClick={() => void keep()}>
          {texts.keep}
        </button>
      )}
      <p class="failure" role="alert">
        {deed.failure}
      </p>
    </div>
  );
}
