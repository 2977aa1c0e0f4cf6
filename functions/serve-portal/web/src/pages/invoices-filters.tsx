import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Bucket, InvoiceSummary } from '../api';
import { typedAmount } from '../decimal';
import { bucketName } from '../ui/aging';
import { Icon } from '../ui/icons';
import { filtersOn, type Name, type View } from '../view';
import { day, decimal, number, t, type Key } from '../words';

type Go = (change: Partial<View>, replace?: boolean) => void;

const TYPES = ['HARDWARE', 'SUBSCRIPTION', 'SUPPORT', 'LICENSE', 'EDUCATION', 'CONSULTING', 'SERVICE', 'USAGE'] as const;

/** The filters behind a button. Each takes effect at once and stands in the address. */
export function FilterPanel({ view, summary, go }: { view: View; summary: InvoiceSummary | undefined; go: Go }) {
  const on = filtersOn(view).length;
  const currencies = summary?.currencies.map((entry) => entry.currency) ?? [];
  if (view.currency && !currencies.includes(view.currency)) currencies.push(view.currency);
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" class="button" aria-expanded={open} aria-controls="filters" onClick={() => setOpen(!open)}>
        <Icon name="filter" />
        {t('invoices.filters')}
        {on > 0 && <span class="count"><span aria-hidden="true">{number(on)}</span><span class="hidden">{t('invoices.filtersOn', { n: on })}</span></span>}
      </button>
      <div id="filters" class="filters-panel" hidden={!open}>
        <Select label={t('invoices.kind')} value={view.kind} onChoose={(kind) => go({ kind, bucket: undefined })}
          options={[['', t('invoices.kindInvoices')], ['credit_note', t('invoices.kindCredit')]]} />
        <Select label={t('invoices.type')} value={view.type} onChoose={(type) => go({ type })}
          options={[['', t('invoices.any')], ...TYPES.map((type): [string, string] => [type, t(`type.${type}`)])]} />
        <Select label={t('invoices.currency')} value={view.currency}
          onChoose={(currency) => go({ currency, bucket: undefined, ...(currency ? {} : { amountFrom: undefined, amountTo: undefined }) })}
          options={[['', t('invoices.any')], ...currencies.map((code): [string, string] => [code, code])]} />
        <Amounts view={view} go={go} only={currencies.length === 1 ? currencies[0] : undefined} />
        <Dates view={view} go={go} from="issuedFrom" to="issuedTo" />
        <Dates view={view} go={go} from="dueFrom" to="dueTo" />
      </div>
    </>
  );
}

function Field({ label, children, hint }: { label: string; children: ComponentChildren; hint?: ComponentChildren }) {
  return <label class="field"><span>{label}</span>{children}{hint}</label>;
}

function Select({ label, value, options, onChoose }: {
  label: string; value: string | undefined; options: [string, string][]; onChoose: (value: string | undefined) => void;
}) {
  return (
    <Field label={label}>
      <select class="input" value={value ?? ''} onChange={(event) => onChoose(event.currentTarget.value || undefined)}>
        {options.map(([option, name]) => <option key={option} value={option}>{name}</option>)}
      </select>
    </Field>
  );
}

function Dates({ view, go, from, to }: { view: View; go: Go; from: 'issuedFrom' | 'dueFrom'; to: 'issuedTo' | 'dueTo' }) {
  return (
    <div class="pair">
      {([from, to] as const).map((name) => (
        <Field key={name} label={t(`invoices.${name}`)}>
          <input class="input" type="date" value={view[name] ?? ''} min={name === to ? view[from] : undefined} max={name === from ? view[to] : undefined}
            onChange={(event) => go({ [name]: event.currentTarget.value || undefined })} />
        </Field>
      ))}
    </div>
  );
}

/** Amounts mean nothing without a currency; an account with a single one need not name it. */
function Amounts({ view, go, only }: { view: View; go: Go; only: string | undefined }) {
  const currency = view.currency ?? only;
  return (
    <div class="pair">
      {(['amountFrom', 'amountTo'] as const).map((name) => (
        <AmountField key={name} label={t(`invoices.${name}`)} value={view[name]} disabled={!currency}
          onChoose={(amount) => go({ [name]: amount, currency })} />
      ))}
      {!currency && <p class="hint pair-hint">{t('invoices.amountNeedsCurrency')}</p>}
    </div>
  );
}

function AmountField({ label, value, disabled, onChoose }: {
  label: string; value: string | undefined; disabled: boolean; onChoose: (amount: string | undefined) => void;
}) {
  const [wrong, setWrong] = useState(false);
  const take = (text: string) => {
    const amount = typedAmount(text);
    setWrong(text.trim() !== '' && amount === null);
    if (text.trim() === '') onChoose(undefined);
    else if (amount !== null) onChoose(amount);
  };
  return (
    <Field label={label} hint={wrong && <span class="fault" role="alert">{t('invoices.amountWrong')}</span>}>
      <input key={value ?? ''} class="input" inputMode="decimal" dir="ltr" disabled={disabled} defaultValue={value ?? ''} aria-invalid={wrong ? 'true' : undefined}
        onChange={(event) => take(event.currentTarget.value)} />
    </Field>
  );
}

function chipWords(view: View, name: Name): string {
  const value = view[name] ?? '';
  switch (name) {
    case 'bucket': return bucketName(value as Bucket);
    case 'kind': return t('invoices.kindCredit');
    case 'currency': return value;
    case 'type': return t(`type.${value}` as Key) || value;
    case 'amountFrom': case 'amountTo': return `${t(`invoices.${name}`)} ${decimal(value)}`;
    case 'issuedFrom': case 'issuedTo': case 'dueFrom': case 'dueTo': return `${t(`invoices.${name}`)} ${day(value)}`;
    default: return value;
  }
}

/** The filters that are on, each with the way to take it off. */
export function FilterChips({ view, go }: { view: View; go: Go }) {
  const on = filtersOn(view);
  if (on.length === 0) return null;
  const without = (name: Name): Partial<View> => (name === 'currency'
    ? { currency: undefined, bucket: undefined, amountFrom: undefined, amountTo: undefined } : { [name]: undefined });
  const all = Object.fromEntries(on.map((name) => [name, undefined]));
  return (
    <div class="chips">
      {on.map((name) => {
        const words = chipWords(view, name);
        return (
          <button key={name} type="button" class="chip" aria-label={t('invoices.remove', { filter: words })} onClick={() => go(without(name))}>
            {words}<Icon name="close" />
          </button>
        );
      })}
      <button type="button" class="link screen-only" onClick={() => go(all)}>{t('invoices.clear')}</button>
    </div>
  );
}
