import type { Payment } from '../api';
import { isZero } from '../decimal';
import { pageOfPart } from '../payment';
import { Identifier, Money } from '../ui/text';
import { rich, t } from '../words';

type Part = Payment['parts'][number];

/** What is paid of an invoice, and below it what account credit pays. */
export function PartAmount({ part: { amount, credit } }: { part: Pick<Part, 'amount' | 'credit'> }) {
  return (
    <>
      <Money value={amount} bare />
      {!isZero(credit.amount) && <p class="quiet">{rich('pay.partCredit', { amount: <Money value={credit} bare /> })}</p>}
    </>
  );
}

/** The invoices of a payment, each with its part of it. */
export function Parts({ payment }: { payment: Payment }) {
  return (
    <table class="plain">
      <caption class="hidden">{t('pay.invoices', { n: payment.parts.length })}</caption>
      <thead class="hidden"><tr><th scope="col">{t('pay.invoice')}</th><th scope="col">{t('payment.amount')}</th></tr></thead>
      <tbody>
        {payment.parts.map((part) => (
          <tr key={part.invoice}>
            <th scope="row"><a href={pageOfPart(part)}><Identifier>{part.number}</Identifier></a></th>
            <td class="figure"><PartAmount part={part} /></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
