import type { Payment } from '../api';
import { standingOf, type Standing } from '../payment';
import { known, t, type Key } from '../words';

const TONES: Record<Standing, string> = {
  processor: 'submitted', customer: 'submitted', bank: 'submitted', operator: 'submitted', succeeded: 'closed', failed: 'late',
  abandoned: 'quiet', refunded: 'quiet', partially_refunded: 'closed',
};

/** Where a payment stands, in words. */
export function StandingBadge({ payment }: { payment: Pick<Payment, 'state' | 'wait'> }) {
  const standing = standingOf(payment);
  return <span class={`badge badge-${TONES[standing]}`}>{t(`standing.${standing}`)}</span>;
}

/** Why a payment failed and what can be done about it. */
export function reasonWords(reason: string | undefined): { why: string; what: string } {
  const key = `decline.${reason}`;
  const own = (known(key) ? key : 'decline.card_declined') as Key;
  return { why: t(own), what: t(`${own}.do` as Key) };
}

export function Reason({ payment }: { payment: Pick<Payment, 'state' | 'reason'> }) {
  if (payment.state !== 'FAILED' && payment.state !== 'ABANDONED') return null;
  const { why, what } = reasonWords(payment.reason);
  return <p>{why} <span class="quiet">{what}</span></p>;
}
