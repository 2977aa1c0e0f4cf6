import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { InvoiceRow, InvoiceStatus, Money as MoneyValue } from '../api';
import { daysBetween } from '../dates';
import { announce } from '../live';
import { day, decimal, t } from '../words';
import { Icon } from './icons';

/** An amount with its currency code, one unit from left to right in both languages. */
export function Money({ value, bare = false }: { value: MoneyValue; bare?: boolean }) {
  return (
    <bdi dir="ltr" class="money">
      {!bare && <span class="money-currency">{value.currency}</span>}
      {!bare && ' '}
      {decimal(value.amount)}
    </bdi>
  );
}

/** A number of a document, as it was issued: never in other digits, never broken or turned round. */
export function Identifier({ children }: { children: ComponentChildren }) {
  return <bdi dir="ltr" class="identifier">{children}</bdi>;
}

/** Text that people wrote: its own direction. */
export function Said({ children, as: Tag = 'span', class: name }: {
  children: ComponentChildren; as?: 'span' | 'p' | 'div'; class?: string;
}) {
  return <Tag dir="auto" class={name}>{children}</Tag>;
}

const TONES: Record<InvoiceStatus, string> = {
  OPEN: 'open', PAST_DUE: 'late', PAYMENT_SUBMITTED: 'submitted', CLOSED: 'closed', DRAFT: 'quiet', VOID: 'quiet',
};

export function StatusBadge({ status }: { status: InvoiceStatus }) {
  return <span class={`badge badge-${TONES[status]}`}>{t(`status.${status}`)}</span>;
}

type Flag = InvoiceRow['flags'][number];

/** What a reader can act on. That rewards could be used is no news where they cannot be. */
const SHOWN = ['payment_in_flight', 'payment_failed', 'in_dispute', 'partially_paid', 'po_missing'] as const satisfies Flag[];

export function Flags({ flags }: { flags: Flag[] }) {
  return <>{SHOWN.filter((flag) => flags.includes(flag)).map((flag) => <span key={flag} class={`flag flag-${flag}`}>{t(`flag.${flag}`)}</span>)}</>;
}

export function Day({ on }: { on: string }) {
  return <time dateTime={on} class="nowrap">{day(on)}</time>;
}

/** How the due date stands to today, in words. Nothing where nothing is left to pay. */
export function dueInWords(row: InvoiceRow, today: string): string | null {
  if (row.status === 'PAST_DUE') return t('late.days', { n: row.daysLate });
  if (row.status !== 'OPEN' || !row.dueOn) return null;
  const days = daysBetween(today, row.dueOn);
  return days === 0 ? t('due.today') : t('due.in', { n: days });
}

const COPIED_MS = 2000;

export function CopyButton({ text, what }: { text: string; what: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    announce(t('copy.copied'));
    setTimeout(() => setCopied(false), COPIED_MS);
  };
  return (
    <button type="button" class="button button-icon screen-only" onClick={copy} aria-label={t('copy.copy', { what })}
      title={copied ? t('copy.copied') : t('copy.copy', { what })}>
      <Icon name={copied ? 'check' : 'copy'} />
    </button>
  );
}
