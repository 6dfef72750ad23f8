import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

export interface Tab {
  readonly id: string;
  readonly href: string;
  readonly text: ComponentChildren;
}

interface TabsProps {
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly openId: string;
}

/** Lists to go to, in a row. Where the row is too long for the screen, the open one is in sight all the same. */
export function Tabs({ label, tabs, openId }: TabsProps) {
  const row = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    row.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [openId]);
  return (
    <nav class="tabs" ref={row} aria-label={label}>
      {tabs.map(({ id, href, text }) => (
        <a key={id} class="tab" href={href} aria-current={id === openId ? 'true' : undefined}>
          {text}
        </a>
      ))}
    </nav>
  );
}
