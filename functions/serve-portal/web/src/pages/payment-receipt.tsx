import type { ComponentChildren } from 'preact';
import { ask, type Me, type Payment } from '../api';
import { FILES } from '../beside';
import { isZero } from '../decimal';
import { lazy } from '../lazy';
import { pageOfPart } from '../payment';
import { useResource } from '../resource';
import { Icon } from '../ui/icons';
import { SectionFailure } from '../ui/states';
import { Identifier, Money } from '../ui/text';
import { fullDay, rich, t } from '../words';
import { Head, PaymentFacts } from './payment-facts';
import { countWords, PartName } from './payment-parts';

const Files = lazy(() => import('./paper-files'), FILES, 1);

/** The receipt: what was paid, what is still open of it, and what happens next. Made to be printed. */
export function Receipt({ me, payment, children }: { me: Me; payment: Payment; children: ComponentChildren }) {
  const receipt = useResource(`receipt ${payment.id} ${payment.state}`, (signal) =>
    ask('get', '/v1/payments/{id}/receipt', { params: { id: payment.id }, signal }));
  const open = new Map(receipt.value?.parts.map((part) => [part.invoice, part.stillOpen]));
  const left = [...open.values()].filter((still) => !isZero(still.amount)).length;
  const refunded = !isZero(payment.refunded.amount);
  return (
    <>
      <p class="print-only">{t('payment.printed', { account: me.account.name, date: fullDay(me.account.today) })}</p>
      <Head payment={payment} tone={payment.state === 'REFUNDED' ? 'wait' : 'good'} icon={payment.state === 'REFUNDED' ? 'clock' : 'check'}>
        <p class="lead">{rich('payment.referenceIs', { reference: <Identifier>{payment.reference}</Identifier> })}</p>
      </Head>
      {children}
      {refunded && (
        <div class="notice"><Icon name="coin" /><p class="notice-text">{rich('payment.refundedDetail', { amount: <Money value={payment.refunded} /> })}</p></div>
      )}
      <section class="card" aria-labelledby="receipt" aria-busy={receipt.loading}>
        <div class="card-head">
          <h2 id="receipt">{t('payment.receipt')}</h2>
          <span class="receipt-tools screen-only">
            <Files receipt={payment.id} />
            <button type="button" class="button button-small" onClick={() => print()}><Icon name="print" />{t('payment.print')}</button>
          </span>
        </div>
        <PaymentFacts me={me} payment={payment} />
        <Paid payment={payment} open={open} />
        {receipt.failure && <SectionFailure failure={receipt.failure} retry={receipt.reload} />}
      </section>
      <section class="card" aria-labelledby="next">
        <h2 id="next">{t('payment.next')}</h2>
        <ul class="next-steps">
          <li>{rich('payment.nextMail', { who: <bdi>{payment.by}</bdi> })}</li>
          {receipt.value && <li>{left === 0 ? t('payment.nextClosed', { n: payment.parts.length }) : t('payment.nextOpen', { n: left })}</li>}
        </ul>
        <div class="actions screen-only">
          <a class="button" href="/invoices">{t('pay.toInvoices')}</a>
          <a class="button" href="/payments">{t('pay.toPayments')}</a>
        </div>
      </section>
    </>
  );
}

function Paid({ payment, open }: { payment: Payment; open: Map<string, Payment['charge']> }) {
  const credit = !isZero(payment.credit.amount);
  const refunded = !isZero(payment.refunded.amount);
  return (
    <table class="table cards paid" role="table">
      <caption class="hidden">{countWords(payment.parts)}</caption>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">{t('pay.invoice')}</th>
          <th role="columnheader" scope="col" class="figure">{t('payment.charged')}</th>
          {credit && <th role="columnheader" scope="col" class="figure">{t('pay.credit')}</th>}
          {payment.rewards && <th role="columnheader" scope="col" class="figure">{t('pay.rewards')}</th>}
          {refunded && <th role="columnheader" scope="col" class="figure">{t('payment.refund')}</th>}
          <th role="columnheader" scope="col" class="figure">{t('payment.stillOpen')}</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {payment.parts.map((part) => {
          const still = open.get(part.invoice);
          return (
            <tr key={part.invoice} role="row">
              <th role="rowheader" scope="row"><a href={pageOfPart(part)}><PartName part={part} /></a></th>
              <td role="cell" class="figure" data-label={t('payment.charged')}><Money value={part.amount} /></td>
              {credit && <td role="cell" class="figure" data-label={t('pay.credit')}><Money value={part.credit} /></td>}
              {payment.rewards && <td role="cell" class="figure" data-label={t('pay.rewards')}>{part.rewards ? <Money value={part.rewards} /> : <span class="quiet">–</span>}</td>}
              {refunded && <td role="cell" class="figure" data-label={t('payment.refund')}><Money value={part.refunded} /></td>}
              <td role="cell" class={still && isZero(still.amount) ? 'figure nothing' : 'figure'} data-label={t('payment.stillOpen')}>
                {still ? isZero(still.amount) ? t('payment.none') : <Money value={still} /> : <span class="quiet">–</span>}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
