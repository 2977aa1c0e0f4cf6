import { useEffect, useRef } from 'preact/hooks';
import { ask, type LeftOut, type Me, type Plan, type PlannedPayment, type PlanQuestion } from '../api';
import { compareDecimals } from '../amounts';
import { lazy } from '../lazy';
import { addressOfStep, noteMade, readSelection, send, stepOf, useDraft, usePlan, wholeOf, type ChangeDraft, type Draft, type Line, type Planning, type Selection, type Step } from '../paying';
import { pageOfPart } from '../payment';
import { useResource } from '../resource';
import { navigate } from '../router';
import { useMe } from '../session';
import { Icon } from '../ui/icons';
import { HeldBy } from '../ui/in-flight';
import { PageTitle } from '../ui/page';
import { FullProblem } from '../ui/problem';
import { Refused } from '../ui/refused';
import { Blank, Skeleton } from '../ui/states';
import { Money } from '../ui/text';
import { rich, t } from '../words';
import { AskAmount } from './pay-amount';
import { How, methodOf } from './pay-how';
import { What } from './pay-what';
import { PartName } from './payment-parts';

const Check = lazy(() => import('./pay-check'), { words: ['paying'] });
const Rewards = lazy(() => import('./pay-rewards'), { words: ['redeeming'] });

/** What every step of paying is given. */
export interface Way {
  me: Me;
  query: URLSearchParams;
  selection: Selection;
  plan: Plan;
  planning: Planning;
  draft: Draft;
  change: ChangeDraft;
  go: (step: Step) => void;
  /** The steps beside one: that of rewards is there where some can be used. */
  after: (step: Step) => Step;
  before: (step: Step) => Step;
}

export default function Pay({ query }: { query: URLSearchParams }) {
  const me = useMe();
  const selection = readSelection(query);
  if (selection.kind === 'again') return <Again key={selection.payment} me={me} query={query} payment={selection.payment} />;
  if (selection.question === null) {
    return (
      <div class="pay">
        <header class="page-head"><div><PageTitle title={t('pay.amountTitle')} /><p class="lead">{t('pay.amountLead')}</p></div></header>
        <AskAmount me={me} />
      </div>
    );
  }
  return <Steps key={addressOfStep(query, 'what')} me={me} query={query} selection={selection} question={selection.question} />;
}

/** A payment that failed, with the same invoices and amounts. */
function Again({ me, query, payment: id }: { me: Me; query: URLSearchParams; payment: string }) {
  const { value, failure, reload } = useResource(`payment ${id}`, (signal) => ask('get', '/v1/payments/{id}', { params: { id }, signal }));
  if (failure) return <FullProblem failure={failure} retry={reload} />;
  if (!value) return <Skeleton lines={8} tall />;
  const question = {
    invoices: value.parts.map((part) => ({ id: part.invoice, amount: { amount: wholeOf(part), currency: part.amount.currency } })),
  };
  return <Steps me={me} query={query} selection={{ kind: 'again', payment: id }} question={question} />;
}

/** What is asked once lines were changed: each of them, with its amount where it is a part. */
function questionOf(asked: PlanQuestion, { lines, amounts, dropped, rewards }: Draft): PlanQuestion | null {
  const question = rewards
    ? { ...asked, rewards: { subscription: rewards.subscription, amount: { amount: rewards.amount, currency: rewards.currency } } } : asked;
  if (lines.length === 0 || (Object.keys(amounts).length === 0 && dropped.length === 0)) return question;
  const taken = lines.filter((line) => !dropped.includes(line.invoice));
  if (taken.length === 0) return null;
  return {
    rewards: question.rewards,
    invoices: taken.map(({ invoice, outstanding, part }) => {
      const amount = amounts[invoice] ?? part;
      return { id: invoice, ...(amount && { amount: { amount, currency: outstanding.currency } }) };
    }),
  };
}

type Part = PlannedPayment['parts'][number];

/** The lines as the newest plan has them; those left aside stay, so that they can be taken again. */
function linesOf(plan: Plan, { lines, amounts, dropped }: Draft): Line[] {
  const parts = new Map(plan.payments.flatMap((payment) => payment.parts).map((part) => [part.invoice, part]));
  const stepped = new Set(plan.leftOut.filter((left) => left.reason === 'smallest_step').map((left) => left.invoice));
  const fresh = (part: Part, old?: Line): Line => {
    const { kind, invoice, number, dueOn, outstanding } = part;
    const total = wholeOf(part);
    const partly = amounts[invoice] === undefined && !stepped.has(invoice) && compareDecimals(total, outstanding.amount) < 0;
    return { kind, invoice, number, dueOn, outstanding, part: old ? old.part : partly ? total : undefined };
  };
  const before = lines.filter((line) => dropped.includes(line.invoice) || parts.has(line.invoice));
  const known = new Set(before.map((line) => line.invoice));
  return [
    ...before.map((line) => {
      const part = parts.get(line.invoice);
      return part ? fresh(part, line) : line;
    }),
    ...[...parts.values()].filter((part) => !known.has(part.invoice)).map((part) => fresh(part)),
  ];
}

function Steps({ me, query, selection, question }: { me: Me; query: URLSearchParams; selection: Selection; question: PlanQuestion }) {
  const [draft, change] = useDraft(me.account.id, query);
  const asked = questionOf(question, draft);
  const planning = usePlan(asked ?? question);
  const { failure, loading } = planning;
  const plan = asked || !planning.plan ? planning.plan : { ...planning.plan, payments: [], leftOut: [] };
  const go = (step: Step) => navigate(addressOfStep(query, step));
  useEffect(() => {
    if (!plan || loading || !asked) return;
    change((now) => ({ lines: linesOf(plan, now) }));
    const lost = draft.attempts.find((attempt) => attempt.sent && attempt.payment === undefined
      && attempt.order.parts.some((part) => plan.leftOut.some((left) => left.invoice === part.invoice)));
    if (!lost) return;
    // Sent before a reload, its answer never came, and what it pays is taken: the same key tells what became of it.
    let stays = true;
    send(lost).then((payment) => {
      if (stays && noteMade(change, lost, payment)) navigate(`/payments/${encodeURIComponent(payment.id)}`, { replace: true });
    }, () => {
      // What holds or paid the invoices is said with those left out.
    });
    return () => { stays = false; };
  }, [planning.plan, loading]);

  if (failure && !plan) return <FullProblem failure={failure} retry={planning.reload} />;
  if (!plan) return <Skeleton lines={10} tall />;
  const payable = plan.payments.length > 0;
  const offered = (plan.rewards ?? []).length > 0;
  const steps = STEPS.filter((name) => name !== 'rewards' || offered);
  const beside = (by: number) => (name: Step) => steps[steps.indexOf(name) + by] ?? name;
  const way: Way = { me, query, selection, plan, planning, draft, change, go, after: beside(1), before: beside(-1) };
  const asks = stepOf(query) === 'rewards' && !offered ? 'how' : stepOf(query);
  const step = payable ? asks : stepOf(query) === 'check' && draft.attempts.some((attempt) => attempt.payment) ? 'check' : 'what';
  return (
    <div class="pay">
      <header class="page-head">
        <div>
          <PageTitle title={`${t('pay.title')}: ${t(`pay.${step}`)}`}>{t(`pay.${step}Title`)}</PageTitle>
        </div>
      </header>
      <StepList steps={steps} step={step} query={query} payable={payable} />
      {failure && <Refused failure={failure}><button type="button" class="button" onClick={planning.reload}>{t('problem.retry')}</button></Refused>}
      {step === 'what' && (payable || draft.lines.length > 0 ? <What way={way} /> : <NothingToPay plan={plan} />)}
      {step === 'rewards' && <Rewards way={way} />}
      {step === 'how' && <How way={way} />}
      {step === 'check' && <Check way={way} method={methodOf(way)} />}
      <LeftOutList me={me} left={plan.leftOut} more={plan.more} />
    </div>
  );
}

const STEPS: Step[] = ['what', 'rewards', 'how', 'check'];

/** Where one is on the way; the steps behind are links back. Another step is read from its heading on. */
function StepList({ steps, step, query, payable }: { steps: Step[]; step: Step; query: URLSearchParams; payable: boolean }) {
  const at = steps.indexOf(step);
  const before = useRef(step);
  useEffect(() => {
    if (before.current === step) return;
    before.current = step;
    scrollTo(0, 0);
    document.querySelector('h1')?.focus();
  }, [step]);
  return (
    <ol class="steps" aria-label={t('pay.steps')}>
      {steps.map((name, index) => (
        <li key={name} class={index < at ? 'step step-done' : 'step'} aria-current={name === step ? 'step' : undefined}>
          {index < at && payable ? <a href={addressOfStep(query, name)}>{t(`pay.${name}`)}</a> : <span>{t(`pay.${name}`)}</span>}
        </li>
      ))}
    </ol>
  );
}

function NothingToPay({ plan }: { plan: Plan }) {
  return (
    <Blank icon="check" title={t('pay.nothing')} detail={t(plan.leftOut.length > 0 ? 'pay.nothingLeft' : 'pay.nothingDetail')}>
      <div class="actions">
        <a class="button" href="/invoices">{t('pay.toInvoices')}</a>
        <a class="button" href="/payments">{t('pay.toPayments')}</a>
      </div>
    </Blank>
  );
}

/** What is not, or not wholly, paid, and why. */
function LeftOutList({ me, left, more }: { me: Me; left: LeftOut[]; more: boolean }) {
  if (left.length === 0 && !more) return null;
  return (
    <section class="card left-out" aria-labelledby="left-out">
      <h2 id="left-out">{t('pay.leftOut')}</h2>
      <ul>
        {left.map((entry, index) => (
          <li key={index}>
            <Icon name={entry.reason === 'payment_in_flight' ? 'clock' : 'invoice'} />
            <div>
              <p>
                <a class="strong" href={pageOfPart(entry)}><PartName part={{ kind: entry.kind, number: entry.number || entry.invoice }} /></a>
                {' '}
                {rich(`pay.left.${entry.reason}`, { rest: entry.rest ? <Money value={entry.rest} /> : '' })}
              </p>
              {entry.payment && <HeldBy me={me} payment={entry.payment} />}
            </div>
          </li>
        ))}
        {more && <li><Icon name="invoice" /><p>{t('pay.more')}</p></li>}
      </ul>
    </section>
  );
}
