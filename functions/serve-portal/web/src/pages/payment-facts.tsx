import type { ComponentChildren } from 'preact';
import type { Me, Payment } from '../api';
import { isZero } from '../decimal';
import { isPaid, standingOf } from '../payment';
import { Icon } from '../ui/icons';
import { MethodName } from '../ui/method';
import { PageTitle } from '../ui/page';
import { StandingBadge } from '../ui/standing';
import { CopyButton, Identifier, Money } from '../ui/text';
import { instant, t } from '../words';

/** The heading of a payment: how it stands, in a picture and in words. */
export function Head({ payment, tone, icon, children }: {
  payment: Payment; tone: 'good' | 'wait' | 'late'; icon: 'check' | 'clock' | 'alert'; children: ComponentChildren;
}) {
  const title = t(`payment.${standingOf(payment)}`);
  return (
    <header class="payment-head">
      <span class={`payment-sign payment-${tone}`}><Icon name={icon} /></span>
      <div>
        <PageTitle title={title} />
        <p class="payment-amount"><Money value={!isZero(payment.charge.amount) ? payment.charge : payment.rewards ?? payment.credit} /></p>
        {children}
      </div>
    </header>
  );
}

/** What stands for every state: reference, method, who and when. */
export function PaymentFacts({ me, payment }: { me: Me; payment: Payment }) {
  return (
    <dl class="facts payment-facts">
      <div class="fact">
        <dt>{t('payment.reference')}</dt>
        <dd><Identifier>{payment.reference}</Identifier><CopyButton text={payment.reference} what={t('payment.reference')} /></dd>
      </div>
      <div class="fact"><dt>{t('payment.state')}</dt><dd><StandingBadge payment={payment} /></dd></div>
      <div class="fact"><dt>{t('payment.method')}</dt><dd>{payment.method ? <MethodName method={payment.method} /> : t(payment.hosted ? 'payment.hosted' : payment.rewards ? 'pay.rewards' : 'payment.creditOnly')}</dd></div>
      {!isZero(payment.credit.amount) && <div class="fact"><dt>{t('pay.credit')}</dt><dd><Money value={payment.credit} /></dd></div>}
      {payment.rewards && <div class="fact"><dt>{t('pay.rewards')}</dt><dd><Money value={payment.rewards} /></dd></div>}
      <div class="fact"><dt>{t('payment.by')}</dt><dd><bdi>{payment.by}</bdi></dd></div>
      <div class="fact"><dt>{t(isPaid(payment) ? 'payment.paidAt' : payment.endedAt ? 'payment.endedAt' : 'payment.at')}</dt><dd>{instant(payment.endedAt ?? payment.createdAt, me.account.timeZone)}</dd></div>
    </dl>
  );
}
