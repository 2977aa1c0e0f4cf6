import { ask, type CurrencySummary, type InvoicePage, type InvoiceRow, type InvoiceSummary, type Me, type Money as MoneyValue } from '../api';
import { daysBetween } from '../dates';
import { isZero } from '../decimal';
import { lazy } from '../lazy';
import { useResource } from '../resource';
import { opens, reads, useMe } from '../session';
import { useSummary } from '../summary';
import { AgingTable, hasAging, outstandingOf, PastDue } from '../ui/aging';
import { Icon, type IconName } from '../ui/icons';
import { PageTitle } from '../ui/page';
import { Blank, Section, Skeleton } from '../ui/states';
import { Day, dueInWords, Identifier, Money, Said } from '../ui/text';
import { day, fullDay, rich, t } from '../words';
import { useAgreementNeeds } from './home-agreements';
import { usePaymentNeeds, type PaymentNeeds } from './home-payments';

const Reach = lazy(() => import('./home-reach'), { words: ['letters'] }, 0);

const DUE_SOON_DAYS = 7;
const LOOKED_AT = 20;
const NEXT_SHOWN = 5;

export default function Home() {
  const me = useMe();
  return (
    <>
      <header class="page-head">
        <div>
          <PageTitle title={t('home.title')}><bdi>{me.account.name}</bdi></PageTitle>
          <p class="lead">{fullDay(me.account.today)}</p>
        </div>
      </header>
      <div class="home-reach"><Reach /></div>
      {opens(me, 'invoices') ? <Standing me={me} /> : (
        <OwnOrders me={me} />
      )}
    </>
  );
}

/** For those whose access is to orders that name them. */
function OwnOrders({ me }: { me: Me }) {
  const { needs, loading } = useAgreementNeeds(me);
  return (
    <div class="home">
      <section class="home-attention" aria-labelledby="attention">
        <h2 id="attention">{t('home.attention')}</h2>
        {needs.length > 0 ? <NeedList needs={needs} /> : loading ? <Skeleton lines={3} tall /> : (
          <Blank icon="check" title={t('home.nothing')} detail={t('home.noInvoices')}>
            {reads(me, 'orders') && <a class="button" href="/orders">{t('home.toOrders')}</a>}
          </Blank>
        )}
      </section>
    </div>
  );
}

function Standing({ me }: { me: Me }) {
  const summary = useSummary(me);
  const late = useResource(`home-late ${me.account.id}`, (signal) =>
    ask('get', '/v1/invoices', { query: { status: 'PAST_DUE', limit: LOOKED_AT }, signal }));
  const payments = usePaymentNeeds(me);
  const { needs: agreements } = useAgreementNeeds(me);
  const open = useResource(`home-open ${me.account.id}`, (signal) =>
    ask('get', '/v1/invoices', { query: { status: 'OPEN', limit: LOOKED_AT }, signal }));
  return (
    <div class="home">
      <section class="home-attention" aria-labelledby="attention">
        <h2 id="attention">{t('home.attention')}</h2>
        <Section resource={summary} skeleton={<Skeleton lines={3} tall />}>
          {(value) => <Attention summary={value} late={late.value} open={open.value} payments={payments} agreements={agreements} />}
        </Section>
      </section>
      <section class="home-owe" aria-labelledby="owe">
        <h2 id="owe">{t('home.owe')}</h2>
        <Section resource={summary} skeleton={<Skeleton lines={6} />}>
          {(value) => <Owed summary={value} />}
        </Section>
      </section>
      <section class="home-next" aria-labelledby="next">
        <h2 id="next">{t('home.next')}</h2>
        <Section resource={open}>{(value) => <Next page={value} />}</Section>
      </section>
    </div>
  );
}

export interface Need {
  key: string;
  tone: 'late' | 'soon' | 'good';
  icon: IconName;
  title: string;
  detail: string;
  amount?: MoneyValue;
  href: string;
  action: string;
}

function Attention({ summary, late, open, payments, agreements }: {
  summary: InvoiceSummary; late?: InvoicePage; open?: InvoicePage; payments: PaymentNeeds; agreements: Need[];
}) {
  const needs = [
    ...payments.urgent,
    ...pastDueNeeds(summary, late?.items ?? []),
    ...dueSoonNeeds(summary.today, open?.items ?? []),
    ...flagNeeds([...(late?.items ?? []), ...(open?.items ?? [])], payments.covered),
    ...agreements,
    ...payments.later,
    ...creditNeeds(summary),
  ];
  return needs.length === 0 ? <NothingToDo summary={summary} /> : <NeedList needs={needs} />;
}

function NeedList({ needs }: { needs: Need[] }) {
  return (
    <ul class="needs">
      {needs.map((need) => (
        <li key={need.key} class={`need need-${need.tone}`}>
          <span class="need-icon"><Icon name={need.icon} /></span>
          <div class="need-text">
            <p class="need-title">{need.title}</p>
            <p class="quiet">{need.detail}</p>
          </div>
          {need.amount && <p class="need-amount"><Money value={need.amount} /></p>}
          <a class="button" href={need.href} aria-label={`${need.action}: ${need.title}`}>{need.action}</a>
        </li>
      ))}
    </ul>
  );
}

function NothingToDo({ summary }: { summary: InvoiceSummary }) {
  const next = summary.currencies.map((currency) => currency.nextDueOn).filter((on) => on !== undefined).sort()[0];
  return (
    <Blank icon="check" title={t('home.nothing')}
      detail={next ? t('home.nothingNext', { date: day(next, 'long') }) : t('home.nothingNone')} />
  );
}

function sumOf(currency: CurrencySummary, status: 'PAST_DUE' | 'OPEN') {
  return currency.statuses.find((entry) => entry.status === status);
}

function pastDueNeeds(summary: InvoiceSummary, rows: InvoiceRow[]): Need[] {
  return summary.currencies.flatMap((currency) => {
    const sum = sumOf(currency, 'PAST_DUE');
    if (!sum || sum.count === 0) return [];
    // The list comes latest first, so the first of the currency is its oldest.
    const oldest = rows.find((row) => row.outstanding.currency === currency.currency);
    return [{
      key: `late ${currency.currency}`, tone: 'late' as const, icon: 'alert' as const,
      title: t('home.pastDue', { n: sum.count }),
      detail: oldest ? t('home.pastDueDetail', { n: oldest.daysLate }) : '',
      amount: sum.outstanding,
      href: `/invoices?status=past-due&currency=${currency.currency}`,
      action: t('home.showInvoices'),
    }];
  });
}

function dueSoonNeeds(today: string, rows: InvoiceRow[]): Need[] {
  const soon = rows.filter((row) => row.dueOn && daysBetween(today, row.dueOn) <= DUE_SOON_DAYS);
  const first = soon[0]?.dueOn;
  if (!first) return [];
  const last = soon[soon.length - 1]?.dueOn;
  return [{
    key: 'soon', tone: 'soon', icon: 'clock',
    title: t('home.dueSoon', { n: soon.length, days: DUE_SOON_DAYS }),
    detail: t('home.dueSoonDetail', { date: day(first, 'long') }),
    href: `/invoices?status=open&dueTo=${last}`,
    action: t('home.showInvoices'),
  }];
}

function flagNeeds(rows: InvoiceRow[], covered: ReadonlySet<string>): Need[] {
  const needs: Need[] = [];
  const failed = rows.filter((row) => row.flags.includes('payment_failed') && !covered.has(row.id));
  const withoutPo = rows.filter((row) => row.flags.includes('po_missing'));
  if (failed[0]) {
    needs.push({
      key: 'failed', tone: 'late', icon: 'alert', title: t('home.paymentFailed', { n: failed.length }), detail: failed[0].number,
      href: failed.length === 1 ? `/invoices/${failed[0].id}` : '/invoices?status=past-due', action: t('home.show'),
    });
  }
  if (withoutPo[0]) {
    needs.push({
      key: 'po', tone: 'soon', icon: 'invoice', title: t('home.poMissing', { n: withoutPo.length }), detail: t('home.poMissingDetail'),
      href: withoutPo.length === 1 ? `/invoices/${withoutPo[0].id}` : `/invoices?status=${withoutPo[0].status === 'OPEN' ? 'open' : 'past-due'}`,
      action: t('home.show'),
    });
  }
  return needs;
}

function creditNeeds(summary: InvoiceSummary): Need[] {
  return summary.currencies.filter((currency) => !isZero(currency.accountCredit.amount)).map((currency) => ({
    key: `credit ${currency.currency}`, tone: 'good', icon: 'coin',
    title: t('home.credit'), detail: t('home.creditDetail'), amount: currency.accountCredit,
    href: `/invoices?kind=credit_note&currency=${currency.currency}`, action: t('home.show'),
  }));
}

function Owed({ summary }: { summary: InvoiceSummary }) {
  if (summary.currencies.length === 0) return <Blank icon="check" title={t('home.nothingOwed')} />;
  return <>{summary.currencies.map((currency) => <OwedIn key={currency.currency} currency={currency} />)}</>;
}

function OwedIn({ currency }: { currency: CurrencySummary }) {
  return (
    <article class="card owed" aria-label={t('home.oweIn', { currency: currency.currency })}>
      <header class="owed-head">
        <p class="owed-label">{rich('home.oweIn', { currency: <Identifier>{currency.currency}</Identifier> })}</p>
        <p class="owed-total"><Money value={outstandingOf(currency)} /></p>
        <PastDue summary={currency} />
      </header>
      {hasAging(currency) && <AgingTable summary={currency} />}
      {!isZero(currency.accountCredit.amount) && (
        <p class="owed-credit"><Icon name="coin" /><span>{rich('home.creditAvailable', { amount: <Money value={currency.accountCredit} /> })}</span></p>
      )}
    </article>
  );
}

function Next({ page }: { page: InvoicePage }) {
  if (page.items.length === 0) return <p class="quiet">{t('home.nextNone')}</p>;
  return (
    <>
      <ul class="next card">
        {page.items.slice(0, NEXT_SHOWN).map((row) => (
          <li key={row.id}>
            <a class="next-row" href={`/invoices/${row.id}`}>
              <span class="strong"><Identifier>{row.number}</Identifier></span>
              <span class="next-amount"><Money value={row.outstanding} /></span>
              {row.title && <Said class="next-what quiet clip">{row.title}</Said>}
              <span class="next-when">
                {row.dueOn && <Day on={row.dueOn} />}
                <span class="quiet">{dueInWords(row, page.today)}</span>
              </span>
            </a>
          </li>
        ))}
      </ul>
      <p><a class="onward" href="/invoices?status=open">{t('home.allOpen')}<Icon name="chevron" turns /></a></p>
    </>
  );
}
