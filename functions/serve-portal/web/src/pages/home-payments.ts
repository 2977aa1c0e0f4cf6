import { ask, type Me, type PaymentMethod, type PaymentRow, type StuckPayment } from '../api';
import { useResource } from '../resource';
import { acts, opens } from '../session';
import { day, leftToRight, listed, t } from '../words';
import type { Need } from './home';

/** What paying asks of a person. `covered` are invoices that a line of their own speaks of. */
export interface PaymentNeeds {
  urgent: Need[];
  later: Need[];
  covered: ReadonlySet<string>;
}

const NAMED = 3;

/** Failed payments, methods at their end and payments under way; nothing where these are closed to the person. */
export function usePaymentNeeds(me: Me): PaymentNeeds {
  const wallet = useResource(`methods ${me.account.id}`, async (signal) => (
    opens(me, 'payment-methods') ? ask('get', '/v1/payment-methods', { signal }) : null)).value;
  const recent = useResource(`payments ${me.account.id}`, async (signal) => (
    opens(me, 'payments') ? ask('get', '/v1/payments', { signal }) : null)).value;
  const stuck = wallet?.stuck ?? [];
  const methods = acts(me, 'payment-methods') ? wallet?.methods ?? [] : [];
  const underWay = recent?.items.filter((row) => row.state === 'NEW' || row.state === 'CREATED') ?? [];
  return {
    urgent: [...stuck.map(stuckNeed), ...methods.filter((method) => method.expired).map(methodNeed)],
    later: [...methods.filter((method) => method.expiring && !method.expired).map(methodNeed), ...underWay.map(underWayNeed)],
    covered: new Set(stuck.flatMap((entry) => entry.parts.map((part) => part.invoice))),
  };
}

function stuckNeed(stuck: StuckPayment): Need {
  const numbers = stuck.parts.map((part) => part.number);
  return {
    key: `stuck ${stuck.payment}`, tone: 'late', icon: 'alert', title: t('home.stuck'),
    detail: numbers.length > NAMED ? t('home.stuckMany', { n: numbers.length }) : listed(numbers.map(leftToRight)),
    amount: stuck.sum, href: '/payment-methods', action: t('home.retry'),
  };
}

function methodNeed(method: PaymentMethod): Need {
  const date = method.expiresOn ? day(method.expiresOn, 'long') : '';
  return {
    key: `method ${method.id}`, tone: method.expired ? 'late' : 'soon', icon: 'card',
    title: t(method.expired ? 'home.expired' : 'home.expiring', { last4: method.last4 }),
    detail: t(method.expired ? 'home.expiredDetail' : 'home.expiringDetail', { date }),
    href: `/payment-methods?fix=${encodeURIComponent(method.id ?? '')}`, action: t('home.replace'),
  };
}

function underWayNeed(row: PaymentRow): Need {
  const waits = row.wait === 'customer';
  return {
    key: `payment ${row.id}`, tone: 'soon', icon: 'clock', title: t(waits ? 'home.waits' : 'home.underWay'),
    detail: t(`home.wait.${row.wait ?? 'processor'}`), amount: row.charge,
    href: `/payments/${encodeURIComponent(row.id)}`, action: t(waits ? 'home.goOn' : 'home.show'),
  };
}
