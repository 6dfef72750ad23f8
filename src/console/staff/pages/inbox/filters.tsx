import { Icon } from '../../parts/icons.js';
import { Menu } from '../../parts/menu.js';
import { SavedViewsMenu } from '../../parts/saved-views.js';
import { SearchBox } from '../../parts/search-box.js';
import { useSettings, useTexts } from '../../state/console.js';
import { textOr } from '../../texts/texts.js';

const CHANNELS = ['whatsapp_web', 'whatsapp_cloud', 'telegram', 'webchat'];

type Query = Readonly<Record<string, string | undefined>>;

interface FiltersProps {
  readonly page: 'inbox';
  readonly query: Query;
  readonly onChange: (query: Query) => void;
}

/** Narrows the list: by case number, channel, unit, unread; and keeps such a choice under a name. */
export function Filters({ query, onChange }: FiltersProps) {
  const texts = useTexts();
  const { units } = useSettings();
  const set = (change: Query) => onChange({ ...query, ...change });
  const chosen = [query['channel'], query['unit'], query['unread']].filter(Boolean).length;

  return (
    <div class="filters">
      <SearchBox q={query['q']} label={texts.searchNumber} onSearch={(q) => set({ q })} />
      <Menu
        class={chosen > 0 ? 'icon-button on' : 'icon-button'}
        label={`${texts.filters}${chosen > 0 ? ` (${chosen})` : ''}`}
        trigger={<Icon name="filter" />}
      >
        <label class="menu-row">
          {texts.channel}
          <select value={query['channel'] ?? ''} onChange={(event) => set({ channel: event.currentTarget.value })}>
            <option value="">{texts.every}</option>
            {CHANNELS.map((channel) => (
              <option key={channel} value={channel}>
                {textOr(texts, `channel_${channel}`, channel)}
              </option>
            ))}
          </select>
        </label>
        <label class="menu-row">
          {texts.unit}
          <select value={query['unit'] ?? ''} onChange={(event) => set({ unit: event.currentTarget.value })}>
            <option value="">{texts.every}</option>
            {units.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label class="check">
          <input
            type="checkbox"
            checked={query['unread'] === 'true'}
            onChange={(event) => set({ unread: event.currentTarget.checked ? 'true' : undefined })}
          />{' '}
          {texts.onlyUnread}
        </label>
      </Menu>
      <SavedViewsMenu page="inbox" query={query} />
    </div>
  );
}
