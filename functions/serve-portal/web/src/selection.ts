import type { InvoiceRow, Me } from './api';
import { addDecimals, isZero } from './decimal';
import { session } from './session';
import { createStore } from './store';

/** Invoices chosen for paying. The choice outlives filters, pages and a look at an invoice, but not the account. */
export const chosen = createStore<{ account: string; rows: ReadonlyMap<string, InvoiceRow> }>({ account: '', rows: new Map() });

/** As many as the plan of one selection takes. */
export const MOST_CHOSEN = 200;

export function chosenIn(me: Me): ReadonlyMap<string, InvoiceRow> {
  const { account, rows } = chosen.get();
  return account === me.account.id ? rows : new Map();
}

export function isPayable(row: InvoiceRow): boolean {
  return (row.status === 'OPEN' || row.status === 'PAST_DUE') && row.kind !== 'credit_note' && row.kind !== 'proforma'
    && !isZero(row.outstanding.amount) && isZero(row.processing.amount);
}

export function choose(me: Me, rows: InvoiceRow[], on: boolean): void {
  const next = new Map(chosenIn(me));
  for (const row of rows) {
    if (!on) next.delete(row.id);
    else if (isPayable(row) && next.size < MOST_CHOSEN) next.set(row.id, row);
  }
  chosen.set({ account: me.account.id, rows: next });
}

/** Takes invoices out of the choice. */
export function chooseNot(ids: string[]): void {
  const { account, rows } = chosen.get();
  const rest = [...rows].filter(([id]) => !ids.includes(id));
  if (rest.length < rows.size) chosen.set({ account, rows: new Map(rest) });
}

export function chooseNone(): void {
  chosen.set({ account: '', rows: new Map() });
}

session.subscribe(() => {
  if (!session.get()) chooseNone();
});

/** The sums of what is chosen, one per currency, in the order they were met. */
export function sumsOf(rows: Iterable<InvoiceRow>): { amount: string; currency: string }[] {
  const sums = new Map<string, string>();
  for (const { outstanding: { amount, currency } } of rows) sums.set(currency, addDecimals(sums.get(currency) ?? '0', amount));
  return [...sums].map(([currency, amount]) => ({ amount, currency }));
}
