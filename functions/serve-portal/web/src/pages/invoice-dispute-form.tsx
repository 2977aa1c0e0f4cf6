import { useRef, useState } from 'preact/hooks';
import { compareDecimals, typedIn } from '../amounts';
import { ask, asRefusal, type DisputeReason, type Invoice, type Money as MoneyValue, type Refusal } from '../api';
import { decimalsOf, isZero } from '../decimal';
import { newKey } from '../key';
import { announce } from '../live';
import { outdate } from '../resource';
import { sessionEnded } from '../session';
import { Dialog } from '../ui/dialog';
import { Refused } from '../ui/refused';
import { Identifier } from '../ui/text';
import { moneyText, rich, t } from '../words';

const REASONS: DisputeReason[] = ['UNAUTHORISED', 'DUPLICATE', 'WRONG_DETAILS', 'QUANTITY', 'PART', 'ADDRESS', 'PO', 'TAX', 'OTHER'];
const LONGEST_TEXT = 2000;

type Fault = 'reason' | 'text' | 'amount';

/** Asks what is wrong, with what, and how much of it. The key is made once, so that sending it again opens no second dispute. */
export function DisputeForm({ whole, most, onClose }: { whole: Invoice; most: MoneyValue; onClose: () => void }) {
  const { invoice, lines } = whole;
  const [key] = useState(newKey);
  const [reason, setReason] = useState<DisputeReason | ''>('');
  const [line, setLine] = useState('');
  const [text, setText] = useState('');
  const [amount, setAmount] = useState(most.amount);
  const [faults, setFaults] = useState<Fault[]>([]);
  const [failure, setFailure] = useState<Refusal>();
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    const typed = typedIn(amount, decimalsOf(most.amount));
    const wrong: Fault[] = [];
    if (reason === '') wrong.push('reason');
    if (text.trim() === '') wrong.push('text');
    if (typed === null || isZero(typed) || compareDecimals(typed, most.amount) > 0) wrong.push('amount');
    setFaults(wrong);
    setFailure(undefined);
    if (wrong[0]) {
      form.current?.querySelector<HTMLElement>(`[name=${wrong[0]}]`)?.focus();
      return;
    }
    setBusy(true);
    try {
      await ask('post', '/v1/invoices/{id}/disputes', {
        params: { id: invoice.id }, headers: { 'idempotency-key': key },
        json: { reason, text: text.trim(), ...(line && { line }), amount: { amount: typed, currency: most.currency } },
      });
      outdate();
      announce(t('dispute.sent'));
      onClose();
    } catch (cause) {
      const refusal = asRefusal(cause);
      if (refusal.status === 401) return sessionEnded();
      setFailure(refusal);
      setBusy(false);
    }
  };
  const hint = (fault: Fault, words: string) => ({
    field: { 'aria-invalid': faults.includes(fault) ? 'true' as const : undefined, 'aria-describedby': faults.includes(fault) ? `dispute-${fault}` : undefined },
    line: faults.includes(fault) && <span id={`dispute-${fault}`} class="fault" role="alert">{words}</span>,
  });
  const ofReason = hint('reason', t('dispute.reasonMissing'));
  const ofText = hint('text', t('dispute.textMissing'));
  const ofAmount = hint('amount', t('dispute.amountWrong', { most: moneyText(most) }));
  return (
    <Dialog title={t('dispute.openTitle')} onClose={onClose}>
      <form ref={form} class="act-form" onSubmit={submit} noValidate>
        <p>{rich('dispute.openDetail', { number: <Identifier>{invoice.number}</Identifier> })}</p>
        {failure && <Refused failure={failure} />}
        <label class="field">
          <span>{t('dispute.reasonLabel')}</span>
          <select class="input" name="reason" required value={reason} {...ofReason.field} onChange={(event) => setReason(event.currentTarget.value as DisputeReason | '')}>
            <option value="">{t('dispute.choose')}</option>
            {REASONS.map((one) => <option key={one} value={one}>{t(`dispute.reason.${one}`)}</option>)}
          </select>
          {ofReason.line}
        </label>
        {lines.length > 1 && (
          <label class="field">
            <span>{t('dispute.lineLabel')}</span>
            <select class="input" name="line" value={line} onChange={(event) => setLine(event.currentTarget.value)}>
              <option value="">{t('dispute.wholeInvoice')}</option>
              {lines.map(({ id, name }) => id && <option key={id} value={id}>{name ?? id}</option>)}
            </select>
          </label>
        )}
        <label class="field">
          <span>{t('dispute.amountLabel', { currency: most.currency })}</span>
          <input class="input figure" name="amount" dir="ltr" inputMode="decimal" autoComplete="off" value={amount} {...ofAmount.field} onInput={(event) => setAmount(event.currentTarget.value)} />
          {ofAmount.line || <span class="hint">{t('dispute.amountHint', { most: moneyText(most) })}</span>}
        </label>
        <label class="field">
          <span>{t('dispute.textLabel')}</span>
          <textarea class="input" name="text" rows={4} dir="auto" required maxLength={LONGEST_TEXT} value={text} {...ofText.field} onInput={(event) => setText(event.currentTarget.value)} />
          {ofText.line}
        </label>
        <div class="actions">
          <button type="submit" class="button button-main" aria-disabled={busy}>{busy ? t('act.working') : t('dispute.send')}</button>
          <button type="button" class="button" onClick={onClose}>{t('act.back')}</button>
        </div>
      </form>
    </Dialog>
  );
}
