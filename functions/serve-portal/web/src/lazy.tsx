import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Skeleton } from './ui/states';
import { Stale } from './ui/stale';
import { loadWords, type Area } from './words';

const sheets = new Map<string, Promise<void>>();

/** Adds a style sheet to the document, once. */
function loadSheet(file: string): Promise<void> {
  let loading = sheets.get(file);
  if (!loading) {
    loading = new Promise((resolve, reject) => {
      const link = document.createElement('link');
      link.rel = 'stylesheet';
      link.href = new URL(file, import.meta.url).href;
      link.onload = () => resolve();
      link.onerror = () => {
        sheets.delete(file);
        link.remove();
        reject(new Error(`${file} is not there`));
      };
      document.head.append(link);
    });
    sheets.set(file, loading);
  }
  return loading;
}

/** What is fetched beside a page or a part of one. */
export interface Beside {
  words: Area[];
  /** Style sheets beside the common one. */
  sheets?: string[];
}

/** A page, or a part of one, that is fetched with its words when it is first shown; `lines` hold its place until then. */
export function lazy<P extends object>(
  load: () => Promise<{ default: ComponentType<P> }>, { words, sheets: files = [] }: Beside, lines = 6,
): ComponentType<P> {
  let Loaded: ComponentType<P> | undefined;
  return function Lazy(props: P) {
    const [state, setState] = useState<'loading' | 'ready' | 'failed'>(Loaded ? 'ready' : 'loading');
    useEffect(() => {
      if (Loaded) return;
      Promise.all([load(), loadWords(...words), ...files.map(loadSheet)]).then(
        ([module]) => {
          Loaded = module.default;
          setState('ready');
        },
        () => setState('failed'),
      );
    }, []);
    // After a deploy the old pages are gone: only loading the portal anew helps.
    if (state === 'failed') return <Stale />;
    return Loaded ? <Loaded {...props} /> : <Skeleton lines={lines} tall />;
  };
}
