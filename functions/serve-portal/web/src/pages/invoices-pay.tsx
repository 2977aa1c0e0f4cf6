import { useEffect } from 'preact/hooks';
import type { InvoiceSummary, Me } from '../api';
import { chosen, chosenIn, chooseNone, sumsOf } from '../selection';
import { useStore } from '../use-store';
import { Icon } from '../ui/icons';
import { Money } from '../ui/text';
import { moneyText, t } from '../words';

/** The two ways to pay without choosing invoices: all that is past due, and an amount. */
export function PayAll({ summary }: { summary: InvoiceSummary | undefined }) {
  if (!summary) return null;
  const open = summary.currencies.some((currency) => currency.statuses.some((entry) => (
    (entry.status === 'OPEN' || entry.status === 'PAST_DUE') && entry.count > 0)));
  if (!open) return null;
  return (
    <>
      <a class="button" href="/pay?amount=">{t('invoices.payAmount')}</a>
      {summary.counts.pastDue > 0 && <a class="button button-main" href="/pay?past-due=1">{t('invoices.payPastDue')}</a>}
    </>
  );
}

/** The bar at the foot of the list: what is chosen, its sum per currency, and the way to pay it. */
export function PayBar({ me }: { me: Me }) {
  useStore(chosen);
  const rows = chosenIn(me);
  const shown = rows.size > 0;
  // What has the focus is never behind the bar.
  useEffect(() => {
    document.documentElement.classList.toggle('has-pay-bar', shown);
    return () => document.documentElement.classList.remove('has-pay-bar');
  }, [shown]);
  if (!shown) return null;
  const sums = sumsOf(rows.values());
  const [first] = sums;
  return (
    <section class="pay-bar screen-only" aria-label={t('invoices.chosen', { n: rows.size })}>
      <div class="pay-bar-what">
        <p class="strong" role="status">{t('invoices.chosen', { n: rows.size })}</p>
        <p class="pay-bar-sums">{sums.map((sum) => <span key={sum.currency}><Money value={sum} /></span>)}</p>
        {sums.length > 1 && <p class="quiet">{t('invoices.mixed', { n: sums.length })}</p>}
      </div>
      <div class="actions">
        <button type="button" class="button button-quiet" onClick={chooseNone}><Icon name="close" />{t('invoices.chooseNone')}</button>
        <a class="button button-main" href={`/pay?ids=${[...rows.keys()].map(encodeURIComponent).join(',')}`}>
          {sums.length > 1 ? t('invoices.payEach', { n: sums.length }) : t('invoices.pay', { amount: moneyText(first!) })}
        </a>
      </div>
    </section>
  );
}

