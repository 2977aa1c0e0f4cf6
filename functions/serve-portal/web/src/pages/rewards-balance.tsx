import type { RewardsOf } from '../api';
import { isZero } from '../decimal';
import { Money } from '../ui/text';
import { rich, t } from '../words';

/** Parts that are shown only where there is something in them. */
const SOMETIMES = ['pending', 'expired', 'owed'] as const;

/** What can be used now, and what became of the rest. */
export function Balance({ plan }: { plan: RewardsOf }) {
  const { balance } = plan;
  return (
    <div class="card reward-balance">
      <p class="reward-available"><span class="quiet">{t('rewards.available')}</span> <strong class="reward-sum"><Money value={balance.available} /></strong></p>
      {!isZero(balance.endingSoon.amount) && <p class="notice notice-late"><span class="notice-text">{rich('rewards.endingSoon', { amount: <Money value={balance.endingSoon} /> })}</span></p>}
      <dl class="sums reward-sums">
        <div><dt>{t('rewards.redeemed')}</dt><dd class="figure"><Money value={balance.redeemed} /></dd></div>
        {SOMETIMES.filter((part) => !isZero(balance[part].amount)).map((part) => (
          <div key={part}><dt>{t(`rewards.${part}`)}</dt><dd class="figure"><Money value={balance[part]} /></dd></div>
        ))}
      </dl>
      {!isZero(balance.owed.amount) && <p class="hint">{t('rewards.owedDetail')}</p>}
      {plan.mayRedeem && !isZero(balance.available.amount) && (
        <p class="actions"><a class="button button-main screen-only" href="/invoices?type=SUPPORT">{t('rewards.use')}</a></p>
      )}
    </div>
  );
}
