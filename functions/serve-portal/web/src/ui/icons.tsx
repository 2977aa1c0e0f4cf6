/** Line icons on a 20-unit grid. They accompany words, so readers skip them. */
const SHAPES = {
  alert: 'M10 6.5v4M10 13.4v.1M8.7 3.2 2.3 14.4A1.5 1.5 0 0 0 3.6 16.7h12.8a1.5 1.5 0 0 0 1.3-2.3L11.3 3.2a1.5 1.5 0 0 0-2.6 0Z',
  bank: 'M3 8.2 10 4l7 4.2ZM4.8 8.4v5.8m3.5-5.8v5.8m3.4-5.8v5.8m3.5-5.8v5.8M3 16.5h14',
  box: 'M3.2 6.4 10 3l6.8 3.4v7.2L10 17l-6.8-3.4ZM3.2 6.4 10 9.8l6.8-3.4M10 9.8V17',
  calendar: 'M4.3 4.6h11.4c.7 0 1.3.6 1.3 1.3v9.8c0 .7-.6 1.3-1.3 1.3H4.3c-.7 0-1.3-.6-1.3-1.3V5.9c0-.7.6-1.3 1.3-1.3ZM3 8.3h14M6.6 2.8v3.4M13.4 2.8v3.4',
  card: 'M4.3 4.8h11.4c.7 0 1.3.6 1.3 1.2v8c0 .7-.6 1.2-1.3 1.2H4.3c-.7 0-1.3-.5-1.3-1.2V6c0-.6.6-1.2 1.3-1.2ZM3 8.4h14M5.8 12.2h3',
  check: 'm4.5 10.5 3.6 3.6 7.4-8.2',
  chevron: 'm7.5 4.5 5.5 5.5-5.5 5.5',
  clock: 'M10 5.8V10l2.8 1.7M17.2 10a7.2 7.2 0 1 1-14.4 0 7.2 7.2 0 0 1 14.4 0Z',
  close: 'm5.5 5.5 9 9m0-9-9 9',
  coin: 'M12.6 7.4A2.7 2.7 0 0 0 10.2 6.2c-1.4 0-2.4.7-2.4 1.8 0 2.6 4.9 1.3 4.9 3.9 0 1.1-1.1 1.9-2.6 1.9a2.9 2.9 0 0 1-2.6-1.3M10 4.8v10.4M17.2 10a7.2 7.2 0 1 1-14.4 0 7.2 7.2 0 0 1 14.4 0Z',
  contract: 'M5 2.8h7l3.5 3.5v10.9H5ZM12 2.8v3.5h3.5M7.6 9h5.2M7.6 14c1.1-1.9 1.9-1.9 2.2-.3.3 1 1.3.7 3.2-.3',
  copy: 'M7.5 7.5V4.3c0-.7.5-1.3 1.2-1.3h7c.7 0 1.3.6 1.3 1.3v7c0 .7-.6 1.2-1.3 1.2h-3.2M4.3 7.5h7c.7 0 1.2.6 1.2 1.2v7c0 .7-.5 1.3-1.2 1.3h-7c-.7 0-1.3-.6-1.3-1.3v-7c0-.6.6-1.2 1.3-1.2Z',
  display: 'M3 6h8m4 0h2M3 14h2m4 0h8M13 4v4M7 12v4',
  down: 'm4.5 7.5 5.5 5.5 5.5-5.5',
  download: 'M10 3.5V13M6 9l4 4 4-4M3.5 12.5v3.2c0 .7.6 1.3 1.3 1.3h10.4c.7 0 1.3-.6 1.3-1.3v-3.2',
  filter: 'M3 5.5h14M5.7 10h8.6M8.4 14.5h3.2',
  globe: 'M17.2 10a7.2 7.2 0 1 1-14.4 0 7.2 7.2 0 0 1 14.4 0ZM3 10h14M10 2.8c2 2 3 4.5 3 7.2s-1 5.2-3 7.2c-2-2-3-4.5-3-7.2s1-5.2 3-7.2Z',
  help: 'M7.9 7.7a2.1 2.1 0 1 1 3.1 1.9c-.7.4-1 .8-1 1.5M10 13.9v.1M17.2 10a7.2 7.2 0 1 1-14.4 0 7.2 7.2 0 0 1 14.4 0Z',
  home: 'M3 9.3 10 3.3l7 6M5 8v8.2h3.6v-4.4h2.8v4.4H15V8',
  invoice: 'M5 2.8h7l3.5 3.5v10.9H5ZM12 2.8v3.5h3.5M7.6 10h5.2M7.6 13.2h5.2',
  print: 'M6 7V3h8v4M6 14H3.8A.8.8 0 0 1 3 13.2V8.5C3 7.7 3.7 7 4.5 7h11c.8 0 1.5.7 1.5 1.5v4.7a.8.8 0 0 1-.8.8H14M6 11.5h8V17H6Z',
  search: 'm16.5 16.5-3.7-3.7M14.5 8.9a5.6 5.6 0 1 1-11.2 0 5.6 5.6 0 0 1 11.2 0Z',
  upload: 'M10 13V3.5M6 7l4-4 4 4M3.5 12.5v3.2c0 .7.6 1.3 1.3 1.3h10.4c.7 0 1.3-.6 1.3-1.3v-3.2',
  user: 'M13 6.8a3 3 0 1 1-6 0 3 3 0 0 1 6 0ZM3.8 16.8c.6-3 3-4.7 6.2-4.7s5.6 1.7 6.2 4.7',
} as const;

export type IconName = keyof typeof SHAPES;

/** `turns`: whether the picture has a direction and is mirrored where the text runs from the right. */
export function Icon({ name, turns = false }: { name: IconName; turns?: boolean }) {
  return (
    <svg class={turns ? 'icon turns' : 'icon'} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={SHAPES[name]} />
    </svg>
  );
}

export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect class="mark-ground" width="32" height="32" rx="8" />
      <path class="mark-ring" d="M21.6 11.2a7.2 7.2 0 1 0 0 9.6" />
      <circle class="mark-point" cx="21.4" cy="16" r="2" />
    </svg>
  );
}
