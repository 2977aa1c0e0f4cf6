import { useEffect, useState } from 'preact/hooks';
import { asRefusal, type Refusal } from './api';
import { keep } from './resource';
import { sessionEnded } from './session';
import { SectionFailure } from './ui/states';

interface Page<Row> {
  items: Row[];
  next?: string;
}

interface Paged<Row, P extends Page<Row>> {
  page: P;
  state: 'idle' | 'loading' | Refusal;
  more: () => void;
}

/** A list that grows page by page. What was loaded is kept under the key, so that going back finds it. */
export function usePaged<Row, P extends Page<Row>>(key: string, first: P, load: (cursor: string) => Promise<P>): Paged<Row, P> {
  const [page, setPage] = useState(first);
  const [state, setState] = useState<'idle' | 'loading' | Refusal>('idle');
  useEffect(() => setPage(first), [first]);
  const more = async () => {
    if (!page.next || state === 'loading') return;
    setState('loading');
    try {
      const next = await load(page.next);
      const whole = { ...next, items: [...page.items, ...next.items] };
      keep(key, whole);
      setPage(whole);
      setState('idle');
    } catch (cause) {
      const refusal = asRefusal(cause);
      if (refusal.status === 401) return sessionEnded();
      setState(refusal);
    }
  };
  return { page, state, more: () => void more() };
}

/** The button that loads the next page; nothing where there is none. */
export function More<Row>({ paged, label, busy }: { paged: Paged<Row, Page<Row>>; label: string; busy: string }) {
  const { page, state, more } = paged;
  return (
    <>
      {page.next && (
        <p class="more"><button type="button" class="button screen-only" aria-disabled={state === 'loading'} onClick={more}>
          {state === 'loading' ? busy : label}
        </button></p>
      )}
      {typeof state !== 'string' && <SectionFailure failure={state} retry={more} />}
    </>
  );
}
