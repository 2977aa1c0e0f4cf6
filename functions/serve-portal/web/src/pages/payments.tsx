import { useEffect, useState } from 'preact/hooks';
import { ask, asRefusal, type PaymentPage, type PaymentRow, type Refusal } from '../api';
import { isZero } from '../decimal';
import { keep, useResource } from '../resource';
import { opens, sessionEnded, useMe } from '../session';
import { brandOf } from '../ui/method';
import { PageTitle } from '../ui/page';
import { FullProblem } from '../ui/problem';
import { StandingBadge } from '../ui/standing';
import { Blank, Section, SectionFailure } from '../ui/states';
import { Identifier, Money } from '../ui/text';
import { instant, rich, t } from '../words';

/** Every payment of the account, newest first. */
export default function Payments() {
  const me = useMe();
  const key = `payments ${me.account.id}`;
  const list = useResource(key, (signal) => ask('get', '/v1/payments', { signal }));
  if (list.failure?.status === 403) return <FullProblem failure={list.failure} />;
  return (
    <div class="payments">
      <header class="page-head">
        <PageTitle title={t('payments.title')} ready={list.value !== undefined || list.failure !== undefined} />
        {opens(me, 'payment-methods') && <a class="button screen-only" href="/payment-methods">{t('methods.title')}</a>}
      </header>
      <Section resource={list}>{(first) => <List first={first} zone={me.account.timeZone} storeAs={key} />}</Section>
    </div>
  );
}

function List({ first, zone, storeAs }: { first: PaymentPage; zone: string; storeAs: string }) {
  const [page, setPage] = useState(first);
  useEffect(() => setPage(first), [first]);
  const [more, setMore] = useState<'idle' | 'loading' | Refusal>('idle');
  const loadMore = async () => {
    if (!page.next || more === 'loading') return;
    setMore('loading');
    try {
      const next = await ask('get', '/v1/payments', { query: { cursor: page.next } });
      const whole = { ...next, items: [...page.items, ...next.items] };
      keep(storeAs, whole);
      setPage(whole);
      setMore('idle');
    } catch (cause) {
      const refusal = asRefusal(cause);
      if (refusal.status === 401) sessionEnded();
      else setMore(refusal);
    }
  };
  if (page.items.length === 0) {
    return <Blank icon="card" title={t('payments.none')} detail={t('payments.noneDetail')}><a class="button" href="/invoices">{t('pay.toInvoices')}</a></Blank>;
  }
  return (
    <>
      <table class="table cards" role="table">
        <caption class="hidden">{t('payments.title')}</caption>
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">{t('payment.reference')}</th>
            <th role="columnheader" scope="col">{t('payments.what')}</th>
            <th role="columnheader" scope="col">{t('payment.method')}</th>
            <th role="columnheader" scope="col">{t('payment.state')}</th>
            <th role="columnheader" scope="col" class="figure">{t('payment.amount')}</th>
          </tr>
        </thead>
        <tbody role="rowgroup">{page.items.map((row) => <Row key={row.id} row={row} zone={zone} />)}</tbody>
      </table>
      {page.next && (
        <p class="more"><button type="button" class="button screen-only" aria-disabled={more === 'loading'} onClick={() => void loadMore()}>
          {t(more === 'loading' ? 'act.working' : 'payments.more')}
        </button></p>
      )}
      {typeof more !== 'string' && <SectionFailure failure={more} retry={() => void loadMore()} />}
    </>
  );
}

function Row({ row, zone }: { row: PaymentRow; zone: string }) {
  return (
    <tr role="row">
      <th role="rowheader" scope="row">
        <a id={`payment-${row.id}`} class="row-link" href={`/payments/${encodeURIComponent(row.id)}`}><Identifier>{row.reference}</Identifier></a>
        <span class="row-title">{rich('payments.by', { at: instant(row.createdAt, zone), who: <bdi>{row.by}</bdi> })}</span>
      </th>
      <td role="cell" data-label={t('payments.what')}>
        <span>{row.invoices > 1 ? rich('payments.andMore', { first: <Identifier>{row.firstInvoice}</Identifier>, n: row.invoices - 1 }) : <Identifier>{row.firstInvoice}</Identifier>}</span>
      </td>
      <td role="cell" data-label={t('payment.method')}>
        <span>{row.method ? <bdi>{methodText(row)}</bdi> : row.methodKind ? brandOf({ brand: '', kind: row.methodKind }) : <span class="quiet">–</span>}</span>
      </td>
      <td role="cell" data-label={t('payment.state')}><StandingBadge payment={row} /></td>
      <td role="cell" class="figure" data-label={t('payment.amount')}>
        <span>
          <Money value={row.charge} />
          {!isZero(row.credit.amount) && <span class="row-title">{rich('payments.credit', { amount: <Money value={row.credit} bare /> })}</span>}
          {row.rewards && <span class="row-title">{rich('payments.rewards', { amount: <Money value={row.rewards} bare /> })}</span>}
          {!isZero(row.refunded.amount) && <span class="row-title">{rich('payments.refunded', { amount: <Money value={row.refunded} bare /> })}</span>}
        </span>
      </td>
    </tr>
  );
}

/** The method as the row names it: brand and last digits in one text. */
function methodText({ method = '', methodKind }: PaymentRow): string {
  const [, brand = method, digits] = /^(\S*)\s*(•.*)$/.exec(method) ?? [];
  const name = brandOf({ brand, kind: methodKind ?? 'card' });
  return digits ? `${name} ${digits}` : name;
}
