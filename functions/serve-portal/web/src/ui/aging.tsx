import type { Bucket, CurrencySummary, Money as MoneyValue } from '../api';
import { addDecimals, isZero } from '../decimal';
import { number, rich, t } from '../words';
import { Shares, Swatch } from './shares';
import { Money } from './text';

const TONES: Record<Bucket, string> = {
  'current': 'age0', '1-30': 'age1', '31-60': 'age2', '61-90': 'age3', '91-120': 'age4', '120+': 'age5',
};

export function bucketName(bucket: Bucket): string {
  if (bucket === 'current') return t('aging.current');
  const [from = 0, to = 0] = bucket.match(/\d+/g)?.map(Number) ?? [];
  return bucket === '120+' ? t('aging.over', { from: number(from) }) : t('aging.days', { from, to });
}

function parts(summary: CurrencySummary) {
  return summary.aging.map((age) => ({ name: age.bucket, tone: TONES[age.bucket], amount: age.outstanding.amount }));
}

export function hasAging(summary: CurrencySummary): boolean {
  return summary.aging.some((age) => !isZero(age.outstanding.amount));
}

/** The sum of the buckets, exact. */
export function outstandingOf(summary: CurrencySummary): MoneyValue {
  return {
    amount: summary.aging.map((age) => age.outstanding.amount).reduce(addDecimals, '0'),
    currency: summary.currency,
  };
}

/** How much of it is past due, in words. */
export function PastDue({ summary }: { summary: CurrencySummary }) {
  const late = summary.statuses.find((entry) => entry.status === 'PAST_DUE');
  if (!late || late.count === 0) return <p class="quiet">{t('aging.nonePastDue')}</p>;
  return <p class="owed-late">{rich('aging.pastDue', { amount: <Money value={late.outstanding} /> })}</p>;
}

/** The picture with the table that says the same. */
export function AgingTable({ summary }: { summary: CurrencySummary }) {
  return (
    <>
      <Shares parts={parts(summary)} />
      <table class="plain aging-table">
        <caption class="hidden">{t('aging.caption', { currency: summary.currency })}</caption>
        <thead class="hidden">
          <tr><th scope="col">{t('aging.bucket')}</th><th scope="col">{t('nav.invoices')}</th><th scope="col">{t('amount.outstanding')}</th></tr>
        </thead>
        <tbody>
          {summary.aging.map((age) => (
            <tr key={age.bucket} class={age.count === 0 ? 'nothing' : ''}>
              <th scope="row"><Swatch tone={TONES[age.bucket]} />{bucketName(age.bucket)}</th>
              <td class="quiet">{t('aging.count', { n: age.count })}</td>
              <td class="figure"><Money value={age.outstanding} bare /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** The picture whose parts are filters of the invoice list. */
export function AgingFilter({ summary, chosen, href }: {
  summary: CurrencySummary; chosen: Bucket | undefined; href: (bucket: Bucket | undefined) => string;
}) {
  return (
    <section class="aging" aria-label={t('aging.caption', { currency: summary.currency })}>
      <header class="aging-head">
        <p><span class="aging-total"><Money value={outstandingOf(summary)} /></span> <span class="quiet">{t('aging.outstanding')}</span></p>
        <PastDue summary={summary} />
      </header>
      <Shares parts={parts(summary)} />
      <ul class="aging-parts">
        {summary.aging.map((age) => {
          const active = chosen === age.bucket;
          const inner = (
            <>
              <span class="aging-name"><Swatch tone={TONES[age.bucket]} />{bucketName(age.bucket)}</span>
              <span class="aging-amount"><Money value={age.outstanding} bare /></span>
              <span class="quiet">{t('aging.count', { n: age.count })}</span>
              {active && <span class="hidden">{t('aging.selected')}</span>}
            </>
          );
          return (
            <li key={age.bucket}>
              {age.count > 0 || active
                ? <a class="aging-part" href={href(active ? undefined : age.bucket)} aria-current={active ? 'true' : undefined}>{inner}</a>
                : <span class="aging-part nothing">{inner}</span>}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
