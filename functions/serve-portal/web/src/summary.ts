import { ask, type InvoiceSummary, type Me } from './api';
import { useResource, type Resource } from './resource';

/** The account's counts and sums; the shell, the home page and the list share one answer. */
export function useSummary(me: Me): Resource<InvoiceSummary> {
  return useResource(`summary ${me.account.id}`, (signal) => ask('get', '/v1/invoices/summary', { signal }));
}
