import type { PaymentMethod } from '../api';
import { isZero } from '../decimal';
import { Icon } from '../ui/icons';
import { Expiry, MethodName } from '../ui/method';
import { t } from '../words';
import type { Way } from './pay';

const HOSTED = '';

/** What will be charged: the choice made, else the default, else the first that is valid, else the processor's page. */
export function methodOf({ plan, draft }: Way): PaymentMethod | null {
  const valid = plan.methods.filter((method) => !method.expired && method.id !== undefined);
  if (draft.method === HOSTED) return null;
  return valid.find((method) => method.id === draft.method) ?? valid.find((method) => method.default) ?? valid[0] ?? null;
}

/** Whether account credit covers all of it, so that nothing is charged. */
export function isCovered({ plan }: Pick<Way, 'plan'>): boolean {
  return plan.payments.every((payment) => isZero(payment.charge.amount));
}

/** The second step: a stored method, or another at the processor's page. */
export function How({ way }: { way: Way }) {
  const { me, plan, draft, change, go, before } = way;
  const chosen = methodOf(way)?.id ?? HOSTED;
  const submit = (event: Event) => {
    event.preventDefault();
    change({ method: chosen });
    go('check');
  };
  const back = <button type="button" class="button" onClick={() => go(before('how'))}>{t('pay.back')}</button>;
  if (isCovered(way)) {
    return (
      <form class="pay-how" onSubmit={submit}>
        <p class="notice"><Icon name="coin" /><span class="notice-text">{t(plan.payments.some((payment) => payment.rewards) ? 'pay.coveredRewards' : 'pay.covered')}</span></p>
        <div class="actions pay-actions"><button class="button button-main" type="submit">{t('pay.continue')}</button>{back}</div>
      </form>
    );
  }
  return (
    <form class="pay-how" onSubmit={submit}>
      <fieldset class="method-choices">
        <legend class="hidden">{t('pay.howTitle')}</legend>
        {plan.methods.map((method, index) => (
          <div key={method.id ?? index} class={method.expired ? 'method-choice method-choice-off' : 'method-choice'}>
            <label class="check">
              <input type="radio" name="method" value={method.id} disabled={method.expired || method.id === undefined} checked={method.id === chosen}
                onChange={() => change({ method: method.id })} />
              <span class="method-words">
                <MethodName method={method} />
                {method.default && <span class="badge badge-quiet">{t('method.default')}</span>}
                <Expiry method={method} today={me.account.today} />
              </span>
            </label>
            {method.expired && method.id && (
              <a class="button button-small" href={`/payment-methods?fix=${encodeURIComponent(method.id)}`}
                aria-label={`${t('method.fix')}: ${method.brand} ${method.last4}`}>{t('method.fix')}</a>
            )}
          </div>
        ))}
        <div class="method-choice">
          <label class="check">
            <input type="radio" name="method" value={HOSTED} checked={chosen === HOSTED} onChange={() => change({ method: HOSTED })} />
            <span class="method-words">
              <span class="method-name"><Icon name="card" /><span>{t(plan.methods.length > 0 ? 'pay.another' : 'pay.cardOrBank')}</span></span>
              <span class="method-expiry quiet">{t('pay.anotherDetail')}</span>
            </span>
          </label>
          {chosen === HOSTED && (
            <label class="check method-keep">
              <input type="checkbox" checked={draft.keep} onChange={(event) => change({ keep: event.currentTarget.checked })} />
              <span>{t('pay.keepMethod')}</span>
            </label>
          )}
        </div>
      </fieldset>
      <div class="actions pay-actions"><button class="button button-main" type="submit">{t('pay.continue')}</button>{back}</div>
    </form>
  );
}
