import { useEffect, useRef, useState } from 'preact/hooks';
import { asRefusal, type Refusal } from './api';
import { sessionEnded } from './session';
import { createStore } from './store';
import { useStore } from './use-store';

const FRESH_MS = 20_000;
const MOST_KEPT = 60;

interface Kept {
  value: unknown;
  at: number;
}

const kept = new Map<string, Kept>();

/** Answers are kept so that going back shows at once what was there. */
export function keep(key: string, value: unknown): void {
  kept.delete(key);
  kept.set(key, { value, at: Date.now() });
  if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value as string);
}

export function recall<T>(key: string): T | undefined {
  return kept.get(key)?.value as T | undefined;
}

/** Counts up when something was changed that many answers show. */
const changes = createStore(0);

/** Forgets what is kept and asks anew for what is on the screen, which stays until the answers are there. */
export function outdate(): void {
  kept.clear();
  changes.set(changes.get() + 1);
}

/** What one account's contact saw is nobody else's: forgotten on sign-out and account change. */
export function forgetAll(): void {
  kept.clear();
}

export interface Resource<T> {
  /** The newest answer; while another key loads, undefined. */
  value: T | undefined;
  failure: Refusal | undefined;
  loading: boolean;
  reload(): void;
}

/**
 * Loads something of the API by key. What is kept under the key shows at once and is asked again
 * when older than some seconds. A 401 sends the person to sign in and back.
 */
export function useResource<T>(key: string, load: (signal: AbortSignal) => Promise<T>): Resource<T> {
  const [turn, setTurn] = useState(0);
  const change = useStore(changes);
  const [state, setState] = useState<{ key: string; value?: T; failure?: Refusal; done: boolean }>(() => ({
    key, value: recall<T>(key), done: recall(key) !== undefined,
  }));
  const loader = useRef(load);
  loader.current = load;

  useEffect(() => {
    const old = kept.get(key);
    setState((now) => (now.key === key && now.value !== undefined && !old ? now
      : { key, value: old?.value as T | undefined, done: old !== undefined }));
    if (old && turn === 0 && Date.now() - old.at < FRESH_MS) return;
    const abort = new AbortController();
    loader.current(abort.signal).then(
      (value) => {
        if (abort.signal.aborted) return;
        keep(key, value);
        setState({ key, value, done: true });
      },
      (cause: unknown) => {
        if (abort.signal.aborted) return;
        const failure = asRefusal(cause);
        if (failure.status === 401) sessionEnded();
        else setState({ key, failure, done: true });
      },
    );
    return () => abort.abort();
  }, [key, turn, change]);

  const current = state.key === key ? state : { value: recall<T>(key), failure: undefined, done: false };
  return {
    value: current.value,
    failure: current.failure,
    loading: !current.done,
    reload: () => {
      kept.delete(key);
      setTurn((count) => count + 1);
    },
  };
}
