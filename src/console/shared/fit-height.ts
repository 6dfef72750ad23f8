/** Makes a field as high as what is written in it, up to a limit. @param borderPixels of its upper and lower edge */
export function fitHeight(area: HTMLTextAreaElement | null, maxPixels: number, borderPixels = 0): void {
  if (!area) return;
  area.style.height = 'auto';
  area.style.height = `${Math.min(area.scrollHeight + borderPixels, maxPixels)}px`;
}
