import { ask, type Me, type PaymentsDueItem, type Renewal } from '../api';
import { useResource } from '../resource';
import { acts, reads } from '../session';
import { day, leftToRight, t } from '../words';
import type { Need } from './home';

const RENEWAL_DAYS = 60;

/** Orders that wait for payment and renewals that end soon; nothing where these are closed to the person. */
export function useAgreementNeeds(me: Me): { needs: Need[]; loading: boolean } {
  const due = useResource(`due ${me.account.id}`, async (signal) => (
    reads(me, 'payments-due') ? ask('get', '/v1/payments-due', { signal }) : null));
  const renewals = useResource(`renewals ${me.account.id}`, async (signal) => (
    reads(me, 'renewals') ? ask('get', '/v1/renewals', { signal }) : null));
  const orders = due.value?.currencies.flatMap((group) => group.items).filter((item) => item.order && item.action !== 'wait') ?? [];
  const ending = renewals.value?.items.filter((renewal) => isOffered(renewal) && renewal.daysLeft <= RENEWAL_DAYS) ?? [];
  return {
    needs: [...orders.map((item) => orderNeed(item, Boolean(due.value?.mayPay))), ...ending.map((renewal) => renewalNeed(renewal, acts(me, 'renewals')))],
    loading: due.loading || renewals.loading,
  };
}

/** What costs something waits here from when it stands in Payments due, and not in the hour between its day and the run that offers it. */
function isOffered({ state, price, pay }: Renewal): boolean {
  return state === 'OFFERED' && (!price || pay !== undefined);
}

function orderNeed(item: PaymentsDueItem, mayPay: boolean): Need {
  const number = leftToRight(item.number);
  return {
    key: `order ${item.order}`, tone: item.daysLate > 0 ? 'late' : 'soon', icon: 'box', title: t('home.orderWaits', { number }),
    detail: item.dueOn ? t('home.orderBy', { date: day(item.dueOn, 'long') }) : item.title ?? '', amount: item.outstanding,
    href: mayPay ? `/pay?ids=${encodeURIComponent(item.payable)}` : `/orders/${encodeURIComponent(item.order ?? '')}`,
    action: t(mayPay ? 'home.pay' : 'home.show'),
  };
}

function renewalNeed(renewal: Renewal, mayAnswer: boolean): Need {
  const date = day(renewal.termEnd, 'long');
  return {
    key: `renewal ${renewal.id}`, tone: 'soon', icon: 'contract', title: t('home.renewal', { n: Math.max(0, renewal.daysLeft) }),
    detail: t(renewal.mode === 'AUTO' ? 'home.renewalAuto' : 'home.renewalDetail', { what: renewal.title || leftToRight(renewal.number), date }),
    amount: renewal.price, href: `/contracts/${encodeURIComponent(renewal.contract)}`, action: t(mayAnswer && renewal.mayAnswer ? 'home.answer' : 'home.show'),
  };
}
