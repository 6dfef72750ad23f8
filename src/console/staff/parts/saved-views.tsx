import { useEffect, useState } from 'preact/hooks';
import { go } from '../routes.js';
import { useConsole, useTexts } from '../state/console.js';
import type { SavedView } from '../wire.js';
import { failureText } from './failure-text.js';
import { Icon } from './icons.js';
import { Menu } from './menu.js';

interface SavedViewsMenuProps {
  readonly page: SavedView['page'];
  readonly query: Readonly<Record<string, string | undefined>>;
}

/** One's own filters under names: go there, keep this one, drop one. */
export function SavedViewsMenu({ page, query }: SavedViewsMenuProps) {
  const console = useConsole();
  const texts = useTexts();
  const [views, setViews] = useState<readonly SavedView[]>([]);
  const [name, setName] = useState('');

  useEffect(() => {
    console.api.savedViews().then(setViews, () => undefined);
  }, []);

  async function save(next: readonly SavedView[]): Promise<void> {
    const before = views;
    setViews(next);
    try {
      await console.api.saveViews(next);
    } catch (error) {
      setViews(before);
      console.toast(failureText(error, texts), { tone: 'bad' });
    }
  }

  function keep(): void {
    const kept = name.trim();
    if (!kept) return;
    const given = Object.entries(query).filter((each): each is [string, string] => Boolean(each[1]));
    const others = views.filter((view) => view.name !== kept);
    void save([...others, { name: kept, page, query: Object.fromEntries(given) }]);
    setName('');
  }

  const here = views.filter((view) => view.page === page);
  return (
    <Menu label={texts.savedViews} trigger={<Icon name="star" />}>
      {here.length === 0 && <p class="muted menu-title">{texts.noSavedViews}</p>}
      {here.map((view) => (
        <div key={view.name} class="menu-pair">
          <button type="button" data-closes onClick={() => go([page], view.query)}>
            {view.name}
          </button>
          <button
            type="button"
            class="icon-button"
            aria-label={`${texts.remove}: ${view.name}`}
            onClick={() => void save(views.filter((each) => each !== view))}
          >
            <Icon name="close" />
          </button>
        </div>
      ))}
      <form
        class="menu-pair"
        onSubmit={(event) => {
          event.preventDefault();
          keep();
        }}
      >
        <input
          value={name}
          maxLength={40}
          placeholder={texts.viewName}
          aria-label={texts.viewName}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <button type="submit" class="button">
          {texts.keep}
        </button>
      </form>
    </Menu>
  );
}
