import { useEffect, useRef, useState } from 'preact/hooks';
import { ask, asRefusal, type Me, type Payment, type Refusal } from './api';
import { keep, outdate, recall } from './resource';
import { sessionEnded } from './session';

/** How a payment is spoken of: its state, and while it is under way what it waits for. */
export type Standing = 'processor' | 'customer' | 'bank' | 'operator' | 'succeeded' | 'failed' | 'abandoned' | 'refunded' | 'partially_refunded';

export function standingOf({ state, wait }: Pick<Payment, 'state' | 'wait'>): Standing {
  switch (state) {
    case 'NEW': return 'processor';
    case 'CREATED': return wait ?? 'processor';
    default: return state.toLowerCase() as Standing;
  }
}

export function isUnderWay({ state }: Pick<Payment, 'state'>): boolean {
  return state === 'NEW' || state === 'CREATED';
}

export function isPaid({ state }: Pick<Payment, 'state'>): boolean {
  return state === 'SUCCEEDED' || state === 'PARTIALLY_REFUNDED' || state === 'REFUNDED';
}

/** The page of what a part pays: an invoice or an order. Of a renewal, its contract. */
export function pageOfPart({ invoice, order, contract }: { invoice: string; order?: string; contract?: string }): string {
  if (order) return `/orders/${encodeURIComponent(order)}`;
  return contract ? `/contracts/${encodeURIComponent(contract)}` : `/invoices/${encodeURIComponent(invoice)}`;
}

function keptAs(id: string): string {
  return `payment ${id}`;
}

/** Keeps a payment as it was answered, so that its page shows at once. */
export function keepPayment(payment: Payment): void {
  keep(keptAs(payment.id), payment);
}

/** Pauses between looks at a payment that is under way, in seconds; the last goes on. */
const PAUSES_S = [1, 2, 3, 5, 8, 13, 21, 30, 60];
const SECOND_MS = 1000;

export interface Watched {
  payment: Payment | undefined;
  failure: Refusal | undefined;
  /** Takes an answer that came by another way, such as a cancellation. */
  take(payment: Payment): void;
  reload(): void;
}

/** A payment as it stands, asked again with growing pauses for as long as it is under way. `settle`: the first look asks the processor. */
export function useWatched(me: Me, id: string, settle = false): Watched {
  const [payment, setPayment] = useState<Payment | undefined>(() => recall<Payment>(keptAs(id)));
  const [failure, setFailure] = useState<Refusal>();
  const [turn, setTurn] = useState(0);
  const seen = useRef(payment);

  const take = (next: Payment) => {
    const before = seen.current;
    seen.current = next;
    if (before && before.state !== next.state) outdate();
    keepPayment(next);
    setPayment(next);
    setFailure(undefined);
  };

  useEffect(() => {
    const abort = new AbortController();
    let looks = 0;
    let timer: ReturnType<typeof setTimeout>;
    const look = async () => {
      clearTimeout(timer);
      try {
        const known = seen.current ? isUnderWay(seen.current) : settle && looks === 0;
        const question = { params: { id }, signal: abort.signal };
        take(known ? await ask('post', '/v1/payments/{id}/settle', { ...question, json: {} })
          : await ask('get', '/v1/payments/{id}', question));
      } catch (cause) {
        if (abort.signal.aborted) return;
        const refusal = asRefusal(cause);
        if (refusal.status === 401) return sessionEnded();
        // Once it was seen, one look without an answer is no news.
        if (!seen.current) return setFailure(refusal);
      }
      if (abort.signal.aborted || !seen.current || !isUnderWay(seen.current)) return;
      timer = setTimeout(look, (PAUSES_S[looks] ?? PAUSES_S.at(-1)!) * SECOND_MS);
      looks += 1;
    };
    // Whoever comes back to the page wants to know now.
    const back = () => {
      if (document.visibilityState !== 'visible' || !seen.current || !isUnderWay(seen.current)) return;
      looks = 0;
      void look();
    };
    void look();
    document.addEventListener('visibilitychange', back);
    return () => {
      abort.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', back);
    };
  }, [me.account.id, id, turn]);

  return { payment, failure, take, reload: () => { setFailure(undefined); setTurn((count) => count + 1); } };
}
