import { useEffect, useRef } from 'preact/hooks';
import type { Me, Payment } from '../api';
import { announce } from '../live';
import { restOfSelection } from '../paying';
import { isPaid, isUnderWay, standingOf, useWatched, type Watched } from '../payment';
import { useMe } from '../session';
import { Icon } from '../ui/icons';
import { FullProblem } from '../ui/problem';
import { reasonWords } from '../ui/standing';
import { Skeleton } from '../ui/states';
import { instant, moneyText, t } from '../words';
import { CancelPayment } from './payment-cancel';
import { Head, PaymentFacts } from './payment-facts';
import { Parts } from './payment-parts';
import { Receipt } from './payment-receipt';

/** A payment: while it is under way what it waits for, then the receipt, or why it failed and what to do. */
export default function PaymentPage({ id, query }: { id: string; query: URLSearchParams }) {
  const me = useMe();
  const watched = useWatched(me, id, query.has('from'));
  const { payment, failure } = watched;
  const standing = payment && standingOf(payment);
  const before = useRef(standing);
  useEffect(() => {
    if (standing && before.current && before.current !== standing) announce(t(`payment.${standing}`));
    before.current = standing;
  }, [standing]);
  if (failure && !payment) return <FullProblem failure={failure} retry={watched.reload} />;
  return (
    <div class="payment">
      <div class="trail screen-only"><a class="onward" href="/payments"><Icon name="chevron" turns />{t('payment.back')}</a></div>
      {!payment ? <Skeleton lines={8} tall />
        : isPaid(payment) ? <Receipt me={me} payment={payment}><Rest me={me} payment={payment} /></Receipt>
          : isUnderWay(payment) ? <UnderWay me={me} payment={payment} watched={watched} />
            : <NotPaid me={me} payment={payment} />}
    </div>
  );
}

/** What stands for every payment that is not paid: the facts and what it was to pay. */
function Facts({ me, payment }: { me: Me; payment: Payment }) {
  return (
    <section class="card" aria-label={t('payment.facts')}>
      <PaymentFacts me={me} payment={payment} />
      <Parts payment={payment} />
    </section>
  );
}

/** Other payments of the same selection that were not made yet. */
function Rest({ me, payment }: { me: Me; payment: Payment }) {
  const address = restOfSelection(me.account.id, payment.id);
  if (!address) return null;
  return (
    <div class="notice screen-only">
      <p class="notice-text">{t('payment.rest')}</p>
      <a class="button button-main" href={address}>{t('payment.goOn')}</a>
    </div>
  );
}

function UnderWay({ me, payment, watched }: { me: Me; payment: Payment; watched: Watched }) {
  const { wait } = payment;
  const turn = wait === 'customer';
  return (
    <>
      <Head payment={payment} tone="wait" icon="clock">
        {(wait === undefined || wait === 'processor') && <div class="progress" role="progressbar" aria-label={t('payment.processor')} />}
        <p class="lead">{turn ? t(payment.hosted ? 'payment.customerHosted' : 'payment.customerDetail') : t(`payment.${wait ?? 'processor'}Detail`)}</p>
        {turn && payment.expiresAt && <p class="quiet">{t('payment.until', { at: instant(payment.expiresAt, me.account.timeZone) })}</p>}
      </Head>
      <div class="actions screen-only">
        {/* A link with a target leaves the portal, wherever the page is. */}
        {turn && payment.url && (
          <a class="button button-main" href={payment.url} target="_self" rel="noreferrer">
            {t(payment.hosted ? 'payment.goToPage' : 'payment.authenticate', { amount: moneyText(payment.charge) })}
          </a>
        )}
        {payment.mayCancel && <CancelPayment me={me} payment={payment.id} amount={payment.charge} onDone={watched.take} />}
      </div>
      {!turn && <p class="notice">{t('payment.close')}</p>}
      <Rest me={me} payment={payment} />
      <Facts me={me} payment={payment} />
    </>
  );
}

function NotPaid({ me, payment }: { me: Me; payment: Payment }) {
  const { why, what } = reasonWords(payment.reason);
  const again = `/pay?retry=${encodeURIComponent(payment.id)}`;
  const stored = payment.method?.id && !payment.method.expired ? `&method=${encodeURIComponent(payment.method.id)}` : '';
  const stopped = payment.reason === 'cancelled' || payment.reason === 'timed_out';
  return (
    <>
      <Head payment={payment} tone="late" icon="alert">
        <p class="lead">{t('payment.nothingCharged')}</p>
      </Head>
      <section class="card payment-why" aria-labelledby="why">
        <h2 id="why">{why}</h2>
        <p>{what}</p>
        <p class="quiet">{t('payment.kept')}</p>
        <div class="actions">
          <a class="button button-main" href={`${again}&step=how`}>{t(stopped ? 'payment.payAfterAll' : 'payment.otherMethod')}</a>
          {stored && !stopped && <a class="button" href={`${again}${stored}&step=check`}>{t('payment.tryAgain')}</a>}
        </div>
      </section>
      <Rest me={me} payment={payment} />
      <Facts me={me} payment={payment} />
    </>
  );
}
