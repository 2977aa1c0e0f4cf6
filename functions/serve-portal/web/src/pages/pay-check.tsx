import { useEffect, useRef, useState } from 'preact/hooks';
import { asRefusal, type Me, type Payment, type PaymentMethod, type PlannedPayment, type Refusal } from '../api';
import { isZero } from '../decimal';
import { announce } from '../live';
import { attemptFor, leaveFor, noteMade, orderOf, send, type Attempt, type Order } from '../paying';
import { standingOf, useWatched } from '../payment';
import { navigate } from '../router';
import { sessionEnded } from '../session';
import { FreshCode } from '../ui/fresh-code';
import { HeldBy } from '../ui/in-flight';
import { MethodName } from '../ui/method';
import { Refused } from '../ui/refused';
import { Reason, StandingBadge } from '../ui/standing';
import { Day, Identifier, Money } from '../ui/text';
import { currencyName, fullDay, moneyText, rich, t } from '../words';
import type { Way } from './pay';
import { countWords, PartAmount, PartName } from './payment-parts';

const LINES_SHOWN = 6;

/** The last step: who is charged, how much and when. Each payment has its own button, which names the amount. */
export default function Check({ way, method }: { way: Way; method: PaymentMethod | null }) {
  const { me, plan, planning, draft, change, go } = way;
  const [before, setBefore] = useState<PlannedPayment[]>([]);
  const orderFor = (planned: PlannedPayment) => orderOf(planned, isZero(planned.charge.amount) ? '' : method?.id ?? '', draft.keep, draft.rewards?.code);
  const done = draft.attempts.filter((attempt) => attempt.payment !== undefined);
  const waiting = plan.payments.filter((planned) => !done.some((attempt) => isSame(attempt.order, orderFor(planned))));
  // The key of each attempt is stored before anything is sent: a reload finds it and sends the same again.
  useEffect(() => {
    if (planning.loading) return;
    change((now) => ({ attempts: [...done, ...waiting.map((planned) => attemptFor(now.attempts, orderFor(planned)))] }));
  }, [plan, planning.loading, method?.id, draft.keep, draft.rewards?.code]);

  const mark = (attempt: Attempt, next: Partial<Attempt>) => change((now) => ({
    attempts: now.attempts.map((entry) => (entry.key === attempt.key ? { ...entry, ...next } : entry)),
  }));
  const replan = (planned: PlannedPayment) => {
    setBefore((all) => [...all, planned]);
    planning.reload();
  };
  const paid = (attempt: Attempt, payment: Payment) => {
    const url = payment.wait === 'customer' ? payment.url : undefined;
    if (noteMade(change, attempt, payment)) navigate(`/payments/${encodeURIComponent(payment.id)}`, { replace: true });
    else announce(t(`standing.${standingOf(payment)}`));
    if (url) leaveFor(url);
  };
  const renewKey = (attempt: Attempt) => void mark(attempt, attemptFor([], attempt.order));
  return (
    <div class="pay-check" aria-busy={planning.loading}>
      {waiting.length + done.length > 1 && <p class="notice">{t('pay.inTurn', { n: waiting.length + done.length })}</p>}
      {done.map((attempt) => <Done key={attempt.key} me={me} id={attempt.payment!} />)}
      {waiting.map((planned) => (
        <Waiting key={planned.parts[0]?.invoice} me={me} planned={planned} method={isZero(planned.charge.amount) ? null : method}
          attempt={draft.attempts.find((attempt) => attempt.payment === undefined && isSame(attempt.order, orderFor(planned)))}
          before={before.findLast((old) => overlaps(old, planned))} busy={planning.loading} keep={draft.keep}
          on={{ sending: (attempt, sent) => void mark(attempt, { sent }), replan, paid, renewKey, how: () => go('how'), rewards: () => go('rewards') }} />
      ))}
      {waiting.length === 0 && <p class="actions"><a class="button" href="/payments">{t('pay.toPayments')}</a><a class="button" href="/invoices">{t('pay.toInvoices')}</a></p>}
      {waiting.length > 0 && <p class="pay-actions"><button type="button" class="button" onClick={() => go('how')}>{t('pay.back')}</button></p>}
    </div>
  );
}

function isSame(one: Order, other: Order): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function overlaps(one: PlannedPayment, other: PlannedPayment): boolean {
  return other.parts.some((part) => one.parts.some((earlier) => earlier.invoice === part.invoice));
}

/** A payment of this selection that was made already, as it stands. */
function Done({ me, id }: { me: Me; id: string }) {
  const { payment } = useWatched(me, id);
  if (!payment) return null;
  return (
    <section class="card pay-done">
      <p><StandingBadge payment={payment} /> <strong><Money value={payment.charge} /></strong></p>
      <Reason payment={payment} />
      <p><a href={`/payments/${encodeURIComponent(id)}`}>{rich('pay.seePayment', { reference: <Identifier>{payment.reference}</Identifier> })}</a></p>
    </section>
  );
}

interface Steps {
  sending: (attempt: Attempt, sent: boolean) => void;
  replan: (planned: PlannedPayment) => void;
  paid: (attempt: Attempt, payment: Payment) => void;
  renewKey: (attempt: Attempt) => void;
  how: () => void;
  rewards: () => void;
}

/** What is known after a refusal, and so what the next press of the button does. */
function follow(failure: Refusal, attempt: Attempt, planned: PlannedPayment, on: Steps): void {
  const unknown = failure.status === 0 || (failure.status >= 500 && failure.slug !== 'processor-unreachable');
  // Without an answer the attempt may have been made: the same key asks what became of it.
  if (unknown) return;
  switch (failure.slug) {
    case 'processor-unreachable':
    case 'idempotency-key-reused':
      return on.renewKey(attempt);
    case 'amounts-changed':
    case 'payment-in-flight':
      on.sending(attempt, false);
      return on.replan(planned);
    default:
      on.sending(attempt, false);
  }
}

function Waiting({ me, planned, method, attempt, before, busy, keep, on }: {
  me: Me; planned: PlannedPayment; method: PaymentMethod | null; attempt: Attempt | undefined; before: PlannedPayment | undefined;
  busy: boolean; keep: boolean; on: Steps;
}) {
  const [sending, setSending] = useState(false);
  const [code, setCode] = useState(false);
  const [failure, setFailure] = useState<Refusal>();
  const resumed = useRef(attempt?.sent);
  const covered = isZero(planned.charge.amount);
  const pay = async () => {
    if (sending || busy || !attempt) return;
    setSending(true);
    setFailure(undefined);
    on.sending(attempt, true);
    try {
      const payment = await send(attempt);
      setSending(false);
      on.paid(attempt, payment);
    } catch (cause) {
      const refusal = asRefusal(cause);
      setSending(false);
      if (refusal.status === 401) return sessionEnded();
      follow(refusal, attempt, planned, on);
      if (refusal.slug === 'fresh-code-needed') setCode(true);
      else setFailure(refusal);
    }
  };
  const byRewards = covered && planned.rewards !== undefined;
  const action = t(byRewards ? 'pay.settleRewards' : covered ? 'pay.settle' : method ? 'pay.button' : 'pay.buttonPage', {
    amount: moneyText(byRewards ? planned.total : covered ? planned.credit : planned.charge),
  });
  return (
    <section class="card pay-card" aria-label={action}>
      {before && !busy && <Changed before={before} now={planned} />}
      {failure && failure.slug !== 'amounts-changed' && <Fault failure={failure} me={me} how={on.how} rewards={planned.rewards && on.rewards} />}
      {resumed.current && attempt?.sent && !failure && <p class="notice">{t('pay.resumed')}</p>}
      <Terms me={me} planned={planned} method={method} keep={keep} />
      <button type="button" class="button button-main button-wide pay-button" aria-disabled={sending || busy || !attempt} onClick={() => void pay()}>
        {sending ? t('pay.sending') : action}
      </button>
      <p class="hint">{t(covered ? 'pay.settleHint' : method ? 'pay.once' : 'pay.pageHint')}</p>
      {code && <FreshCode action={action} onClose={() => setCode(false)} onDone={() => { setCode(false); void pay(); }} />}
    </section>
  );
}

function Fault({ failure, me, how, rewards }: { failure: Refusal; me: Me; how: () => void; rewards: (() => void) | undefined }) {
  const unknown = failure.status === 0 || (failure.status >= 500 && failure.slug !== 'processor-unreachable');
  if (unknown) return <div class="notice notice-late" role="alert"><p class="notice-text"><strong>{t('pay.unknown')}.</strong> {t('pay.unknownDetail')}</p></div>;
  const facts = failure.problem.facts as { payment?: { id?: string } } | undefined;
  const methodAtFault = failure.slug === 'method-expired' || failure.slug === 'method-not-found';
  return (
    <Refused failure={failure}>
      {failure.slug === 'payment-in-flight' && facts?.payment?.id && <div class="notice-text"><HeldBy me={me} payment={facts.payment.id} /></div>}
      {methodAtFault && <button type="button" class="button" onClick={how}>{t('pay.otherMethod')}</button>}
      {rewards && /^(redemption|rewards|not-a-redeemer)/.test(failure.slug) && <button type="button" class="button" onClick={rewards}>{t('pay.toRewards')}</button>}
    </Refused>
  );
}

/** Old and new figures side by side, where invoices changed between looking and paying. */
function Changed({ before, now }: { before: PlannedPayment; now: PlannedPayment }) {
  const numbers = [...new Map([...before.parts, ...now.parts].map((part) => [part.invoice, part.number]))];
  const outstanding = (planned: PlannedPayment, invoice: string) => {
    const part = planned.parts.find((entry) => entry.invoice === invoice);
    return part ? <Money value={part.outstanding} bare /> : <span class="quiet">–</span>;
  };
  return (
    <div class="notice notice-changed" role="alert">
      <div class="notice-text">
        <p><strong>{t('pay.changed')}.</strong> {t('pay.changedDetail')}</p>
        <table class="plain">
          <thead><tr><th scope="col">{t('pay.invoice')}</th><th scope="col" class="figure">{t('pay.before')}</th><th scope="col" class="figure">{t('pay.now')}</th></tr></thead>
          <tbody>
            {numbers.map(([invoice, number]) => (
              <tr key={invoice}><th scope="row"><Identifier>{number}</Identifier></th><td class="figure">{outstanding(before, invoice)}</td><td class="figure">{outstanding(now, invoice)}</td></tr>
            ))}
            <tr>
              <th scope="row" class="strong">{t('pay.toPay')} <Identifier>{now.charge.currency}</Identifier></th>
              <td class="figure"><Money value={before.charge} bare /></td>
              <td class="figure"><Money value={now.charge} bare /></td>
            </tr>
          </tbody>
        </table>
      </div>
    </div>
  );
}

/** Who is charged, how much, in which currency, when and what for. */
function Terms({ me, planned, method, keep }: { me: Me; planned: PlannedPayment; method: PaymentMethod | null; keep: boolean }) {
  const covered = isZero(planned.charge.amount);
  return (
    <>
      <dl class="terms">
        <div><dt>{t('pay.charged')}</dt><dd class="terms-amount"><Money value={planned.charge} /> <span class="quiet">{currencyName(planned.charge.currency)}</span></dd></div>
        {!isZero(planned.credit.amount) && <div><dt>{t('pay.credit')}</dt><dd><Money value={planned.credit} /></dd></div>}
        {planned.rewards && <div><dt>{rich('pay.rewardsOf', { number: <Identifier>{planned.rewards.number}</Identifier> })}</dt><dd><Money value={planned.rewards.amount} /></dd></div>}
        {!covered && (
          <div>
            <dt>{t('pay.from')}</dt>
            <dd>
              {method ? <MethodName method={method} /> : t('pay.atPage')}
              {!method && keep && <p class="quiet">{t('pay.kept')}</p>}
            </dd>
          </div>
        )}
        <div><dt>{t('pay.payer')}</dt><dd><bdi>{me.account.name}</bdi></dd></div>
        <div><dt>{t('pay.when')}</dt><dd>{fullDay(me.account.today)}<p class="quiet">{t(method?.kind === 'bank_debit' ? 'pay.whenBank' : method || covered ? 'pay.whenNow' : 'pay.whenPage')}</p></dd></div>
      </dl>
      <details class="terms-lines" open={planned.parts.length <= LINES_SHOWN}>
        <summary>{countWords(planned.parts)}</summary>
        <table class="plain">
          <thead class="hidden"><tr><th scope="col">{t('pay.invoice')}</th><th scope="col">{t('pay.dueOn')}</th><th scope="col">{t('pay.payNow')}</th></tr></thead>
          <tbody>
            {planned.parts.map((part) => (
              <tr key={part.invoice}>
                <th scope="row"><PartName part={part} /></th>
                <td class="quiet">{part.dueOn && <Day on={part.dueOn} />}</td>
                <td class="figure">
                  <PartAmount part={part} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}
