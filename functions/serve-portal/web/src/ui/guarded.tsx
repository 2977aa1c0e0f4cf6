import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { asRefusal, type Refusal } from '../api';
import { sessionEnded } from '../session';
import { FreshCode } from './fresh-code';

export interface Guarded {
  /** Runs an act; where a fresh code is asked for, asks for it and runs the act again. */
  run: (act: () => Promise<void>, action: string) => Promise<void>;
  busy: boolean;
  failure: Refusal | undefined;
  clear: () => void;
  /** The window that asks for the code; stands anywhere on the page. */
  window: ComponentChildren;
}

/** Acts that ask for a fresh code where the last is too old. */
export function useGuarded(): Guarded {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Refusal>();
  const [waiting, setWaiting] = useState<{ act: () => Promise<void>; action: string }>();
  const run = async (act: () => Promise<void>, action: string) => {
    if (busy) return;
    setBusy(true);
    setFailure(undefined);
    try {
      await act();
    } catch (cause) {
      const refusal = asRefusal(cause);
      if (refusal.status === 401) return sessionEnded();
      if (refusal.slug === 'fresh-code-needed') setWaiting({ act, action });
      else setFailure(refusal);
    }
    setBusy(false);
  };
  const again = () => {
    const asked = waiting!;
    setWaiting(undefined);
    void run(asked.act, asked.action);
  };
  return {
    run, busy, failure, clear: () => setFailure(undefined),
    window: waiting && <FreshCode action={waiting.action} onDone={again} onClose={() => setWaiting(undefined)} />,
  };
}
