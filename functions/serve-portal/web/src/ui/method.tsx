import type { PaymentMethod } from '../api';
import { daysBetween } from '../dates';
import { day, t } from '../words';
import { Icon } from './icons';

const BRANDS: Record<string, string> = {
  amex: 'American Express', diners: 'Diners Club', discover: 'Discover', jcb: 'JCB', mada: 'mada', mastercard: 'Mastercard',
  unionpay: 'UnionPay', visa: 'Visa',
};

export function brandOf({ brand, kind }: Pick<PaymentMethod, 'brand' | 'kind'>): string {
  return BRANDS[brand] ?? (brand || t(`method.${kind}`));
}

/** A stored method as people know it: its brand and last digits, never in other digits or order. */
export function MethodName({ method }: { method: Pick<PaymentMethod, 'brand' | 'kind' | 'last4'> }) {
  return (
    <bdi class="method-name">
      <Icon name={method.kind === 'card' ? 'card' : 'bank'} />
      <span>{brandOf(method)}</span>
      {method.last4 && <bdi dir="ltr" class="nowrap"><span class="hidden">{t('method.ending')} </span><span aria-hidden="true">•••• </span>{method.last4}</bdi>}
    </bdi>
  );
}

/** How long a method can be used, in words. */
export function expiryWords({ expiresOn, expired, expiring, kind }: PaymentMethod, today: string): string {
  if (!expiresOn) return t(kind === 'card' ? 'method.noExpiry' : 'method.bankNoExpiry');
  const date = day(expiresOn, 'long');
  if (expired) return t('method.expiredOn', { date });
  if (!expiring) return t('method.validThrough', { date });
  const n = daysBetween(today, expiresOn);
  return n <= 0 ? t('method.lastDay') : t('method.expiresIn', { n, date });
}

export function Expiry({ method, today }: { method: PaymentMethod; today: string }) {
  const tone = method.expired ? 'late' : method.expiring ? 'soon' : 'quiet';
  return <span class={`method-expiry ${tone}`}>{expiryWords(method, today)}</span>;
}
