import { useEffect, useRef, useState } from 'preact/hooks';
import { ask, asRefusal, type Money, type Payment, type Plan, type PlanQuestion, type PlannedPayment, type Refusal } from './api';
import { addDecimals } from './decimal';
import { newKey } from './key';
import { keepPayment } from './payment';
import { outdate } from './resource';
import { chooseNot } from './selection';
import { sessionEnded } from './session';

/** What is to be paid, as the address says it. */
export type Selection =
  | { kind: 'invoices'; question: PlanQuestion }
  | { kind: 'amount'; question: PlanQuestion | null }
  | { kind: 'again'; payment: string };

export function readSelection(query: URLSearchParams): Selection {
  const payment = query.get('retry');
  if (payment) return { kind: 'again', payment };
  if (query.has('amount')) {
    const [amount, currency] = [query.get('amount'), query.get('currency')];
    return { kind: 'amount', question: amount && currency ? { oldestFirst: { amount, currency } } : null };
  }
  const ids = [...new Set((query.get('ids') ?? '').split(',').filter((id) => id !== ''))];
  return { kind: 'invoices', question: ids.length > 0 ? { invoices: ids.map((id) => ({ id })) } : { pastDue: true } };
}

const STEPS = ['what', 'rewards', 'how', 'check'] as const;
export type Step = (typeof STEPS)[number];

export function stepOf(query: URLSearchParams): Step {
  return STEPS.find((step) => step === query.get('step')) ?? 'what';
}

/** The address of a step of the same selection. */
export function addressOfStep(query: URLSearchParams, step: Step): string {
  const next = new URLSearchParams(query);
  next.delete('step');
  if (step !== 'what') next.set('step', step);
  // Commas between ids stay readable.
  return `/pay?${next.toString().replaceAll('%2C', ',')}`;
}

/** What is asked of the API for one payment; the key names the attempt, whatever becomes of the answer. */
export interface Attempt {
  key: string;
  order: Order;
  sent: boolean;
  payment?: string;
}

export interface Order {
  parts: { invoice: string; version: number; amount: Money }[];
  charge: Money;
  credit: Money;
  method: string;
  keep: boolean;
  rewards?: { subscription: string; code: string; amount: Money; fxRate: string };
}

/** How much of whose rewards is used; the code is sent with the payment. */
export interface RewardsChosen {
  subscription: string;
  currency: string;
  amount: string;
  code: string;
}

/** One invoice, order or renewal of what is to be paid. `part` is the amount asked for at first, where that is not all. */
export interface Line {
  kind: PlannedPayment['parts'][number]['kind'];
  invoice: string;
  number: string;
  dueOn?: string;
  outstanding: Money;
  part?: string;
}

/** What a person has decided on the way, kept through reloads and the processor's page. */
export interface Draft {
  account: string;
  selection: string;
  lines: Line[];
  /** Amounts that were typed, by invoice. */
  amounts: Record<string, string>;
  dropped: string[];
  /** Undefined until it is chosen, "" for the processor's page. */
  method?: string;
  keep: boolean;
  rewards?: RewardsChosen;
  attempts: Attempt[];
}

/** Changes the draft as it stands at that moment, and answers what it is then. */
export type ChangeDraft = (next: Partial<Draft> | ((now: Draft) => Partial<Draft>)) => Draft;

const STORAGE_KEY = 'center.pay';

function storedDraft(): Draft | null {
  try {
    return JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? 'null') as Draft | null;
  } catch {
    return null;
  }
}

function storeDraft(draft: Draft): void {
  try {
    sessionStorage.setItem(STORAGE_KEY, JSON.stringify(draft));
  } catch {
    // Without storage a reload begins anew; the server still pays nothing twice.
  }
}

/** Nothing of the selection is left to decide. */
function forgetDraft(): void {
  try {
    sessionStorage.removeItem(STORAGE_KEY);
  } catch {
    // Nothing was stored then.
  }
}

/** The draft of a selection and the way to change it; what is changed is stored before it is used. */
export function useDraft(account: string, query: URLSearchParams): [Draft, ChangeDraft] {
  const selection = addressOfStep(query, 'what');
  const [, render] = useState({});
  const draft = useRef<Draft>(null);
  if (draft.current?.selection !== selection || draft.current.account !== account) {
    const stored = storedDraft();
    draft.current = stored?.selection === selection && stored.account === account ? stored
      : { account, selection, lines: [], amounts: {}, dropped: [], method: query.get('method') ?? undefined, keep: false, attempts: [] };
  }
  const change: ChangeDraft = (next) => {
    const now = draft.current!;
    const changed = { ...now, ...(typeof next === 'function' ? next(now) : next) };
    draft.current = changed;
    storeDraft(changed);
    render({});
    return changed;
  };
  return [draft.current, change];
}

/** Where the other payments of a selection wait that one payment was a part of, if any do. */
export function restOfSelection(account: string, payment: string): string | null {
  const draft = storedDraft();
  if (draft?.account !== account || !draft.attempts.some((attempt) => attempt.payment === payment)) return null;
  return draft.attempts.some((attempt) => attempt.payment === undefined)
    ? addressOfStep(new URL(draft.selection, location.href).searchParams, 'check') : null;
}

/** Notes which payment an attempt became; answers whether it is the only one of the selection. */
export function noteMade(change: ChangeDraft, attempt: Attempt, payment: Payment): boolean {
  const { attempts } = change((now) => ({
    attempts: now.attempts.map((entry) => (entry.key === attempt.key ? { ...entry, payment: payment.id, sent: true } : entry)),
  }));
  if (attempts.every((entry) => entry.payment !== undefined)) forgetDraft();
  return attempts.length === 1;
}

/** The order that pays a planned payment. */
export function orderOf(planned: PlannedPayment, method: string, keepMethod: boolean, code = ''): Order {
  const used = planned.rewards;
  return {
    parts: planned.parts.map((part) => ({
      invoice: part.invoice, version: part.version, amount: { amount: wholeOf(part), currency: part.amount.currency },
    })),
    charge: planned.charge,
    credit: planned.credit,
    method,
    keep: method === '' && keepMethod,
    ...(used && { rewards: { subscription: used.subscription, code, amount: used.amount, fxRate: used.fxRate } }),
  };
}

/** What a payment does to one of its parts: by money, by account credit and by rewards. */
export function wholeOf({ amount, credit, rewards }: { amount: Money; credit: Money; rewards?: Money }): string {
  return addDecimals(addDecimals(amount.amount, credit.amount), rewards?.amount ?? '0');
}

/** The attempt of an order: the one begun before, where it asked for the same, or a new one. */
export function attemptFor(attempts: Attempt[], order: Order): Attempt {
  const same = attempts.find((attempt) => attempt.payment === undefined && JSON.stringify(attempt.order) === JSON.stringify(order));
  return same ?? { key: newKey(), order, sent: false };
}

/** Sends an attempt. The same attempt sent again is never a second payment. */
export async function send(attempt: Attempt): Promise<Payment> {
  const payment = await ask('post', '/v1/payments', { json: attempt.order, headers: { 'idempotency-key': attempt.key } });
  outdate();
  keepPayment(payment);
  chooseNot(attempt.order.parts.map((part) => part.invoice));
  return payment;
}

/** Goes to the processor's page or to an authentication. */
export function leaveFor(url: string): void {
  if (/^https?:\/\//.test(url)) location.assign(url);
}

export interface Planning {
  plan: Plan | undefined;
  failure: Refusal | undefined;
  loading: boolean;
  reload(): void;
}

/** Plans what is asked; the plan before stays visible while the next is made. */
export function usePlan(question: PlanQuestion | null): Planning {
  const text = question && JSON.stringify(question);
  const [turn, setTurn] = useState(0);
  const [state, setState] = useState<{ text: string | null; plan?: Plan; failure?: Refusal }>({ text: null });
  useEffect(() => {
    if (text === null) return;
    const abort = new AbortController();
    ask('post', '/v1/payments/plan', { json: JSON.parse(text) as PlanQuestion, signal: abort.signal }).then(
      (plan) => setState({ text, plan }),
      (cause: unknown) => {
        if (abort.signal.aborted) return;
        const failure = asRefusal(cause);
        if (failure.status === 401) sessionEnded();
        else setState((now) => ({ text, plan: now.plan, failure }));
      },
    );
    return () => abort.abort();
  }, [text, turn]);
  return {
    plan: state.plan,
    failure: state.text === text ? state.failure : undefined,
    loading: text !== null && state.text !== text,
    reload: () => {
      setState((now) => ({ text: null, plan: now.plan }));
      setTurn((count) => count + 1);
    },
  };
}
