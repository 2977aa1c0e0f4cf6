import type { Bucket, InvoiceStatus } from './api';

/** How the invoice list is looked at. All of it stands in the address, so it can be shared and gone back to. */
export interface View {
  status: Tab;
  kind?: string;
  q?: string;
  type?: string;
  currency?: string;
  bucket?: Bucket;
  issuedFrom?: string;
  issuedTo?: string;
  dueFrom?: string;
  dueTo?: string;
  amountFrom?: string;
  amountTo?: string;
  sort?: string;
}

export type Tab = 'all' | 'past-due' | 'open' | 'closed';
export type Name = Exclude<keyof View, 'status'>;

/** What a payment has been submitted for is still open until the money is there. */
const STATUSES: Record<Exclude<Tab, 'all'>, InvoiceStatus[]> = {
  'past-due': ['PAST_DUE'], 'open': ['OPEN', 'PAYMENT_SUBMITTED'], 'closed': ['CLOSED'],
};

export const FILTERS = [
  'kind', 'currency', 'bucket', 'type', 'issuedFrom', 'issuedTo', 'dueFrom', 'dueTo', 'amountFrom', 'amountTo',
] as const satisfies readonly Name[];

const NAMES: readonly Name[] = ['q', ...FILTERS, 'sort'];

export function readView(query: URLSearchParams): View {
  const status = query.get('status') ?? '';
  const view: View = { status: status in STATUSES ? (status as Tab) : 'all' };
  for (const name of NAMES) {
    const value = query.get(name);
    if (value) view[name] = value as never;
  }
  return view;
}

/** The address of the list seen this way. */
export function addressOf(view: View): string {
  const query = new URLSearchParams();
  if (view.status !== 'all') query.set('status', view.status);
  for (const name of NAMES) {
    const value = view[name];
    if (value) query.set(name, value);
  }
  return query.size > 0 ? `/invoices?${query}` : '/invoices';
}

/** What to ask the API for this view. */
export function questionOf({ status, ...rest }: View): Record<string, string | undefined> {
  return { ...rest, status: status === 'all' ? undefined : STATUSES[status].join(',') };
}

export function filtersOn(view: View): Name[] {
  return FILTERS.filter((name) => view[name]);
}

/** The list as it was last seen: where an opened invoice finds its neighbours and the way back. */
export const lastList: { address: string; ids: string[] } = { address: '/invoices', ids: [] };
