import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Skeleton } from './ui/states';
import { Stale } from './ui/stale';
import { loadWords, type Area } from './words';

/** A page that is fetched, with its words, when it is first opened. */
export function lazy<P extends object>(area: Area, load: () => Promise<{ default: ComponentType<P> }>): ComponentType<P> {
  let Loaded: ComponentType<P> | undefined;
  return function Lazy(props: P) {
    const [state, setState] = useState<'loading' | 'ready' | 'failed'>(Loaded ? 'ready' : 'loading');
    useEffect(() => {
      if (Loaded) return;
      Promise.all([load(), loadWords(area)]).then(
        ([module]) => {
          Loaded = module.default;
          setState('ready');
        },
        () => setState('failed'),
      );
    }, []);
    // After a deploy the old pages are gone: only loading the portal anew helps.
    if (state === 'failed') return <Stale />;
    return Loaded ? <Loaded {...props} /> : <Skeleton lines={6} tall />;
  };
}
