import type { Invoice } from '../api';
import { isZero } from '../decimal';
import { lazy } from '../lazy';
import { outdate } from '../resource';
import { acts, opens, useMe } from '../session';
import acting from '../styles/acting.css?sheet';
import letters from '../styles/letters.css?sheet';
import { Icon } from '../ui/icons';
import { untilWords, Who } from '../ui/in-flight';
import { moneyText, t } from '../words';
import { CancelPayment } from './payment-cancel';

const Dispute = lazy(() => import('./invoice-dispute'), { words: ['letters', 'acting'], sheets: [letters, acting] }, 1);

/** What can be done about an invoice: pay it, or dispute it. */
export default function InvoiceActs({ whole }: { whole: Invoice }) {
  return (
    <>
      <Pay whole={whole} />
      {(whole.disputes || whole.disputable) && <Dispute whole={whole} />}
    </>
  );
}

/** The way to pay an invoice; while a payment holds it, who pays, how much and until when. */
function Pay({ whole }: { whole: Invoice }) {
  const me = useMe();
  const { invoice, paymentInFlight: held } = whole;
  if (held) {
    return (
      <div class="notice flight" role="status">
        <Icon name="clock" />
        <div class="notice-text">
          <p class="strong">{t(`flight.title.${held.wait ?? 'processor'}`)}</p>
          <p><Who by={held.by} at={held.at} amount={held.amount} zone={me.account.timeZone} /></p>
          <p class="quiet">{untilWords(held.wait)} {!isZero(invoice.outstanding.amount) && t('flight.restLater')}</p>
          <div class="actions screen-only">
            {opens(me, 'payments') && <a class="button button-small" href={`/payments/${encodeURIComponent(held.payment)}`}>{t('flight.see')}</a>}
            {held.mayCancel && acts(me, 'payments') && (
              <CancelPayment me={me} payment={held.payment} amount={held.amount} small onDone={outdate} />
            )}
          </div>
        </div>
      </div>
    );
  }
  if (!acts(me, 'payments') || !isPayable(whole)) return null;
  return (
    <a class="button button-main button-wide screen-only pay-invoice" href={`/pay?ids=${encodeURIComponent(invoice.id)}`}>
      {t('flight.pay', { amount: moneyText(invoice.outstanding) })}
    </a>
  );
}

function isPayable({ invoice }: Invoice): boolean {
  return (invoice.status === 'OPEN' || invoice.status === 'PAST_DUE') && invoice.kind !== 'credit_note' && !isZero(invoice.outstanding.amount);
}
