import { useEffect, useRef, useState } from 'preact/hooks';
import type { Me, Plan, PlannedPayment } from '../api';
import { daysBetween } from '../dates';
import { addDecimals, isZero } from '../decimal';
import { wholeOf, type Draft, type Line } from '../paying';
import { Icon } from '../ui/icons';
import { Day, Identifier, Money } from '../ui/text';
import { currencyName, listed, moneyText, rich, t } from '../words';
import type { Way } from './pay';
import { AskAmount } from './pay-amount';
import { readTyped } from './pay-typed';
import { countWords, PartName } from './payment-parts';

/** The first step: which invoices, how much of each, and what account credit takes off. */
export function What({ way }: { way: Way }) {
  const { me, selection, plan, planning, draft, change, go, after } = way;
  const form = useRef<HTMLFormElement>(null);
  const [faults, setFaults] = useState<Record<string, string>>({});
  // Pressing Enter in a field commits it and sends the form before the page is drawn again.
  const faulty = useRef<Record<string, string>>({});
  // Nor is the plan with what was committed there yet: the form goes on when it is.
  const onward = useRef(false);
  const note = (invoice: string, fault: string) => {
    faulty.current = { ...faulty.current, [invoice]: fault };
    setFaults(faulty.current);
  };
  const amount = selection.kind === 'amount' ? selection.question?.oldestFirst : undefined;
  const groups = groupsOf(plan, draft);
  const submit = (event: Event) => {
    event.preventDefault();
    const wrong = draft.lines.find((line) => faulty.current[line.invoice] && !draft.dropped.includes(line.invoice));
    if (wrong) form.current?.querySelector<HTMLElement>(`#amount-${CSS.escape(wrong.invoice)}`)?.focus();
    else if (planning.loading) onward.current = true;
    else if (plan.payments.length > 0) go(after('what'));
  };
  useEffect(() => {
    if (planning.loading) return;
    if (onward.current && !planning.failure && plan.payments.length > 0) go(after('what'));
    onward.current = false;
  }, [planning.loading]);
  return (
    <>
      {amount && <AskAmount me={me} at={amount} />}
      <form ref={form} onSubmit={submit} noValidate aria-busy={planning.loading}>
        {groups.length > 1 && <p class="notice">{t('pay.mixed', { n: groups.length })}</p>}
        {groups.map((group) => (
          <section key={group.currency} class="card pay-group" aria-label={t('pay.inCurrency', { currency: group.currency })}>
            {groups.length > 1 && <h2>{currencyName(group.currency)} <Identifier>{group.currency}</Identifier></h2>}
            <Lines me={me} lines={group.lines} draft={draft} payments={group.payments} fixed={amount !== undefined} change={change}
              faults={faults} onFault={note} />
            <Sums payments={group.payments} />
          </section>
        ))}
        <div class="actions pay-actions">
          <button class="button button-main" type="submit" aria-disabled={planning.loading || plan.payments.length === 0}>{t('pay.continue')}</button>
          <a class="button" href="/invoices">{t('pay.leave')}</a>
        </div>
      </form>
    </>
  );
}

interface Group {
  currency: string;
  lines: Line[];
  payments: PlannedPayment[];
}

/** Lines and payments by currency, in the order of the plan: currencies are never added. */
function groupsOf(plan: Plan, draft: Draft): Group[] {
  const groups = new Map<string, Group>();
  const of = (currency: string) => {
    const group = groups.get(currency) ?? { currency, lines: [], payments: [] };
    groups.set(currency, group);
    return group;
  };
  for (const payment of plan.payments) of(payment.charge.currency).payments.push(payment);
  for (const line of draft.lines) of(line.outstanding.currency).lines.push(line);
  return [...groups.values()].filter((group) => group.lines.length > 0);
}

function Lines({ me, lines, draft, payments, fixed, change, faults, onFault }: {
  me: Me; lines: Line[]; draft: Draft; payments: PlannedPayment[]; fixed: boolean; change: Way['change'];
  faults: Record<string, string>; onFault: (invoice: string, fault: string) => void;
}) {
  const take = (invoice: string, on: boolean) => change(({ dropped }) => {
    const others = dropped.filter((id) => id !== invoice);
    return { dropped: on ? others : [...others, invoice] };
  });
  const planned = new Map(payments.flatMap((payment) => payment.parts).map((part) => [part.invoice, part]));
  return (
    <table class="table cards pay-lines" role="table">
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">{t('pay.invoice')}</th>
          <th role="columnheader" scope="col" class="figure">{t('pay.outstanding')}</th>
          <th role="columnheader" scope="col" class="figure">{t('pay.payNow')}</th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {lines.map((line) => {
          const dropped = draft.dropped.includes(line.invoice);
          const part = planned.get(line.invoice);
          if (fixed && !part) return null;
          return (
            <tr key={line.invoice} role="row" class={dropped ? 'line-dropped' : undefined}>
              <th role="rowheader" scope="row">
                <div class="line-name">
                  {!fixed && (
                    <label class="check line-check">
                      <input type="checkbox" checked={!dropped}
                        onChange={(event) => take(line.invoice, event.currentTarget.checked)} />
                      <span class="hidden">{rich('pay.include', { number: line.number })}</span>
                    </label>
                  )}
                  <span>
                    <PartName part={line} />
                    {line.dueOn && <span class="row-title">{rich('pay.due', { date: <Day on={line.dueOn} /> })}<Lateness me={me} on={line.dueOn} /></span>}
                  </span>
                </div>
              </th>
              <td role="cell" class="figure" data-label={t('pay.outstanding')}><Money value={line.outstanding} /></td>
              <td role="cell" class="figure line-amount" data-label={t('pay.payNow')}>
                {fixed && part
                  ? <Money value={{ amount: wholeOf(part), currency: line.outstanding.currency }} bare />
                  : <Amount line={line} draft={draft} dropped={dropped} change={change} fault={faults[line.invoice] ?? ''} onFault={onFault} />}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Lateness({ me, on }: { me: Me; on: string }) {
  const late = daysBetween(on, me.account.today);
  return late > 0 ? <span class="late"> · {t('late.days', { n: late })}</span> : null;
}

/** How much of an invoice is paid. What is typed counts when the field is left. */
function Amount({ line, draft, dropped, change, fault, onFault }: {
  line: Line; draft: Draft; dropped: boolean; change: Way['change']; fault: string; onFault: (invoice: string, fault: string) => void;
}) {
  const { invoice, outstanding } = line;
  const asked = draft.amounts[invoice] ?? line.part ?? outstanding.amount;
  const [text, setText] = useState<string | null>(null);
  const commit = (typed: string) => {
    const { amount, fault: wrong } = readTyped(typed, outstanding.amount, t('pay.moreThanOutstanding'));
    onFault(invoice, wrong);
    if (amount === null) return;
    setText(null);
    const whole = amount === (line.part ?? outstanding.amount);
    change(({ amounts: { [invoice]: _, ...others } }) => ({ amounts: whole ? others : { ...others, [invoice]: amount } }));
  };
  const id = `fault-${invoice}`;
  return (
    <span class="amount-box">
      <input id={`amount-${invoice}`} class="input figure" dir="ltr" inputMode="decimal" autoComplete="off" aria-label={t('pay.amountOf', { number: line.number })}
        value={text ?? asked} disabled={dropped} aria-invalid={fault && !dropped ? 'true' : undefined} aria-describedby={fault ? id : undefined}
        onInput={(event) => setText(event.currentTarget.value)}
        onChange={(event) => commit(event.currentTarget.value)} />
      {fault && !dropped && <span id={id} class="fault" role="alert">{fault}</span>}
    </span>
  );
}

/** The sums of one currency: all, less the account credit that is used first, and what is charged. */
function Sums({ payments }: { payments: PlannedPayment[] }) {
  const first = payments[0];
  if (!first) return <p class="quiet">{t('pay.noneChosen')}</p>;
  const sum = (pick: (payment: PlannedPayment) => string) => ({
    amount: payments.map(pick).reduce(addDecimals), currency: first.charge.currency,
  });
  const credit = sum((payment) => payment.credit.amount);
  const numbers = [...new Set(payments.flatMap((payment) => payment.credits ?? []).map((used) => used.number))];
  return (
    <>
      <dl class="sums">
        <div><dt>{countWords(payments.flatMap((payment) => payment.parts))}</dt><dd><Money value={sum((payment) => payment.total.amount)} /></dd></div>
        {!isZero(credit.amount) && (
          <div class="sums-credit">
            <dt>
              <Icon name="coin" /> {t('pay.credit')}
              <span class="hint">{numbers.map((number, index) => <>{index > 0 && ' '}<Identifier>{number}</Identifier></>)}</span>
            </dt>
            <dd>−<Money value={credit} /></dd>
          </div>
        )}
        {payments.map(({ rewards }) => rewards && (
          <div key={rewards.subscription} class="sums-credit"><dt><Icon name="coin" /> {rich('pay.rewardsOf', { number: <Identifier>{rewards.number}</Identifier> })}</dt><dd>−<Money value={rewards.amount} /></dd></div>
        ))}
        <div class="sums-end"><dt>{t('pay.toPay')}</dt><dd><Money value={sum((payment) => payment.charge.amount)} /></dd></div>
      </dl>
      {payments.length > 1 && <p class="hint">{t('pay.several', { n: payments.length, amounts: listed(payments.map((payment) => moneyText(payment.charge))) })}</p>}
    </>
  );
}
