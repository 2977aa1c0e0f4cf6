import { ask, type OrderPage, type OrderRow } from '../api';
import { More, usePaged } from '../paged';
import { useResource } from '../resource';
import { useMe } from '../session';
import { OrderBadge } from '../ui/agreements';
import { PageTitle } from '../ui/page';
import { FullProblem } from '../ui/problem';
import { Blank, Section } from '../ui/states';
import { Day, Identifier, Money, Said } from '../ui/text';
import { day, t } from '../words';

/** Orders and offers, newest first. */
export default function Orders() {
  const me = useMe();
  const key = `orders ${me.account.id}`;
  const list = useResource(key, (signal) => ask('get', '/v1/orders', { signal }));
  if (list.failure?.status === 403) return <FullProblem failure={list.failure} />;
  return (
    <div class="invoices">
      <header class="page-head">
        <div>
          <PageTitle title={t('orders.title')} ready={list.value !== undefined || list.failure !== undefined} />
          <p class="lead">{t('orders.lead')}</p>
        </div>
      </header>
      <Section resource={list}>{(first) => <List first={first} storeAs={key} />}</Section>
    </div>
  );
}

function List({ first, storeAs }: { first: OrderPage; storeAs: string }) {
  const paged = usePaged<OrderRow, OrderPage>(storeAs, first, (cursor) => ask('get', '/v1/orders', { query: { cursor } }));
  const { page } = paged;
  if (page.items.length === 0) return <Blank icon="box" title={t('orders.none')} detail={t('orders.noneDetail')} />;
  return (
    <>
      <table class="table cards" role="table">
        <caption class="hidden">{t('orders.title')}</caption>
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">{t('orders.number')}</th>
            <th role="columnheader" scope="col">{t('orders.orderedOn')}</th>
            <th role="columnheader" scope="col">{t('orders.state')}</th>
            <th role="columnheader" scope="col" class="figure">{t('orders.lines')}</th>
            <th role="columnheader" scope="col" class="figure">{t('orders.total')}</th>
          </tr>
        </thead>
        <tbody role="rowgroup">{page.items.map((row) => <Row key={row.id} row={row} />)}</tbody>
      </table>
      <More paged={paged} label={t('orders.more')} busy={t('app.loading')} />
    </>
  );
}

function Row({ row }: { row: OrderRow }) {
  return (
    <tr role="row">
      <th role="rowheader" scope="row" class="cell-number">
        <a id={`order-${row.id}`} class="row-link" href={`/orders/${encodeURIComponent(row.id)}`}><Identifier>{row.number}</Identifier></a>
        {row.title && <span class="row-title clip"><Said>{row.title}</Said></span>}
      </th>
      <td role="cell" data-label={t('orders.orderedOn')}><Day on={row.orderedOn} /></td>
      <td role="cell" class="cell-status">
        <OrderBadge state={row.state} />
        {row.state === 'QUOTE' && row.validUntil && <span class="row-title">{t('orders.validUntil', { date: day(row.validUntil) })}</span>}
      </td>
      <td role="cell" class="figure" data-label={t('orders.lines')}>{t('orders.lineCount', { n: row.lines })}</td>
      <td role="cell" class="figure" data-label={t('orders.total')}>{row.total ? <Money value={row.total} /> : <span class="quiet">–</span>}</td>
    </tr>
  );
}
