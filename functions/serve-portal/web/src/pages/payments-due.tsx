import { ask, type Me, type PaymentsDue, type PaymentsDueItem } from '../api';
import { daysBetween } from '../dates';
import { isZero } from '../decimal';
import { useResource } from '../resource';
import { acts, reads, useMe } from '../session';
import { Icon } from '../ui/icons';
import { PageTitle } from '../ui/page';
import { FullProblem } from '../ui/problem';
import { reasonWords } from '../ui/standing';
import { Blank, Section } from '../ui/states';
import { Day, Identifier, Money, Said } from '../ui/text';
import { instant, rich, t } from '../words';

/** All that is to be paid, by currency and day; each with one button. */
export default function PaymentsDuePage() {
  const me = useMe();
  const due = useResource(`due ${me.account.id}`, (signal) => ask('get', '/v1/payments-due', { signal }));
  if (due.failure?.status === 403) return <FullProblem failure={due.failure} />;
  return (
    <div class="invoices dues">
      <header class="page-head">
        <div>
          <PageTitle title={t('owing.title')} ready={due.value !== undefined || due.failure !== undefined} />
          <p class="lead">{t('owing.lead')}</p>
        </div>
        {reads(me, 'schedule') && <a class="button screen-only" href="/schedule"><Icon name="calendar" />{t('owing.schedule')}</a>}
      </header>
      <Section resource={due}>{(value) => <Groups due={value} />}</Section>
    </div>
  );
}

function Groups({ due }: { due: PaymentsDue }) {
  if (due.currencies.length === 0) return <Blank icon="check" title={t('owing.none')} detail={t('owing.noneDetail')} />;
  return (
    <>
      {due.currencies.map((group) => <Group key={group.currency} group={group} due={due} />)}
      {due.more && <p class="hint">{t('owing.more')}</p>}
    </>
  );
}

function Group({ group, due }: { group: PaymentsDue['currencies'][number]; due: PaymentsDue }) {
  const name = `due-${group.currency}`;
  return (
    <section class="due-group" aria-labelledby={name}>
      <header class="due-head">
        <h2 id={name}>{rich('owing.inCurrency', { currency: <Identifier>{group.currency}</Identifier> })}</h2>
        <p class="due-sums"><span class="due-sum"><Money value={group.outstanding} /></span> {!isZero(group.pastDue.amount) && <span class="late">{rich('owing.pastDue', { amount: <Money value={group.pastDue} /> })}</span>}</p>
      </header>
      <table class="table cards" role="table" aria-labelledby={name}>
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">{t('owing.what')}</th>
            <th role="columnheader" scope="col">{t('owing.due')}</th>
            <th role="columnheader" scope="col" class="figure">{t('owing.amount')}</th>
            <th role="columnheader" scope="col"><span class="hidden">{t('owing.action')}</span></th>
          </tr>
        </thead>
        <tbody role="rowgroup">{group.items.map((item) => <Row key={item.payable} item={item} due={due} />)}</tbody>
      </table>
    </section>
  );
}

function Row({ item, due }: { item: PaymentsDueItem; due: PaymentsDue }) {
  const me = useMe();
  const act = actOf(item, due, me);
  const wait = isZero(item.outstanding.amount) ? item.processing : item.outstanding;
  return (
    <tr role="row">
      <th role="rowheader" scope="row" class="cell-number">
        <a id={`due-${item.payable}`} class="row-link" href={pageOf(item)}><Identifier>{item.number}</Identifier></a>
        <span class="row-title">{t(`owing.${kindOf(item)}`)}{item.title && <> · <Said>{item.title}</Said></>}</span>
        {item.failed && <span class="row-title late">{rich('owing.failed', { at: instant(item.failed.at, me.account.timeZone), why: reasonWords(item.failed.reason).why })} {reasonWords(item.failed.reason).what}</span>}
        {!item.failed && item.action === 'retry' && <span class="row-title late">{t('owing.failedOnce')}</span>}
      </th>
      <td role="cell" class="cell-due" data-label={t('owing.due')}>
        {item.dueOn ? <Day on={item.dueOn} /> : <span class="quiet">{t('due.none')}</span>}
        {item.dueOn && <span class={item.daysLate > 0 ? 'due-words late' : 'due-words'}>{whenWords(item, due.today)}</span>}
      </td>
      <td role="cell" class="figure" data-label={t('owing.amount')}><Money value={wait} /></td>
      <td role="cell" class="due-act screen-only">
        {act && <a class="button" href={act.href} aria-label={`${act.label}: ${item.number}`}>{act.label}</a>}
      </td>
    </tr>
  );
}

function kindOf({ kind }: PaymentsDueItem): 'invoice' | 'order' | 'renewal' {
  return kind === 'order' || kind === 'renewal' ? kind : 'invoice';
}

function pageOf(item: PaymentsDueItem): string {
  if (item.order) return `/orders/${encodeURIComponent(item.order)}`;
  if (item.contract) return `/contracts/${encodeURIComponent(item.contract)}`;
  return `/invoices/${encodeURIComponent(item.payable)}`;
}

function whenWords({ daysLate, dueOn = '' }: PaymentsDueItem, today: string): string {
  if (daysLate > 0) return t('late.days', { n: daysLate });
  const days = daysBetween(today, dueOn);
  return days === 0 ? t('due.today') : t('due.in', { n: days });
}

interface Act {
  label: string;
  href: string;
  }

/** The one button of an item; none where the reader may do nothing about it. */
function actOf(item: PaymentsDueItem, { mayPay }: PaymentsDue, me: Me): Act | null {
  switch (item.action) {
    case 'accept': return acts(me, 'renewals') ? { label: t('owing.answer'), href: pageOf(item) } : null;
    case 'wait': return reads(me, 'payments') ? { label: t('owing.wait'), href: '/payments' } : null;
    case 'retry':
      if (!mayPay) return null;
      return { label: t('owing.retry'), href: item.failed ? `/pay?retry=${encodeURIComponent(item.failed.payment)}` : payOf(item) };
    default: return mayPay ? { label: t('owing.pay'), href: payOf(item) } : null;
  }
}

function payOf(item: PaymentsDueItem): string {
  return `/pay?ids=${encodeURIComponent(item.payable)}`;
}
