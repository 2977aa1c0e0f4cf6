import type { Payment } from '../api';
import { isZero } from '../decimal';
import { pageOfPart } from '../payment';
import { Identifier, Money } from '../ui/text';
import { rich, t } from '../words';

type Part = Payment['parts'][number];

type Named = Pick<Part, 'kind' | 'number'>;

/** The number of what is paid; an order and a renewal say what they are. */
export function PartName({ part: { kind, number } }: { part: Named }) {
  return <>{kind !== 'invoice' && <span class="quiet">{t(`pay.kind.${kind}`)} </span>}<Identifier>{number}</Identifier></>;
}

/** How many there are: of invoices, or of things of several kinds. */
export function countWords(parts: Pick<Part, 'kind'>[]): string {
  return t(parts.every(({ kind }) => kind === 'invoice') ? 'pay.invoices' : 'pay.items', { n: parts.length });
}

/** What is paid of one, and below it what account credit pays. */
export function PartAmount({ part: { amount, credit, rewards } }: { part: Pick<Part, 'amount' | 'credit' | 'rewards'> }) {
  return (
    <>
      <Money value={amount} bare />
      {!isZero(credit.amount) && <p class="quiet">{rich('pay.partCredit', { amount: <Money value={credit} bare /> })}</p>}
      {rewards && <p class="quiet">{rich('pay.partRewards', { amount: <Money value={rewards} bare /> })}</p>}
    </>
  );
}

/** What a payment pays, each with its part of it. */
export function Parts({ payment }: { payment: Payment }) {
  return (
    <table class="plain">
      <caption class="hidden">{countWords(payment.parts)}</caption>
      <thead class="hidden"><tr><th scope="col">{t('pay.invoice')}</th><th scope="col">{t('payment.amount')}</th></tr></thead>
      <tbody>
        {payment.parts.map((part) => (
          <tr key={part.invoice}>
            <th scope="row"><a href={pageOfPart(part)}><PartName part={part} /></a></th>
            <td class="figure"><PartAmount part={part} /></td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
