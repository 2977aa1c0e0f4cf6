let region: HTMLElement | null = null;

/** Says something to screen readers without moving the focus. */
export function announce(text: string): void {
  region ??= document.getElementById('live');
  if (region) region.textContent = text;
}
