import type { ComponentChildren } from 'preact';
import { ask, type Me, type Money as MoneyValue, type Payment } from '../api';
import { isUnderWay, standingOf } from '../payment';
import { useResource } from '../resource';
import { instant, rich, t } from '../words';
import { Money } from './text';

/** Who is paying, how much and since when. */
export function Who({ by, at, amount, zone }: { by: string; at: string; amount: MoneyValue; zone: string }) {
  return <>{rich('flight.who', { who: <bdi>{by}</bdi>, amount: <Money value={amount} />, at: instant(at, zone) })}</>;
}

/** What a payment under way waits for, and so how long it holds what it pays. */
export function untilWords(wait: Payment['wait']): string {
  return t(`flight.until.${wait ?? 'processor'}`);
}

/** The payment that holds something, by its id; without its facts while they are on their way or closed to the reader. */
export function HeldBy({ me, payment, children }: { me: Me; payment: string; children?: ComponentChildren }) {
  const holder = useResource(`payment ${payment}`, (signal) => ask('get', '/v1/payments/{id}', { params: { id: payment }, signal })).value;
  return (
    <>
      {holder && isUnderWay(holder) && (
        <>
          <p><Who by={holder.by} at={holder.createdAt} amount={holder.charge} zone={me.account.timeZone} /></p>
          <p class="quiet">{untilWords(standingOf(holder) as Payment['wait'])}</p>
        </>
      )}
      <p><a href={`/payments/${encodeURIComponent(payment)}`}>{t('flight.see')}</a></p>
      {children}
    </>
  );
}
