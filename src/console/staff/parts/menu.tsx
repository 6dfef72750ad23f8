import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

interface MenuProps {
  /** Left out where the trigger says it in words. */
  readonly label?: string;
  readonly class?: string;
  readonly trigger: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A button that shows a small sheet of things to do; anything chosen, Escape and a press elsewhere close it. */
export function Menu({ label, class: className = 'icon-button', trigger, children }: MenuProps) {
  const [isOpen, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (!isOpen) return;
    const onPress = (event: Event) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false);
    };
    addEventListener('pointerdown', onPress);
    return () => removeEventListener('pointerdown', onPress);
  }, [isOpen]);

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || !isOpen) return;
    event.preventDefault();
    event.stopPropagation();
    setOpen(false);
    button.current?.focus();
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears Escape of the button and the sheet inside
    <div class="menu" ref={box} onKeyDown={onKeyDown}>
      <button
        type="button"
        ref={button}
        class={className}
        aria-label={label}
        title={label}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {trigger}
      </button>
      {isOpen && (
        // biome-ignore lint/a11y/noStaticElementInteractions: presses reach it from the buttons inside
        // biome-ignore lint/a11y/useKeyWithClickEvents: as above
        <div
          class="menu-sheet"
          onClick={(event) => {
            if (!(event.target instanceof Element) || !event.target.closest('[data-closes]')) return;
            // what was pressed goes away: a dialog that it opens gives the focus back to the button
            button.current?.focus();
            setOpen(false);
          }}
        >
          {children}
        </div>
      )}
    </div>
  );
}
