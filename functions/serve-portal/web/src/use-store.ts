import { useEffect, useState } from 'preact/hooks';
import type { Store } from './store';

/** Reads a store and renders again when it changes. */
export function useStore<T>(store: Store<T>): T {
  const [, render] = useState({});
  const seen = store.get();
  useEffect(() => {
    const stop = store.subscribe(() => render({}));
    // The store may have changed between the first render and this effect.
    if (!Object.is(seen, store.get())) render({});
    return stop;
  }, [store]);
  return seen;
}
