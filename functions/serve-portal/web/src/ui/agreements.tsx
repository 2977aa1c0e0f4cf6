import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { InvoiceRow, OrderRow, OrderState, Renewal, Subscription } from '../api';
import { known, t } from '../words';
import { CopyButton, Day, dueInWords, Identifier, Money, Said, StatusBadge } from './text';

const ORDER_TONES: Record<OrderState, string> = {
  QUOTE: 'quiet', SUBMITTED: 'open', PENDING_PAYMENT: 'late', PROCESSING: 'open', PENDING_ACTIVATION: 'submitted', ACTIVE: 'closed',
  PARTIALLY_ACTIVE: 'submitted', ON_HOLD: 'submitted', CANCELLED: 'quiet', EXPIRED: 'quiet',
};

export function OrderBadge({ state }: { state: OrderState }) {
  return <span class={`badge badge-${ORDER_TONES[state]}`}>{t(`orderState.${state}`)}</span>;
}

const PLAN_TONES: Record<Subscription['state'], string> = {
  FUTURE: 'open', ACTIVE: 'closed', ON_HOLD: 'submitted', EXPIRING: 'submitted', EXPIRED: 'quiet', TERMINATED: 'quiet',
};

/** How a plan stands, or a contract. */
export function PlanBadge({ state }: { state: Subscription['state'] }) {
  return <span class={`badge badge-${PLAN_TONES[state]}`}>{t(`planState.${state}`)}</span>;
}

const RENEWAL_TONES: Record<Renewal['state'], string> = {
  UPCOMING: 'quiet', OFFERED: 'submitted', ACCEPTED: 'open', INVOICED: 'open', PAID: 'closed', ACTIVE: 'closed', DECLINED: 'quiet', LAPSED: 'late',
};

export function RenewalBadge({ state }: { state: Renewal['state'] }) {
  return <span class={`badge badge-${RENEWAL_TONES[state]}`}>{t(`renewalState.${state}`)}</span>;
}

/** How far the end of a term is, in words. */
export function daysLeftWords(days: number): string {
  return days < 0 ? t('term.endedAgo', { n: -days }) : t('term.daysLeft', { n: days });
}

export function Fact({ label, children, copy }: { label: string; children: ComponentChildren; copy?: string }) {
  return (
    <div class="fact">
      <dt>{label}</dt>
      <dd>{children}{copy && <CopyButton text={copy} what={label} />}</dd>
    </div>
  );
}

/** A word of another system: in the reader's language where it is known, as it came otherwise. */
export function Word({ as: key, value }: { as: string; value: string }) {
  return known(key) ? <>{t(key)}</> : <Said>{value}</Said>;
}

/** Orders in short, as they stand on a contract. */
export function OrderList({ rows }: { rows: OrderRow[] }) {
  return (
    <ul class="linked">
      {rows.map((row) => (
        <li key={row.id}>
          <a class="row-link" href={`/orders/${encodeURIComponent(row.id)}`}><Identifier>{row.number}</Identifier></a>
          <OrderBadge state={row.state} />
          <span class="linked-what quiet">{row.title && <Said>{row.title}</Said>} <Day on={row.orderedOn} /></span>
          {row.total && <span class="linked-amount"><Money value={row.total} /></span>}
        </li>
      ))}
    </ul>
  );
}

const FIRST_SHOWN = 12;

/** Invoices in short, as they stand on an order or a contract; many are folded behind a button. */
export function InvoiceList({ rows, today }: { rows: InvoiceRow[]; today: string }) {
  const [all, setAll] = useState(false);
  const shown = all || rows.length <= FIRST_SHOWN + 1 ? rows : rows.slice(0, FIRST_SHOWN);
  return (
    <>
      <ul class="linked">{shown.map((row) => <InvoiceItem key={row.id} row={row} today={today} />)}</ul>
      {shown.length < rows.length && <p class="linked-all"><button type="button" class="button button-small" onClick={() => setAll(true)}>{t('term.allInvoices', { n: rows.length })}</button></p>}
    </>
  );
}

function InvoiceItem({ row, today }: { row: InvoiceRow; today: string }) {
  const words = dueInWords(row, today);
  return (
    <li>
      <a class="row-link" href={`/invoices/${encodeURIComponent(row.id)}`}><Identifier>{row.number}</Identifier></a>
      <StatusBadge status={row.status} />
      <span class="linked-what quiet">
        <Day on={row.issuedOn} />
        {words && <span class={row.status === 'PAST_DUE' ? 'late' : undefined}> · {words}</span>}
      </span>
      <span class="linked-amount"><Money value={row.amount} /></span>
    </li>
  );
}
