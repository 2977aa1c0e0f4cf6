import { useRef, useState } from 'preact/hooks';
import type { CurrencySummary, Me, Money as MoneyValue } from '../api';
import { isZero } from '../decimal';
import { navigate } from '../router';
import { useSummary } from '../summary';
import { outstandingOf } from '../ui/aging';
import { Blank, Section } from '../ui/states';
import { Money } from '../ui/text';
import { rich, t } from '../words';
import { readTyped } from './pay-typed';

/** An amount and its currency; the invoices it pays follow from their age. */
export function AskAmount({ me, at }: { me: Me; at?: MoneyValue }) {
  const summary = useSummary(me);
  return (
    <Section resource={summary}>
      {(value) => {
        const open = value.currencies.filter((currency) => !isZero(outstandingOf(currency).amount));
        return open.length === 0 ? <Blank icon="check" title={t('pay.nothing')} detail={t('pay.nothingDetail')} /> : <Form open={open} at={at} />;
      }}
    </Section>
  );
}

function Form({ open, at }: { open: CurrencySummary[]; at: MoneyValue | undefined }) {
  const [currency, setCurrency] = useState(at?.currency ?? open[0]!.currency);
  const [text, setText] = useState(at?.amount ?? '');
  const [fault, setFault] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const owed = outstandingOf(open.find((entry) => entry.currency === currency) ?? open[0]!);
  const submit = (event: Event) => {
    event.preventDefault();
    const typed = readTyped(text, owed.amount, t('pay.amountTooMuch'));
    setFault(typed.fault);
    if (typed.amount === null) field.current?.focus();
    else navigate(`/pay?${new URLSearchParams({ amount: typed.amount, currency })}`, { replace: at !== undefined });
  };
  return (
    <form class="card amount-form" onSubmit={submit} noValidate>
      <label class="field">
        <span>{t('pay.currency')}</span>
        <select class="input" value={currency} disabled={open.length === 1} onChange={(event) => setCurrency(event.currentTarget.value)}>
          {open.map((entry) => <option key={entry.currency} value={entry.currency}>{entry.currency}</option>)}
        </select>
      </label>
      <label class="field amount-field">
        <span>{t('pay.amount')}</span>
        <input ref={field} class="input figure" name="amount" dir="ltr" inputMode="decimal" autoComplete="off" value={text}
          aria-invalid={fault ? 'true' : undefined} aria-describedby={fault ? 'amount-fault' : 'amount-owed'}
          onInput={(event) => { setText(event.currentTarget.value); setFault(''); }} />
      </label>
      <button class={at ? 'button' : 'button button-main'} type="submit">{t(at ? 'pay.allocateAgain' : 'pay.allocate')}</button>
      {fault ? <p id="amount-fault" class="fault" role="alert">{fault}</p>
        : <p id="amount-owed" class="hint">{rich('pay.amountOwed', { amount: <Money value={owed} /> })}</p>}
    </form>
  );
}
