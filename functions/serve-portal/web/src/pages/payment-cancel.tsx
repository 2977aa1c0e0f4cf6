import { useState } from 'preact/hooks';
import { ask, asRefusal, type Me, type Money as MoneyValue, type Payment } from '../api';
import { sessionEnded } from '../session';
import { Confirm } from '../ui/dialog';
import { Money } from '../ui/text';
import { rich, t } from '../words';

/** Stops a payment that can still be stopped, after asking. */
export function CancelPayment({ me, payment, amount, small = false, onDone }: {
  me: Me; payment: string; amount: MoneyValue; small?: boolean; onDone: (payment: Payment) => void;
}) {
  const [asking, setAsking] = useState(false);
  const cancel = async () => {
    const question = { params: { id: payment } };
    try {
      const stopped = await ask('post', '/v1/payments/{id}/cancel', { ...question, json: {} }).catch((cause: unknown) => {
        // It has ended meanwhile: the page shows how.
        if (asRefusal(cause).slug === 'payment-ended') return ask('get', '/v1/payments/{id}', question);
        throw cause;
      });
      setAsking(false);
      onDone(stopped);
    } catch (cause) {
      if (asRefusal(cause).status === 401) return sessionEnded();
      throw cause;
    }
  };
  return (
    <>
      <button type="button" class={small ? 'button button-small' : 'button'} onClick={() => setAsking(true)}>{t('flight.cancel')}</button>
      {asking && (
        <Confirm title={t('flight.cancelTitle')} action={t('flight.cancelYes')} onConfirm={cancel} onClose={() => setAsking(false)}
          detail={rich('flight.cancelDetail', { amount: <Money value={amount} />, account: <bdi>{me.account.name}</bdi> })} />
      )}
    </>
  );
}
