import { ask, type Order } from '../api';
import { isZero } from '../decimal';
import { useResource } from '../resource';
import { acts, useMe } from '../session';
import { Fact, InvoiceList, OrderBadge, Word } from '../ui/agreements';
import { Icon } from '../ui/icons';
import { PageTitle } from '../ui/page';
import { FullProblem } from '../ui/problem';
import { Skeleton } from '../ui/states';
import { CopyButton, Day, Identifier, Money, Said } from '../ui/text';
import { day, decimal, listed, moneyText, rich, t } from '../words';
import { Timeline } from './order-timeline';

export default function OrderPage({ id }: { id: string }) {
  const me = useMe();
  const order = useResource(`order ${me.account.id} ${id}`, (signal) => ask('get', '/v1/orders/{id}', { params: { id }, signal }));
  if (order.failure) return <FullProblem failure={order.failure} retry={order.reload} />;
  return (
    <>
      <div class="trail screen-only"><a class="onward" href="/orders"><Icon name="chevron" turns />{t('orders.title')}</a></div>
      {order.value ? <Whole order={order.value} /> : <Skeleton lines={12} tall />}
    </>
  );
}

function Whole({ order }: { order: Order }) {
  const me = useMe();
  const offer = order.kind === 'quotation';
  return (
    <article class="invoice">
      <header class="page-head">
        <div>
          <div class="heading">
            <PageTitle title={`${t(offer ? 'order.offer' : 'order.order')} ${order.number}`}>
              {rich('order.title', { kind: t(offer ? 'order.offer' : 'order.order'), number: <Identifier>{order.number}</Identifier> })}
            </PageTitle>
            <CopyButton text={order.number} what={t('orders.number')} />
          </div>
          {order.lines[0]?.name && <Said as="p" class="lead">{order.lines[0].name}</Said>}
        </div>
      </header>
      <div class="invoice-body">
        <div class="invoice-main">
          <Facts order={order} />
          <Lines order={order} />
          {order.invoices.length > 0 && (
            <section class="card" aria-labelledby="invoices">
              <h2 id="invoices">{t('order.invoices')}</h2>
              <InvoiceList rows={order.invoices} today={me.account.today} />
            </section>
          )}
          <People order={order} />
        </div>
        <aside class="invoice-side">
          <Standing order={order} />
          <Timeline order={order} today={me.account.today} zone={me.account.timeZone} />
        </aside>
      </div>
    </article>
  );
}

/** The state in words, what holds the order, and the way to pay where that is waited for. */
function Standing({ order }: { order: Order }) {
  const me = useMe();
  const { pay } = order;
  return (
    <section class="card standing" aria-labelledby="standing">
      <h2 id="standing" class="hidden">{t('orders.state')}</h2>
      <p class="standing-status"><OrderBadge state={order.state} /></p>
      <p class="quiet">{t(`order.means.${order.state}`)}</p>
      {(order.holdReason || order.releaseOn) && (
        <div class="notice order-hold">
          <Icon name="clock" />
          <div class="notice-text">
            {order.holdReason && <Said as="p" class="strong">{order.holdReason}</Said>}
            {order.releaseOn && <p>{t('order.release', { date: day(order.releaseOn, 'long') })}</p>}
          </div>
        </div>
      )}
      {pay && !isZero(pay.outstanding.amount) && (
        <>
          <p class="standing-label">{t('order.toPay')}</p>
          <p class="standing-amount"><Money value={pay.outstanding} /></p>
          {pay.dueOn && <p class="quiet">{t('order.payBy', { date: day(pay.dueOn, 'long') })}</p>}
          {pay.failed && <p class="late">{t('order.payFailed')}</p>}
        </>
      )}
      {pay && !isZero(pay.processing.amount) && <p class="quiet">{rich('order.processing', { amount: <Money value={pay.processing} /> })}</p>}
      {pay?.payable && acts(me, 'payments') && (
        <a class="button button-main button-wide screen-only order-pay" href={`/pay?ids=${encodeURIComponent(pay.id)}`}>{t('order.pay', { amount: moneyText(pay.outstanding) })}</a>
      )}
      {pay?.payable && !acts(me, 'payments') && <p class="hint">{t('order.payOthers')}</p>}
    </section>
  );
}

function Facts({ order }: { order: Order }) {
  return (
    <section class="card" aria-labelledby="facts">
      <h2 id="facts" class="hidden">{t('order.facts')}</h2>
      <dl class="facts">
        <Fact label={t('orders.orderedOn')}><Day on={order.orderedOn} /></Fact>
        {order.total && <Fact label={t('orders.total')}><Money value={order.total} /></Fact>}
        {order.validUntil && <Fact label={t('order.validUntil')}><Day on={order.validUntil} /></Fact>}
        {order.po && <Fact label={t('order.po')} copy={order.po}><Identifier>{order.po}</Identifier></Fact>}
        {order.quoteNumber && <Fact label={t('order.quote')} copy={order.quoteNumber}><Identifier>{order.quoteNumber}</Identifier></Fact>}
        {order.salesOrder && <Fact label={t('order.salesOrder')} copy={order.salesOrder}><Identifier>{order.salesOrder}</Identifier></Fact>}
        {order.contracts.map((number) => (
          <Fact key={number} label={t('order.contract')}><a href={`/contracts?q=${encodeURIComponent(number)}`}><Identifier>{number}</Identifier></a></Fact>
        ))}
        {order.seller && <Fact label={t('order.seller')}><Said>{order.seller}</Said></Fact>}
        {order.buyer && <Fact label={t('order.buyer')}><Said>{order.buyer}</Said></Fact>}
        {order.sourceStatus && <Fact label={t('order.sourceStatus')}><Said>{order.sourceStatus}</Said></Fact>}
      </dl>
      {order.notes.map((note) => <p key={note} dir="auto" class="note order-note">{note}</p>)}
    </section>
  );
}

/** Each line with its own state: an order may be active in part. */
function Lines({ order }: { order: Order }) {
  return (
    <section class="card" aria-labelledby="lines">
      <h2 id="lines">{t('order.lines')}</h2>
      <table class="table cards lines" role="table" aria-labelledby="lines">
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">{t('order.line')}</th>
            <th role="columnheader" scope="col">{t('orders.state')}</th>
            <th role="columnheader" scope="col" class="figure">{t('order.quantity')}</th>
            <th role="columnheader" scope="col" class="figure">{t('order.net')}</th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {order.lines.map((line) => (
            <tr key={line.id} role="row">
              <th role="rowheader" scope="row" class="cell-line">
                <Said>{line.name ?? line.description ?? line.id}</Said>
                {line.name && line.description && line.description !== line.name && <Said as="div" class="row-title">{line.description}</Said>}
              </th>
              <td role="cell" data-label={t('orders.state')}>
                <span>
                  <OrderBadge state={line.state} />
                  {line.since && <span class="row-title">{t('order.since', { date: day(line.since) })}</span>}
                  {line.holdReason && <Said class="row-title">{line.holdReason}</Said>}
                  {line.releaseOn && <span class="row-title">{t('order.release', { date: day(line.releaseOn) })}</span>}
                  {line.promisedOn && <span class="row-title">{t('order.promised', { date: day(line.promisedOn) })}</span>}
                  {line.promisedBy && line.promisedBy !== line.promisedOn && <span class="row-title">{t('order.promisedBy', { date: day(line.promisedBy) })}</span>}
                </span>
              </td>
              <td role="cell" class="figure" data-label={t('order.quantity')}>{line.quantity ? <bdi dir="ltr">{decimal(line.quantity)}</bdi> : '–'}</td>
              <td role="cell" class="figure" data-label={t('order.net')}>{line.net ? <Money value={line.net} /> : '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Who is named on the order, and what each got by that: the answer to "why do I have access?". */
function People({ order }: { order: Order }) {
  if (order.people.length === 0) return null;
  return (
    <section class="card" aria-labelledby="people">
      <h2 id="people">{t('order.people')}</h2>
      <p class="hint order-people-hint">{t('order.peopleDetail')}</p>
      <ul class="linked">
        {order.people.map((person) => (
          <li key={`${person.role} ${person.email}`} class="order-person">
            <div>
              <p class="strong"><bdi>{person.name ?? person.email}</bdi></p>
              <p class="quiet"><a href={`mailto:${person.email}`}><bdi dir="ltr">{person.email}</bdi></a></p>
            </div>
            <div>
              <p><Word as={`order.role.${person.role}`} value={person.role} /></p>
              <p class="quiet">
                {person.access.length > 0 ? t('order.access', { types: listed(person.access.map(typeName)) }) : t('order.accessNone')}
                {person.access.length > 0 && !person.enters && <> · {t('order.entersNot')}</>}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

const TYPES = ['primary', 'payables', 'purchasing', 'executive', 'accountant', 'operator'] as const;

function typeName(type: string): string {
  const named = TYPES.find((one) => one === type);
  return named ? t(`contact.${named}`) : type;
}
