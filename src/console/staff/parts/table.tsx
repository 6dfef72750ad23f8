import type { ComponentChildren } from 'preact';
import './tables.css';

/** A table that is scrolled sideways where the screen is too narrow for it, also with a keyboard. */
export function Table({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with a keyboard
    // biome-ignore lint/a11y/useSemanticElements: a section per table would crowd the landmarks of the page
    <div class="table-box" role="group" aria-label={label} tabIndex={0}>
      <table class="table">{children}</table>
    </div>
  );
}
