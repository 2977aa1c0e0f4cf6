import { useState } from 'preact/hooks';
import { ask, type Me, type Payment, type PaymentMethod, type StuckPayment } from '../api';
import { compareDecimals } from '../amounts';
import { isZero } from '../decimal';
import { announce } from '../live';
import { attemptFor, leaveFor, orderOf, send, type Attempt } from '../paying';
import { pageOfPart, standingOf } from '../payment';
import { navigate } from '../router';
import { acts } from '../session';
import { useGuarded } from '../ui/guarded';
import { MethodName } from '../ui/method';
import { Refused } from '../ui/refused';
import { Reason, reasonWords, StandingBadge } from '../ui/standing';
import { Identifier, Money } from '../ui/text';
import { instant, moneyText, rich, t } from '../words';
import { PartName } from './payment-parts';

/** Payments that failed with a stored method and are still open: each can be tried again at once. */
export function Stuck({ me, stuck, methods, added }: { me: Me; stuck: StuckPayment[]; methods: PaymentMethod[]; added: PaymentMethod | undefined }) {
  // What was tried again here stays with its outcome, though it is stuck no more.
  const [tried, setTried] = useState<StuckPayment[]>([]);
  const shown = [...stuck, ...tried.filter((entry) => !stuck.some((other) => other.payment === entry.payment))];
  if (shown.length === 0) return null;
  return (
    <section class="stuck" aria-labelledby="stuck">
      <h2 id="stuck">{t('methods.stuck')}</h2>
      <p class="quiet">{t(added ? 'methods.stuckNow' : 'methods.stuckDetail')}</p>
      <ul>
        {shown.map((entry) => (
          <StuckOne key={entry.payment} me={me} stuck={entry} method={methodFor(entry, methods, added)} onTry={() => setTried((all) => [...all.filter((other) => other.payment !== entry.payment), entry])} />
        ))}
      </ul>
    </section>
  );
}

/** What a retry charges: the new method, else the one it waits for, where that is valid. */
function methodFor(stuck: StuckPayment, methods: PaymentMethod[], added: PaymentMethod | undefined): PaymentMethod | undefined {
  const valid = methods.filter((method) => !method.expired && method.id !== undefined);
  return valid.find((method) => method.id === added?.id) ?? valid.find((method) => method.id === stuck.method) ?? valid.find((method) => method.default);
}

function StuckOne({ me, stuck, method, onTry }: { me: Me; stuck: StuckPayment; method: PaymentMethod | undefined; onTry: () => void }) {
  const guarded = useGuarded();
  const [attempt, setAttempt] = useState<Attempt>();
  const [payment, setPayment] = useState<Payment>();
  const may = acts(me, 'payments');
  const action = t('methods.retry', { amount: moneyText(stuck.sum) });
  const retry = async (id: string) => {
    const plan = await ask('post', '/v1/payments/plan', {
      json: { invoices: stuck.parts.map((part) => ({ id: part.invoice, amount: part.amount })) },
    });
    const [planned] = plan.payments;
    const same = planned && plan.payments.length === 1 && compareDecimals(planned.charge.amount, stuck.sum.amount) === 0 && isZero(planned.credit.amount);
    // Other figures than those on the button are shown before they are charged.
    if (!same) return navigate(`/pay?retry=${encodeURIComponent(stuck.payment)}&method=${encodeURIComponent(id)}&step=check`);
    const next = attemptFor(attempt ? [attempt] : [], orderOf(planned, id, false));
    setAttempt(next);
    onTry();
    const made = await send(next);
    setPayment(made);
    announce(t(`standing.${standingOf(made)}`));
    if (made.wait === 'customer' && made.url) leaveFor(made.url);
  };
  return (
    <li class="card stuck-one">
      <div class="stuck-what">
        <p class="stuck-sum"><Money value={stuck.sum} /></p>
        <p>{stuck.parts.map((part, index) => <>{index > 0 && ' · '}<a href={pageOfPart(part)}><PartName part={part} /></a></>)}</p>
        <p class="quiet">{reasonWords(stuck.reason).why} {instant(stuck.at, me.account.timeZone)}</p>
        {guarded.failure && <Refused failure={guarded.failure} />}
      </div>
      {guarded.window}
      {payment ? (
        <div class="stuck-done">
          <p><StandingBadge payment={payment} /></p>
          <Reason payment={payment} />
          <p><a href={`/payments/${encodeURIComponent(payment.id)}`}>{rich('pay.seePayment', { reference: <Identifier>{payment.reference}</Identifier> })}</a></p>
        </div>
      ) : may && (
        <div class="actions">
          {method?.id
            ? (
              <>
                <p class="quiet">{rich('methods.retryWith', { method: <MethodName method={method} /> })}</p>
                <button type="button" class="button button-main" aria-disabled={guarded.busy} onClick={() => void guarded.run(() => retry(method.id!), action)}>{guarded.busy ? t('pay.sending') : action}</button>
              </>
            )
            : <a class="button" href={`/pay?retry=${encodeURIComponent(stuck.payment)}&step=how`}>{t('payment.otherMethod')}</a>}
        </div>
      )}
    </li>
  );
}
