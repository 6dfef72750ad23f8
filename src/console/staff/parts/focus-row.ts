/** Moves the focus in a list; from elsewhere it enters at the row that is open. @param rows a selector */
export function focusRow(rows: string, by: 1 | -1): void {
  const all = [...document.querySelectorAll<HTMLElement>(rows)];
  const focused = all.indexOf(document.activeElement as HTMLElement);
  const open = all.findIndex((row) => row.getAttribute('aria-current') === 'true');
  const next = all[Math.min(all.length - 1, Math.max(0, (focused >= 0 ? focused : open) + by))];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}
