import { createStore } from './store';

export interface Place {
  path: string;
  query: URLSearchParams;
}

interface Trace {
  scroll?: number;
  focus?: string;
}

function here(): Place {
  return { path: location.pathname, query: new URLSearchParams(location.search) };
}

export const place = createStore<Place>(here());

let focusHeading = false;
let trace: Trace = {};

function leaveTrace(): void {
  const focus = document.activeElement?.id;
  history.replaceState({ scroll: scrollY, focus } satisfies Trace, '');
}

interface Going {
  /** Takes the place of the present step, so that Back does not come here. */
  replace?: boolean;
  /** The id of what takes the focus on arrival, instead of the heading. */
  focus?: string;
}

/** Goes to an address of the portal. A change of the query alone keeps scroll and focus. */
export function navigate(to: string, { replace = false, focus }: Going = {}): void {
  const samePath = new URL(to, location.href).pathname === location.pathname;
  if (replace) history.replaceState(history.state, '', to);
  else {
    leaveTrace();
    history.pushState({}, '', to);
  }
  trace = { focus };
  focusHeading = !samePath;
  place.set(here());
  if (!samePath) scrollTo(0, 0);
}

export function startRouter(): void {
  history.scrollRestoration = 'manual';
  addEventListener('popstate', (event) => {
    trace = (event.state as Trace | null) ?? {};
    focusHeading = here().path !== place.get().path;
    place.set(here());
  });
  addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element | null)?.closest?.('a');
    if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
    if (link.getAttribute('href')?.startsWith('#')) return;
    event.preventDefault();
    navigate(link.pathname + link.search);
  });
}

/**
 * Called by a page when its content stands: puts the reader where they were before, or on the
 * heading of the new page, so that a keyboard or a screen reader starts at the right place.
 */
export function arrive(heading: HTMLElement | null): void {
  const { scroll, focus } = trace;
  trace = {};
  if (scroll !== undefined) scrollTo(0, scroll);
  if (!focusHeading) return;
  focusHeading = false;
  const before = focus ? document.getElementById(focus) : null;
  (before ?? heading)?.focus({ preventScroll: true });
}

/** What stands in an address, undefined where it is no text. */
export function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
